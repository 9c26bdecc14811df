"""Realistic replacements by keyed choice from versioned lists (``surrogate_lists/``): hide in plain sight.

A choice depends on the patient and on the value alone, so that the same person, place or number has the same surrogate
in all of a patient's notes. Only a surrogate that already stands in the note gives way to the next choice; the lists
hold rare names, so that this is rare too.
"""

import re
from collections.abc import Callable, Iterable
from functools import cached_property, partial

from ahocorasick_rs import AhoCorasick, Implementation

from transforms.deidentify import surrogate_numbers as numbers
from transforms.deidentify.surrogate_names import WORD, SurrogateNames
from transforms.deidentify.surrogate_places import SurrogatePlaces
from transforms.keyring import Keyring
from transforms.records import PhiType

_TRIES = 50
_AT = re.compile(r"@|\s?[(\[]at[)\]]|\sat\s", re.IGNORECASE)
_ADDRESS_BEGINS = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?", re.IGNORECASE)


class Surrogates:
    """Chooses the surrogates of one note.

    ``subject_key`` is its patient's key; ``names`` are all that are found in the note or known of the patient, and
    ``values`` the numbers and addresses found in it: no surrogate may be or hold one of them.
    """

    def __init__(
        self, keyring: Keyring, subject_key: str, text: str, names: Iterable[str] = (), values: Iterable[str] = ()
    ) -> None:
        self._keyring = keyring
        self._subject = subject_key
        self._text = text
        self._found_names = names
        self._values = values
        self._names = SurrogateNames(self._choose, self._is_free)
        self._places = SurrogatePlaces(self._choose, self._is_free, self._fresh)
        self._chosen: dict[tuple[PhiType, str], str] = {}

    def surrogate(self, phi_type: PhiType, value: str) -> str | None:
        """What stands in place of the value; None where nothing can (it is masked then)."""
        if (phi_type, value) not in self._chosen:
            chosen = self._surrogate(phi_type, value)
            if not chosen or chosen.lower() == value.lower():
                return None
            self._chosen[phi_type, value] = chosen
        return self._chosen[phi_type, value]

    def _surrogate(self, phi_type: PhiType, value: str) -> str | None:
        match phi_type:
            case PhiType.NAME if "@" not in value and "://" not in value:
                return self._name(value)
            case PhiType.LOCATION:
                return self._places.place(value)
            case PhiType.EMAIL | PhiType.NAME if "@" in value or phi_type is PhiType.EMAIL:
                return self._email(value)
            case PhiType.URL | PhiType.NAME:
                beginning = _ADDRESS_BEGINS.match(value)
                return f"{beginning[0] if beginning else ''}example.org/{self._places.town(value.lower()).lower()}"
            case PhiType.PHONE:
                return self._fresh(partial(numbers.phone, value))
            case PhiType.SSN:
                return self._fresh(partial(numbers.ssn, value))
            case PhiType.IP:
                return self._fresh(partial(numbers.ip, value))
            case _:
                return self._fresh(partial(numbers.identifier, value), numbers.has_check_digit)

    def _name(self, value: str) -> str | None:
        """A name, or what holds one, such as a user name or a street: its numbers change too."""
        shown = self._names.name(value)
        has_number = any(map(str.isdecimal, value))
        return self._fresh(partial(numbers.renumbered, "name", shown)) if has_number else shown

    def _email(self, value: str) -> str | None:
        """The address of the one whose names it holds: ``j.smith42@`` goes with ``John Smith``."""
        user = self._names.user(_AT.split(value)[0])
        return self._fresh(lambda choose: f"{numbers.renumbered('email', user, choose)}@example.org")

    # --- choices -------------------------------------------------------------------------------------------

    def _choose(self, count: int, purpose: str, *value: str, attempt: str = "") -> int:
        return self._keyring.choose(count, f"surrogate-{purpose}", self._subject, *value, attempt)

    def _is_free(self, word: str) -> bool:
        """Whether the word stands neither in the note nor in a name of the patient's."""
        return word not in self._words

    def _fresh(
        self, make: Callable[[numbers.Choose], str], is_real: Callable[[str], bool] = lambda shown: False
    ) -> str | None:
        """A number that the note does not have, nor any found value in it, and that is none of the real ones."""
        for attempt in range(_TRIES):
            shown = make(partial(self._choose, attempt=str(attempt)))
            taken = all(token in self._words for token in re.findall(r"\w+", shown.lower()))
            if not taken and not is_real(shown) and not self._holds_value(shown.lower()):
                return shown
        return None

    def _holds_value(self, shown: str) -> bool:
        return self._automaton is not None and bool(self._automaton.find_matches_as_indexes(shown))

    @cached_property
    def _automaton(self) -> AhoCorasick | None:
        values = sorted({value.lower() for value in self._values if value})
        return AhoCorasick(values, implementation=Implementation.NoncontiguousNFA) if values else None

    @cached_property
    def _words(self) -> frozenset[str]:
        lower = " ".join((self._text, *self._found_names)).lower()
        return frozenset(re.findall(r"\w+", lower)) | frozenset(WORD.findall(lower))
