"""A policy says what becomes of every type, or nothing starts."""

from pathlib import Path

import pytest
import yaml

from transforms.deidentify.policy import LocationPart, built_in_policies, load_policy
from transforms.errors import ChartstreamError
from transforms.records import PhiAction, PhiType

OWN = {"name": "own", "actions": {phi_type.value: "mask" for phi_type in PhiType}}


def written(folder: Path, content: object) -> str:
    path = folder / "own.yaml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return str(path)


def test_the_four_built_in_policies_do_what_the_design_says() -> None:
    assert built_in_policies() == ("limited", "none", "safe-harbor", "surrogate")
    safe_harbor = load_policy("safe-harbor")
    assert safe_harbor.actions[PhiType.NAME] is PhiAction.MASK
    assert safe_harbor.actions[PhiType.DATE] is PhiAction.GENERALISE
    assert safe_harbor.location_keeps == {LocationPart.ZIP3}
    assert load_policy("surrogate").actions[PhiType.DATE] is PhiAction.SHIFT
    limited = load_policy("limited")
    assert limited.actions[PhiType.DATE] is PhiAction.KEEP
    assert limited.location_keeps == {LocationPart.CITY, LocationPart.STATE, LocationPart.ZIP}
    assert load_policy("none").keeps_everything
    assert not any(load_policy(name).keeps_everything for name in ("safe-harbor", "surrogate", "limited"))


def test_a_hospital_gives_its_own_policy_by_path(tmp_path: Path) -> None:
    policy = load_policy(written(tmp_path, OWN | {"generalised_location_keeps": ["state"]}))
    assert policy.name == "own"
    assert set(policy.actions.values()) == {PhiAction.MASK}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (OWN | {"actions": OWN["actions"] | {"PASSPORT": "mask"}}, "unknown type 'PASSPORT'"),
        (OWN | {"actions": OWN["actions"] | {"NAME": "blur"}}, "NAME cannot have action 'blur'"),
        (OWN | {"actions": OWN["actions"] | {"NAME": "shift"}}, "NAME cannot have action 'shift'"),
        (OWN | {"actions": OWN["actions"] | {"NAME": ["mask"]}}, "NAME cannot have action"),
        (OWN | {"actions": {"NAME": "mask"}}, "no action for DATE, AGE"),
        (OWN | {"actions": None}, "'actions' must give"),
        (OWN | {"action": {}}, "unknown key 'action'"),
        (OWN | {"name": ""}, "'name' is missing"),
        (OWN | {"name": "none"}, "built-in policy's name"),
        (OWN | {"generalised_location_keeps": [{"zip": 4}]}, "'generalised_location_keeps' is a list"),
        ("name: [", "not valid YAML"),
        ("just text", "must hold 'name' and 'actions'"),
    ],
)
def test_a_policy_that_is_wrong_refuses_in_one_line(tmp_path: Path, content: object, told: str) -> None:
    with pytest.raises(ChartstreamError, match=told) as refusal:
        load_policy(written(tmp_path, content))
    assert "\n" not in str(refusal.value)


def test_a_policy_that_is_not_there_refuses(tmp_path: Path) -> None:
    with pytest.raises(ChartstreamError, match="no policy 'strict': choose one of limited, none"):
        load_policy("strict")
    with pytest.raises(ChartstreamError, match="cannot be read"):
        load_policy(str(tmp_path / "absent.yaml"))
