"""A name takes its title with it: as much is replaced as labelled corpora call a name, and the title still stands there."""

import pytest

from transforms.deidentify.findings import Finding
from transforms.deidentify.policy import load_policy
from transforms.deidentify.rewriting import Rewriter
from transforms.deidentify.surrogates import Surrogates
from transforms.keyring import new_keyring
from transforms.records import PhiType

KEYRING = new_keyring()


def rewritten(text: str, policy: str, *names: str) -> list[tuple[str, str]]:
    """What is replaced, and by what."""
    findings = [Finding(PhiType.NAME, at := text.index(name), at + len(name), "test", 0.9) for name in names]
    rewriter = Rewriter(load_policy(policy), 20, 2021, Surrogates(KEYRING, "patient", text, names))
    return [(text[r.finding.start : r.finding.end], r.text) for r in rewriter.rewrite(text, findings)]


@pytest.mark.parametrize(
    ("text", "name", "replaced", "masked"),
    [
        ("Seen by Dr. Sarah Petrov today.", "Sarah Petrov", "Dr. Sarah Petrov", "Dr. [NAME]"),
        ("per dr kowalski", "kowalski", "dr kowalski", "dr [NAME]"),
        ("MRS. OKAFOR called", "OKAFOR", "MRS. OKAFOR", "MRS. [NAME]"),
        ("Mr.Tran", "Tran", "Mr.Tran", "Mr.[NAME]"),
        ("the address Elmdr Jones", "Jones", "Jones", "[NAME]"),
        ("Drew Lindqvist", "Drew Lindqvist", "Drew Lindqvist", "[NAME]"),
    ],
)
def test_a_masked_name_keeps_its_title(text: str, name: str, replaced: str, masked: str) -> None:
    assert rewritten(text, "safe-harbor", name) == [(replaced, masked)]


def test_a_surrogate_keeps_the_title_and_is_the_same_without_one() -> None:
    text = "Dr. Sarah Petrov operated. I thank Sarah Petrov."
    ((titled, of_titled),) = rewritten(text, "surrogate", "Sarah Petrov")
    ((plain, of_plain),) = rewritten(text[20:], "surrogate", "Sarah Petrov")

    assert (titled, plain) == ("Dr. Sarah Petrov", "Sarah Petrov")
    assert of_titled == f"Dr. {of_plain}"
    assert "Petrov" not in of_titled


def test_two_names_do_not_share_a_title() -> None:
    assert rewritten("Ann Mr. Lee", "safe-harbor", "Ann", "Lee") == [("Ann", "[NAME]"), ("Mr. Lee", "Mr. [NAME]")]
