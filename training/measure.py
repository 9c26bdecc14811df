"""How good a model is: the documents set aside of each corpus, through the model as it is served, scored against their gold."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from model_repo.clinical_bert import heads
from model_repo.clinical_bert.clinical_bert import ClinicalBert
from model_repo.clinical_bert.findings import Findings
from training.curriculum import Corpus, Curriculum
from training.splits import Part
from transforms.extract.evaluation import figures
from transforms.extract.evaluation.document import Assertion, Document, Entity, Experiencer, Relation
from transforms.extract.evaluation.figures import Figure
from transforms.extract.repository import LabelSet


def relations(of: figures.Measured) -> Figure | None:
    """End to end and strict: type, and both arguments with their types."""
    return of.relations.exact.all if of.relations else None


def drug_events(of: figures.Measured) -> Figure | None:
    """End to end, with arguments that overlap the gold ones and have their types: PHEE marks other spans than MACCROBAT."""
    return of.relations.overlap.all if of.relations else None


def _entities(of: figures.Measured) -> Figure | None:
    return of.entities.exact.all


def _induced(of: figures.Measured) -> Figure | None:
    return of.concept_relations.exact.all if of.concept_relations else None


def _note_class(of: figures.Measured) -> Figure | None:
    return of.note_classes.all if of.note_classes else None


def _assertion(name: str) -> Callable[[figures.Measured], Figure | None]:
    return lambda of: of.assertions[name].figure if name in of.assertions else None


ENOUGH = 20  # gold findings of a task, for its figure to say which of two models is better


class Headline(StrEnum):
    """What a model is judged by: its figure chooses the epoch, and int8 may not cost it."""

    ENTITIES = "entities"
    CHEMICALS_AND_DISEASES = "chemicals and diseases"
    RELATIONS = "relations"
    DRUG_EVENTS = "drug events"
    CHEMICAL_INDUCED_DISEASE = "chemical-induced disease"
    NEGATED = "negated"
    HISTORICAL = "historical"
    NOTE_CLASS = "note class"


# The corpus that judges each, and the figure. CHIA and NCBI only teach: their entities are not the model's.
_FIGURES: Mapping[Headline, tuple[str, Callable[[figures.Measured], Figure | None]]] = {
    Headline.ENTITIES: ("maccrobat", _entities),
    Headline.CHEMICALS_AND_DISEASES: ("bc5cdr", _entities),
    Headline.RELATIONS: ("maccrobat", relations),
    Headline.DRUG_EVENTS: ("phee", drug_events),
    Headline.CHEMICAL_INDUCED_DISEASE: ("bc5cdr", _induced),
    Headline.NEGATED: ("negex", _assertion("negated")),
    Headline.HISTORICAL: ("negex", _assertion("historical")),
    Headline.NOTE_CLASS: ("mtsamples", _note_class),
}


@dataclass(frozen=True)
class Measured:
    """What was found in one part of the corpora, by corpus. Of relations, those of the group that the corpus judges."""

    corpora: Mapping[str, figures.Measured]

    def headline(self) -> dict[str, Figure]:
        """The figure of each task that the corpora judge, by its name; of note classes the F1 is the accuracy."""
        found = {
            task.value: figure(self.corpora[corpus])
            for task, (corpus, figure) in _FIGURES.items()
            if corpus in self.corpora
        }
        return {task: figure for task, figure in found.items() if figure is not None}

    def scores(self, at_least: int = 0) -> dict[str, float]:
        """The F1 of each task that has so much gold, by its name."""
        return {task: f1(figure) for task, figure in self.headline().items() if figure.gold >= at_least}


def measure(bert: ClinicalBert, course: Curriculum, part: Part, tasks: Iterable[Headline] = Headline) -> Measured:
    """Scores on the documents of a part, of the corpora that judge these tasks."""
    wanted = {_FIGURES[task][0] for task in tasks}
    found = {}
    for corpus in course.corpora:
        if corpus.name in wanted:
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


def f1(figure: Figure | None) -> float:
    """The F1, nought where there is none."""
    return (figure.f1 if figure else None) or 0.0
