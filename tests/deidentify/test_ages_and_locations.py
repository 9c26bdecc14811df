"""What Safe Harbor leaves of ages and places."""

import pytest

from transforms.deidentify import ages, locations
from transforms.deidentify.policy import LocationPart, load_policy

SAFE_HARBOR = load_policy("safe-harbor").location_keeps
LIMITED = load_policy("limited").location_keeps


@pytest.mark.parametrize(
    ("written", "released"),
    [
        ("93", "90+"),
        ("93-year-old", "90+-year-old"),
        ("102 y/o", "90+ y/o"),
        ("89-year-old", "89-year-old"),
        ("90", "90+"),
        ("ninety-three years old", "90+ years old"),
        ("one hundred and two years of age", "90+ years of age"),
        ("in her 90s", "in her 90+"),
        ("nonagenarian", "90+"),
        ("95 months", "95 months"),
        ("93.5 years", "90+ years"),
        ("92½-year-old", "90+-year-old"),
        ("91 years and 3 months", "90+ years"),
        ("93 y/o 4 mo", "90+ y/o"),
        ("one hundred thirteen", "90+"),
        ("elderly", None),
    ],
)
def test_ages_over_89_become_one_category(written: str, released: str | None) -> None:
    assert ages.generalised(written) == released


@pytest.mark.parametrize(
    ("written", "safe_harbor", "limited"),
    [
        ("02115", "021", "02115"),
        ("02115-4404", "021", "02115-4404"),
        ("03601", "000", "03601"),  # New Hampshire's 036 has some 10,000 people
        ("Boston, MA 02115", "[LOCATION] 021", "Boston, MA 02115"),
        ("12 Oak Street, Springfield, MA 01101", "[LOCATION] 011", "[LOCATION], Springfield, MA 01101"),
        ("12 Oak Street, Springfield, Massachusetts", "[LOCATION]", "[LOCATION], Springfield, Massachusetts"),
        ("Springfield", "[LOCATION]", "Springfield"),
        ("New York", "[LOCATION]", "New York"),
        ("Ohio", "[LOCATION]", "Ohio"),
        ("Fairview General Hospital", "[LOCATION]", "[LOCATION]"),
        ("Room 41235", "[LOCATION]", "[LOCATION]"),
        ("412B", "[LOCATION]", "[LOCATION]"),
        ("41235 Oak Street", "[LOCATION]", "[LOCATION]"),
    ],
)
def test_a_place_keeps_what_its_policy_says(written: str, safe_harbor: str, limited: str) -> None:
    assert locations.generalised(written, SAFE_HARBOR, "[LOCATION]") == safe_harbor
    assert locations.generalised(written, LIMITED, "[LOCATION]") == limited


def test_sparsely_populated_zip_areas_are_hidden() -> None:
    small_in_2000 = "036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893"
    assert {locations.zip3(f"{area}01") for area in small_in_2000.split()} == {"000"}
    assert locations.zip3("10001") == "100"


def test_own_policy_may_keep_the_state_alone() -> None:
    kept = locations.generalised("12 Oak St, Salem, OR 97301", frozenset({LocationPart.STATE}), "[LOCATION]")
    assert kept == "[LOCATION], OR [LOCATION]"
