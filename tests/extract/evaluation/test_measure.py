"""Gold through a real server: each note has its own answer, and one that cannot be answered is told apart."""

from tests.extract.evaluation.documents import document, entity
from transforms.extract.client import ClientOptions, shared_client
from transforms.extract.evaluation.document import Entity, Experiencer, Relation
from transforms.extract.evaluation.measure import Unanswered, findings, measure
from transforms.records import Entity as FoundEntity
from transforms.records import Extraction, NoteClass
from transforms.records import Relation as FoundRelation

TEXT = "Severe cough. Mother: asthma."


def test_each_note_has_its_own_answer(options: ClientOptions) -> None:
    texts = [f"{'very ' * number}bad cough" for number in range(40)]
    notes = [document(text, entity(text, "cough", "Sign_symptom")) for text in texts]

    results = list(measure(notes, shared_client(options)))

    assert [note for note, _ in results] == notes
    assert all(found.entities == note.entities for note, found in results if not isinstance(found, Unanswered))
    assert len(results) == 40


def test_a_note_that_cannot_be_answered_is_told_apart(options: ClientOptions) -> None:
    cough = document("cough", Entity(0, 5, "Sign_symptom"))
    bad = document("FAIL cough", Entity(5, 10, "Sign_symptom"))

    (_, first), (_, second), (_, third) = measure([cough, bad, cough], shared_client(options))

    assert isinstance(second, Unanswered)
    assert (second.detail, second.entities) == ("server_internal", 1)
    assert first == third
    assert not isinstance(first, Unanswered)


def test_an_answer_takes_the_form_of_gold() -> None:
    def found(words: str, experiencer: str) -> FoundEntity:
        start = TEXT.index(words)
        return FoundEntity(start, start + len(words), words, "Sign_symptom", experiencer=experiencer)

    answer = Extraction(
        entities=(found("asthma", "other"), found("cough", "patient")),
        relations=(FoundRelation(1, 0, "BEFORE", 0.9),),
        classes=(NoteClass("radiology", 0.2), NoteClass("discharge", 0.7)),
        model="clinical_bert:1",
    )

    made = findings(document(TEXT), answer)

    assert [TEXT[one.start : one.end] for one in made.entities] == ["cough", "asthma"]
    assert [said.experiencer for said in made.assertions] == [Experiencer.PATIENT, Experiencer.OTHER]
    assert made.relations == (Relation(0, 1, "BEFORE"),)
    assert made.note_class == "discharge"
