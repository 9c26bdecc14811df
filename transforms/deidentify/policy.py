"""What becomes of each type of identifier: policies as YAML, checked when they are loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from transforms.errors import ChartstreamError
from transforms.records import PhiAction, PhiType

_BUILT_IN = Path(__file__).parent / "policies"


class LocationPart(StrEnum):
    """A part of a place that a policy may leave standing when it generalises places."""

    CITY = "city"
    STATE = "state"
    ZIP = "zip"
    ZIP3 = "zip3"  # the first three digits, 000 where at most 20,000 people live


class RelativeDates(StrEnum):
    """What becomes of dates that only whoever knows the day of the note can place: ``last Tuesday``, ``Thanksgiving``."""

    AS_DATES = "as_dates"
    KEEP = "keep"


@dataclass(frozen=True)
class Policy:
    """An action for every type of identifier. ``location_keeps``: what ``generalise`` leaves of a place."""

    name: str
    actions: Mapping[PhiType, PhiAction]
    location_keeps: frozenset[LocationPart] = frozenset()
    relative_dates: RelativeDates = RelativeDates.AS_DATES

    @property
    def keeps_everything(self) -> bool:
        """Whether the text leaves as it came, so that nothing needs to be looked for."""
        return all(action is PhiAction.KEEP for action in self.actions.values())


# Shifting is for dates, generalising for what has degrees; a surrogate of an age would be another age.
_POSSIBLE = {
    phi_type: {PhiAction.MASK, PhiAction.KEEP, PhiAction.SURROGATE}
    | ({PhiAction.GENERALISE} if phi_type is PhiType.LOCATION else set())
    for phi_type in PhiType
} | {
    PhiType.DATE: {PhiAction.MASK, PhiAction.KEEP, PhiAction.SHIFT, PhiAction.GENERALISE},
    PhiType.AGE: {PhiAction.MASK, PhiAction.KEEP, PhiAction.GENERALISE},
}


def built_in_policies() -> tuple[str, ...]:
    """The names that ``load_policy`` knows without a file."""
    return tuple(sorted(path.stem for path in _BUILT_IN.glob("*.yaml")))


def load_policy(name_or_path: str) -> Policy:
    """A built-in policy by its name, or one's own by the path of its YAML file.

    Raises ChartstreamError where it cannot be read, has an unknown type or action, or leaves a type out: a policy that
    does not say what becomes of something starts nothing.
    """
    names = built_in_policies()
    if name_or_path in names:
        return _parse(_BUILT_IN / f"{name_or_path}.yaml", name_or_path)
    if not name_or_path.endswith((".yaml", ".yml")):
        raise ChartstreamError(
            f"no policy {name_or_path!r}: choose one of {', '.join(names)}, or give the path of a YAML file"
        )
    policy = _parse(Path(name_or_path), name_or_path)
    if policy.name in names:
        raise ChartstreamError(f"policy {name_or_path}: {policy.name!r} is a built-in policy's name, give it its own")
    return policy


def _parse(path: Path, shown: str) -> Policy:
    try:
        stored = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ChartstreamError(f"policy {shown} cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ChartstreamError(f"policy {shown} is not valid YAML") from None
    if not isinstance(stored, dict):
        raise ChartstreamError(f"policy {shown} must hold 'name' and 'actions'")
    unknown = sorted(map(str, set(stored) - {"name", "actions", "generalised_location_keeps", "relative_dates"}))
    if unknown:
        raise ChartstreamError(f"policy {shown}: unknown key {unknown[0]!r}")
    name = stored.get("name")
    if not isinstance(name, str) or not name.strip():
        raise ChartstreamError(f"policy {shown}: 'name' is missing")
    return Policy(
        name, _actions(stored.get("actions"), shown), _kept_parts(stored, shown), _relative_dates(stored, shown)
    )


def _actions(stored: Any, shown: str) -> Mapping[PhiType, PhiAction]:
    if not isinstance(stored, dict):
        raise ChartstreamError(f"policy {shown}: 'actions' must give an action for every type")
    actions: dict[PhiType, PhiAction] = {}
    for type_name, action_name in stored.items():
        if type_name not in list(PhiType):
            raise ChartstreamError(f"policy {shown}: unknown type {type_name!r}: one of {', '.join(PhiType)}")
        phi_type = PhiType(type_name)
        possible = sorted(_POSSIBLE[phi_type])
        if action_name not in possible:
            raise ChartstreamError(
                f"policy {shown}: {phi_type} cannot have action {action_name!r}: one of {', '.join(possible)}"
            )
        actions[phi_type] = PhiAction(action_name)
    missing = [phi_type for phi_type in PhiType if phi_type not in actions]
    if missing:
        raise ChartstreamError(f"policy {shown}: no action for {', '.join(missing)}")
    return actions


def _kept_parts(stored: dict[str, Any], shown: str) -> frozenset[LocationPart]:
    parts = stored.get("generalised_location_keeps", [])
    if not isinstance(parts, list) or any(part not in list(LocationPart) for part in parts):
        raise ChartstreamError(f"policy {shown}: 'generalised_location_keeps' is a list of {', '.join(LocationPart)}")
    return frozenset(map(LocationPart, parts))


def _relative_dates(stored: dict[str, Any], shown: str) -> RelativeDates:
    try:
        return RelativeDates(stored.get("relative_dates", RelativeDates.AS_DATES))
    except ValueError:
        raise ChartstreamError(f"policy {shown}: 'relative_dates' is one of {', '.join(RelativeDates)}") from None
