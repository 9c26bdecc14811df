"""JSON lines: a note a line, in the shape of the model server's answer, so that an answer which a person corrected is gold.

``{"note_id": "7", "text": "…", "entities": [{"start": 8, "end": 14, "type": "Sign_symptom", "negated": true}],
"relations": [{"head": 0, "tail": 1, "type": "MODIFY"}], "note_class": "radiology"}``. Offsets are code points, half-open;
``head`` and ``tail`` are places in ``entities``. ``negated``, ``uncertain``, ``historical``, ``hypothetical``, ``experiencer``,
``relations`` and ``note_class`` may be left out: nobody has judged them. Other keys, as ``score`` and ``model``, are not
looked at.
"""

from collections.abc import Iterator

from transforms.extract.evaluation.document import Assertion, Document, Entity, Experiencer, Relation, arranged
from transforms.labelled import BadGold, check_span, list_of, read_json_lines


def read(content: str) -> Iterator[Document]:
    """The notes, in order. Raises BadGold with the line's number."""
    return read_json_lines(content, _note)


def _note(note_id: str, text: str, row: dict[str, object]) -> Document:
    marked = [_marked(one, text, number) for number, one in enumerate(list_of(row, "entities"))]
    relations = list_of(row, "relations") if "relations" in row else []
    note_class = row.get("note_class")
    if note_class is not None and not (isinstance(note_class, str) and note_class):
        raise BadGold("note_class must be a string")
    return arranged(
        note_id,
        text,
        marked,
        [_relation(one, len(marked), number) for number, one in enumerate(relations)],
        note_class,
    )


def _marked(entity: object, text: str, number: int) -> tuple[Entity, Assertion]:
    # Counted from 0, as head and tail count.
    if not isinstance(entity, dict) or not isinstance(entity.get("type"), str) or not entity["type"]:
        raise BadGold(f"entity {number}: not an object with start, end and type")
    try:
        start, end = check_span(entity.get("start"), entity.get("end"), text)
        return Entity(start, end, entity["type"]), Assertion(
            negated=_flag(entity, "negated"),
            uncertain=_flag(entity, "uncertain"),
            historical=_flag(entity, "historical"),
            hypothetical=_flag(entity, "hypothetical"),
            experiencer=_experiencer(entity),
        )
    except BadGold as error:
        raise BadGold(f"entity {number}: {error}") from None


def _flag(entity: dict[str, object], key: str) -> bool | None:
    value = entity.get(key)
    if value is not None and not isinstance(value, bool):
        raise BadGold(f"{key} must be true or false")
    return value


def _experiencer(entity: dict[str, object]) -> Experiencer | None:
    value = entity.get("experiencer")
    if value is None:
        return None
    if not isinstance(value, str) or value not in tuple(Experiencer):
        raise BadGold(f"experiencer must be {' or '.join(Experiencer)}")
    return Experiencer(value)


def _relation(relation: object, entities: int, number: int) -> Relation:
    if not isinstance(relation, dict) or not isinstance(relation.get("type"), str) or not relation["type"]:
        raise BadGold(f"relation {number}: not an object with head, tail and type")
    head, tail = relation.get("head"), relation.get("tail")
    if type(head) is not int or type(tail) is not int or not (0 <= head < entities and 0 <= tail < entities):
        raise BadGold(f"relation {number}: head and tail must be places in entities, from 0")
    return Relation(head, tail, relation["type"])
