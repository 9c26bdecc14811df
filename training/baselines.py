"""What a model must beat: relations to the nearest entity of a fitting type, and note classes by their words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from model_repo.clinical_bert.clinical_bert import ClinicalBert
from training.curriculum import Curriculum
from training.measure import documents, drug_events, f1, relations, scored
from transforms.extract.evaluation.document import Document, Relation

TypePair = tuple[str, str]


def baselines(bert: ClinicalBert, course: Curriculum) -> dict[str, float]:
    """F1 on test documents of the tasks of ``Measured.headline`` that have a baseline; relations are of what the model found."""
    found = {}
    for task, name, of in (("relations", "maccrobat", relations), ("drug events", "phee", drug_events)):
        corpus = course.corpus(name)
        nearest = NearestPair(corpus.parts.train)
        entities = documents(bert, corpus.parts.test, corpus.teaching.label_set)
        answers = [nearest.relations(document) for document in entities]
        found[task] = f1(of(scored(corpus.parts.test, answers, course.label_sets[corpus.teaching.label_set])))
    notes = course.corpus("mtsamples").parts
    return found | {"note class": note_class_accuracy(notes.train, notes.test)}


class NearestPair:
    """Relates each entity to the nearest one of a type, where in training that was right more often than not.

    Args:
        documents: to learn from which types are related so, and by which relation.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        seen: Counter[TypePair] = Counter()
        related: Counter[tuple[TypePair, str]] = Counter()
        for document in documents:
            gold = {(relation.head, relation.tail): relation.type for relation in document.relations}
            for head, tail in _nearest(document):
                pair = (document.entities[head].type, document.entities[tail].type)
                seen[pair] += 1
                if (head, tail) in gold:
                    related[pair, gold[head, tail]] += 1
        self._relation = {pair: name for (pair, name), count in related.items() if count > seen[pair] / 2}

    def relations(self, document: Document) -> Document:
        """The document with the relations that its entities would have."""
        types = [entity.type for entity in document.entities]
        found = [
            Relation(head, tail, self._relation[types[head], types[tail]])
            for head, tail in _nearest(document)
            if (types[head], types[tail]) in self._relation
        ]
        return replace(document, relations=tuple(found))


def note_class_accuracy(train: Sequence[Document], test: Sequence[Document]) -> float:
    """Share of the test notes whose class TF-IDF of words and pairs of words with logistic regression tells."""
    model = make_pipeline(
        TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2), LogisticRegression(C=30, max_iter=2000)
    )
    model.fit([note.text for note in train], [str(note.note_class) for note in train])
    told: list[str] = list(model.predict([note.text for note in test]))
    return sum(str(note.note_class) == name for note, name in zip(test, told, strict=True)) / max(1, len(test))


def _nearest(document: Document) -> Iterator[tuple[int, int]]:
    """Each entity with the nearest other one of each type: numbers of both. Of equally near ones the first."""
    entities = document.entities
    for head, entity in enumerate(entities):
        nearest: dict[str, tuple[int, int]] = {}
        for tail, other in enumerate(entities):
            apart = max(other.start - entity.end, entity.start - other.end)
            if tail != head and (other.type not in nearest or apart < nearest[other.type][0]):
                nearest[other.type] = (apart, tail)
        for _, tail in nearest.values():
            yield head, tail
