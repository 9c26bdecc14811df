"""What the encoder's pass gives: the names of the outputs, their columns, and the label sets that they belong to."""

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

ASSERTIONS = "assertions"  # [tokens, len(Property)]: logits
NOTE_CLASS = "note_class"  # [classes]: logits of a window


class Property(StrEnum):
    """What is said of an entity, in the order of the columns. Each is true or false by itself."""

    NEGATED = "negated"
    UNCERTAIN = "uncertain"
    HISTORICAL = "historical"
    HYPOTHETICAL = "hypothetical"
    OF_OTHER = "of_other"  # experiencer: somebody else than the patient


class Level(StrEnum):
    """Between what a relation holds."""

    MENTION = "mention"  # between two entities
    CONCEPT = "concept"  # between all entities of one wording and all of another, in the whole note


def entities_output(label_set: str) -> str:
    """``[tokens, 1 + 2 * types]``: logits of BIO tags, see ``decoding.tags``."""
    return f"entities_{label_set}"


def arguments_output(group: str) -> str:
    """``[tokens, 2 * width]``: what a token is as the head and as the tail of a relation, see ``relations``."""
    return f"arguments_{group}"


@dataclass(frozen=True)
class RelationGroup:
    """Relation types that exclude each other for a pair of entities.

    Attributes:
        reach_entities, reach_words: how far apart two entities may stand to be looked at.
        needs: types of which a head must have one before its relations of other types are told.
    """

    name: str
    types: tuple[str, ...]
    level: Level
    reach_entities: int
    reach_words: int
    needs: frozenset[str]


@dataclass(frozen=True)
class LabelSet:
    """What one label set can find."""

    entities: tuple[str, ...]
    relations: tuple[RelationGroup, ...]
    classes: tuple[str, ...]


def read_label_sets(path: Path) -> dict[str, LabelSet]:
    """The label sets of a model (``labels.json``), by name."""
    return {
        name: LabelSet(
            tuple(labels["entities"]),
            tuple(
                RelationGroup(
                    name=group["name"],
                    types=tuple(group["types"]),
                    level=Level(group["level"]),
                    reach_entities=group["reach_entities"],
                    reach_words=group["reach_words"],
                    needs=frozenset(group["needs"]),
                )
                for group in labels["relation_groups"]
            ),
            tuple(labels["classes"]),
        )
        for name, labels in json.loads(path.read_text(encoding="utf-8")).items()
    }


def label_sets_json(label_sets: dict[str, LabelSet]) -> str:
    """The content of ``labels.json``."""
    return (
        json.dumps(
            {
                name: {
                    "entities": labels.entities,
                    # For those who only want to know what there is.
                    "relations": [name for group in labels.relations for name in group.types],
                    "relation_groups": [
                        {
                            "name": group.name,
                            "types": group.types,
                            "level": group.level,
                            "reach_entities": group.reach_entities,
                            "reach_words": group.reach_words,
                            "needs": sorted(group.needs),
                        }
                        for group in labels.relations
                    ],
                    "classes": labels.classes,
                }
                for name, labels in label_sets.items()
            },
            indent=2,
        )
        + "\n"
    )
