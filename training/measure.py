"""How good a model is: the documents set aside of each corpus, through the model as it is served, scored against their gold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from model_repo.clinical_bert import heads
from model_repo.clinical_bert.clinical_bert import ClinicalBert
from model_repo.clinical_bert.findings import Findings
from training.curriculum import Corpus, Curriculum
from training.splits import Part
from transforms.extract.evaluation import figures
from transforms.extract.evaluation.document import Assertion, Document, Entity, Experiencer, Relation
from transforms.extract.repository import LabelSet

# CHIA and NCBI only teach: their entities are not the model's.
MEASURED = ("maccrobat", "bc5cdr", "phee", "negex", "mtsamples")


@dataclass(frozen=True)
class Measured:
    """What was found in one part of the corpora, by corpus. Of relations, those of the group that the corpus judges."""

    corpora: Mapping[str, figures.Measured]

    def headline(self) -> dict[str, figures.Figure]:
        """The figure of each task (of note classes the F1 is the accuracy): what chooses the epoch, and int8 may not cost.

        Drug events by overlapping arguments, since PHEE marks other spans than MACCROBAT; all else strictly.
        """
        of = self.corpora
        negex = of["negex"].assertions
        induced, classes = of["bc5cdr"].concept_relations, of["mtsamples"].note_classes
        found = {
            "entities": of["maccrobat"].entities.exact.all,
            "chemicals and diseases": of["bc5cdr"].entities.exact.all,
            "relations": relations(of["maccrobat"]),
            "drug events": drug_events(of["phee"]),
            "chemical-induced disease": induced.exact.all if induced else None,
            "negated": negex["negated"].figure if "negated" in negex else None,
            "historical": negex["historical"].figure if "historical" in negex else None,
            "note class": classes.all if classes else None,
        }
        return {task: figure for task, figure in found.items() if figure is not None}

    def scores(self) -> dict[str, float]:
        """The F1 of each task."""
        return {task: f1(figure) for task, figure in self.headline().items()}


def measure(bert: ClinicalBert, course: Curriculum, part: Part) -> Measured:
    """Scores on the documents of a part."""
    found = {}
    for corpus in course.corpora:
        if corpus.name in MEASURED:
            gold = corpus.parts.of(part)
            labels = course.label_sets[corpus.teaching.label_set]
            answers = [_of_group(one, corpus, labels) for one in documents(bert, gold, corpus.teaching.label_set)]
            found[corpus.name] = scored(gold, answers, labels)
    return Measured(found)


def _of_group(found: Document, corpus: Corpus, labels: heads.LabelSet) -> Document:
    """What was found, with only the relations that the corpus judges."""
    judged = {name for group in labels.relations if group.name == corpus.teaching.group for name in group.types}
    return replace(found, relations=tuple(one for one in found.relations if one.type in judged))


def scored(gold: Sequence[Document], found: Sequence[Document], labels: heads.LabelSet) -> figures.Measured:
    """What was found, against gold."""
    return figures.summarise(list(zip(gold, found, strict=True)), [], _known(labels))


def documents(bert: ClinicalBert, gold: Sequence[Document], label_set: str) -> list[Document]:
    """What the model finds in each text, in the form of gold."""
    answers = []
    for document, findings in zip(gold, bert.find([one.text for one in gold], label_set), strict=True):
        if isinstance(findings, Exception):
            raise findings
        answers.append(_document(document, findings))
    return answers


def _document(gold: Document, findings: Findings) -> Document:
    return Document(
        name=gold.name,
        text=gold.text,
        entities=tuple(Entity(one["start"], one["end"], one["type"]) for one in findings["entities"]),
        relations=tuple(Relation(one["head"], one["tail"], one["type"]) for one in findings["relations"]),
        assertions=tuple(
            Assertion(
                one["negated"],
                one["uncertain"],
                one["historical"],
                one["hypothetical"],
                Experiencer(one["experiencer"]),
            )
            for one in findings["entities"]
        ),
        note_class=findings["classes"][0]["name"] if findings["classes"] else None,
    )


def _known(labels: heads.LabelSet) -> LabelSet:
    return LabelSet(
        frozenset(labels.entities),
        frozenset(name for group in labels.relations for name in group.types),
        frozenset(labels.classes),
    )


def relations(of: figures.Measured) -> figures.Figure | None:
    """End to end and strict: type, and both arguments with their types."""
    return of.relations.exact.all if of.relations else None


def drug_events(of: figures.Measured) -> figures.Figure | None:
    """End to end, with arguments that overlap the gold ones and have their types."""
    return of.relations.overlap.all if of.relations else None


def f1(figure: figures.Figure | None) -> float:
    """The F1, nought where there is none."""
    return (figure.f1 if figure else None) or 0.0
