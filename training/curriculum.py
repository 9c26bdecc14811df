"""What the model learns from and is measured on: each corpus with what it can teach, and how much of it an epoch reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from model_repo.clinical_bert.heads import LabelSet, Level, RelationGroup
from model_repo.clinical_bert.tokens import TextTokenizer
from training.corpora import bc5cdr, chia, maccrobat, mtsamples, ncbi_disease, negex, phee
from training.features import Features, Prepared, Teaching, entity_types, possible_pairs
from training.pretraining_text import texts
from training.silver.mentions import Mentions, disease_ontology, icd_heads, marked
from training.silver.passages import SOURCES, silver
from training.splits import Split, split, split_by_part
from training.tasks import Extent, Task
from transforms.extract.evaluation.document import Assertion, Document, Entity, Experiencer

CLINICAL, BIOMEDICAL = "clinical", "biomedical"  # label sets
DRUG_EVENTS, CHEMICAL_DISEASE = "drug_events", "chemical_disease"  # relation groups; the third is CLINICAL
_RARE = 10  # A relation type that occurs less often in all of MACCROBAT is not learnt.
_SILVER_PASSAGES = 1500
_SILVER_WORDS = 1_500_000  # to choose the passages from
_EFFECTS = ("Sign_symptom", "Disease_disorder")


@dataclass(frozen=True)
class Corpus:
    """A corpus, split by document, what it teaches, and how much of it an epoch reads (see ``Task``)."""

    name: str
    parts: Split
    teaching: Teaching
    share: float
    extent: Extent = Extent.WHOLE


@dataclass(frozen=True)
class Curriculum:
    """All corpora, and the label sets that they make.

    ``possible``: for each relation group which types of head and tail can be related, ``[types, types]``.
    """

    corpora: tuple[Corpus, ...]
    label_sets: dict[str, LabelSet]
    possible: dict[str, NDArray[np.bool_]]

    def corpus(self, name: str) -> Corpus:
        return next(corpus for corpus in self.corpora if corpus.name == name)

    def training_texts(self) -> list[str]:
        """The texts of all training documents."""
        return [document.text for corpus in self.corpora for document in corpus.parts.train]

    def training(self, tokenizer: TextTokenizer) -> list[Task]:
        """The tasks to train on."""
        return [
            Task(corpus.name, *self._prepared(corpus, corpus.parts.train, tokenizer), corpus.share, corpus.extent)
            for corpus in self.corpora
        ]

    def dev(self, tokenizer: TextTokenizer) -> list[Task]:
        """The same tasks, with the documents to choose on."""
        return [Task(corpus.name, *self._prepared(corpus, corpus.parts.dev, tokenizer), 1.0) for corpus in self.corpora]

    def _prepared(
        self, corpus: Corpus, documents: Sequence[Document], tokenizer: TextTokenizer
    ) -> tuple[Features, list[Prepared]]:
        teaching = corpus.teaching
        possible = self.possible[teaching.group] if teaching.group else None
        features = Features(teaching, self.label_sets[teaching.label_set], tokenizer, possible)
        return features, [features.prepared(document) for document in documents]


def curriculum(folder: Path) -> Curriculum:
    """All corpora of a folder (``../shared/corpora/README.md``: their names and licences).

    Raises:
        FileNotFoundError: a corpus is missing.
    """
    reports = [_told_by_type(document) for document in maccrobat.read(folder / "maccrobat2020")]
    types = entity_types(reports)
    gold, events = split(reports), split([*map(_either_type, phee.read(folder / "phee"))], _article)
    abstracts = bc5cdr.read(folder / "bc5cdr")
    notes = [document for document in mtsamples.read(folder / "notes_mtsamples") if document.note_class]
    corpora = (
        Corpus("maccrobat", gold, Teaching(CLINICAL, frozenset(types), CLINICAL), 2.4),
        Corpus(
            "bc5cdr",
            split(abstracts),
            Teaching(BIOMEDICAL, frozenset({"Chemical", "Disease"}), CHEMICAL_DISEASE),
            0.9,
        ),
        Corpus(
            "ncbi_disease",
            split(ncbi_disease.read(folder / "ncbi_disease")),
            Teaching(BIOMEDICAL, frozenset({"Disease"})),
            0.3,
        ),
        Corpus("phee", events, Teaching(CLINICAL, group=DRUG_EVENTS), 0.8),
        Corpus("negex", split(negex.read(folder / "negex")), Teaching(CLINICAL), 1.5),
        Corpus("chia", split(chia.read(folder / "chia")), Teaching(CLINICAL), 0.3),
        Corpus("silver", split(_silver(folder, gold.train)), Teaching(CLINICAL), 0.4),
        Corpus("mtsamples", split_by_part(notes), Teaching(CLINICAL), 1.0, Extent.ONE_WINDOW),
    )
    drug_relations = ("ADVERSE_EFFECT", "THERAPEUTIC_EFFECT", "TREATS", "DOSAGE", "ROUTE", "FREQUENCY", "DURATION")
    clinical = RelationGroup(CLINICAL, _relation_types(reports), Level.MENTION, 20, 128, frozenset())
    drug_events = RelationGroup(DRUG_EVENTS, drug_relations, Level.MENTION, 12, 64, frozenset(drug_relations[:2]))
    chemical_disease = RelationGroup(CHEMICAL_DISEASE, ("CID",), Level.CONCEPT, 48, 300, frozenset())
    chemical_types = ("Chemical", "Disease")
    classes = tuple(sorted({document.note_class for document in notes if document.note_class}))
    return Curriculum(
        corpora,
        {
            CLINICAL: LabelSet(types, (clinical, drug_events), classes),
            BIOMEDICAL: LabelSet(chemical_types, (chemical_disease,), ()),
        },
        {
            CLINICAL: possible_pairs(gold.train, types, clinical.types),
            DRUG_EVENTS: possible_pairs(events.train, types, drug_relations),
            CHEMICAL_DISEASE: np.array([[False, True], [False, False]]),
        },
    )


def _relation_types(documents: Iterable[Document]) -> tuple[str, ...]:
    found = [relation.type for document in documents for relation in document.relations]
    return tuple(name for name in sorted(set(found)) if found.count(name) >= _RARE)


def _article(document: Document) -> str:
    """Sentences of one article are one document."""
    return document.name.partition("_")[0]


def _told_by_type(document: Document) -> Document:
    """What MACCROBAT's types tell: family history is somebody else's, history is past, and a case report is of what was."""
    assertions = document.assertions or (Assertion(negated=False, uncertain=False),) * len(document.entities)

    def told(entity: Entity, assertion: Assertion) -> Assertion:
        return replace(
            assertion,
            historical=True if entity.type == "History" else None,
            hypothetical=False,
            experiencer=Experiencer.OTHER if entity.type == "Family_history" else Experiencer.PATIENT,
        )

    return replace(document, assertions=tuple(map(told, document.entities, assertions)))


def _silver(folder: Path, reports: Sequence[Document]) -> list[Document]:
    """Passages that rules have judged, with findings that are named in a terminology or in reports to train on."""
    terminology = folder / "terminology"
    names = (
        *disease_ontology(terminology / "doid_xref.tsv"),
        *icd_heads(terminology / "icd10cm-order-Jan-2021.txt.gz"),
        *marked(reports, {"Sign_symptom", "Disease_disorder"}),
    )
    unlabelled = texts(folder, _SILVER_WORDS, seed=1, sources=SOURCES)
    return silver(unlabelled, Mentions(names), _SILVER_PASSAGES, seed=1)


def _either_type(document: Document) -> Document:
    """PHEE does not say whether an effect or a disorder is a sign or a disease, and the type must not give the role away."""

    def typed(entity: Entity) -> Entity:
        if entity.type not in _EFFECTS:
            return entity
        return replace(entity, type=_EFFECTS[crc32(document.text[entity.start : entity.end].encode()) % 2])

    return replace(document, entities=tuple(map(typed, document.entities)))
