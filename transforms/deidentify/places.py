"""Places that no pattern of digits gives away: facilities, cities and states, ZIP codes behind them, employers."""

import re
from collections.abc import Callable, Iterator

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from transforms.deidentify import place_forms as forms
from transforms.deidentify import place_words as vocabulary
from transforms.deidentify.lexicon import Lexicon, lexicon
from transforms.deidentify.lookalikes import in_lookalike_context, is_placeholder
from transforms.deidentify.lower_places import is_without_capitals, places_without_capitals
from transforms.deidentify.marks import Marks
from transforms.deidentify.written_forms import result
from transforms.records import PhiType

_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"\w+")
_LONGEST_STREET = 64  # characters of an address before its city
_Span = tuple[int, int, float, str]


class Places(EntityRecognizer):
    """Cities and states, ZIP codes behind them, hospitals, clinics, homes, schools and employers."""

    def __init__(self) -> None:
        super().__init__(supported_entities=[PhiType.LOCATION], name="places")

    def load(self) -> None:
        self._lists: Lexicon = lexicon()
        states = f"{vocabulary.STATES}|{vocabulary.ABBREVIATIONS}".replace("\\.", ".").lower().split("|")
        self._marks: Marks[Callable[[str, int], Iterator[_Span]]] = Marks(
            [
                (self._facility, vocabulary.KIND_WORDS.split()),
                (self._saint, ("st", "saint", "mt", "mount", "mercy", "our lady")),
                (self._labelled, vocabulary.LABEL_WORDS.split()),
                (self._employer, vocabulary.EMPLOYER_WORDS.split()),
                (self._state, [state.rstrip(".") for state in states]),
                (self._home, vocabulary.HOME_WORDS.split()),
                (self._near, vocabulary.NEAR_WORDS.split()),
                (self._institution, vocabulary.INSTITUTIONS),
                (self._of_faith, vocabulary.FAITHS.split()),
                (self._street_city, vocabulary.STREET_WORDS),
                (self._cared, vocabulary.CARED_WORDS.split()),
                (self._city_of_signer, ("md", "m d", "do", "d o", "np", "pa c", "rn", "phd", "dds", "dpm")),
                (self._chain, [chain.replace("_", " ") for chain in vocabulary.CHAINS]),
                (self._county, ("county", "parish", "borough", "township")),
            ]
        )

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        found = [
            result(PhiType.LOCATION, start, end, score, form)
            for recognize, at in self._marks.places(text)
            for start, end, score, form in recognize(text, at)
        ]
        if is_without_capitals(text):
            found += [result(PhiType.LOCATION, *span) for span in places_without_capitals(text)]
        return found

    # --- facilities: a name, then its kind

    def _facility(self, text: str, at: int) -> Iterator[_Span]:
        kind = forms.KIND_HERE.match(text, at)
        if kind is None:
            return
        offset = max(0, at - 90)
        line = max(text.rfind("\n", offset, at) + 1, offset)
        before = forms.BEFORE_KIND.search(text, line, at)
        start = self._start_of_name(text, before.start(), at) if before is not None else None
        if start is None:
            if (university := forms.UNIVERSITY_OF.match(text, at)) is not None and self._is_proper(university["name"]):
                yield *university.span(), 0.8, "location_facility"
            return
        end = kind.end()
        listed = " ".join(text[start:end].lower().split()) in self._lists.hospitals
        if listed or self._names_a_facility(text[start:at], kind[0]):
            more = forms.AFTER_KIND.match(text, end) if kind[0].split()[0] in forms.OF_KINDS else None
            if more is not None and more["more"].split()[0].lower() not in self._lists.english:
                end = more.end()
            yield start, end, 0.8, "location_facility"
            yield from self._city_behind(text, end)

    def _start_of_name(self, text: str, start: int, end: int) -> int | None:
        """Leaves out what leads up to a name: ``Seen at the``, ``Transferred from``."""
        found = list(_WORD.finditer(text, start, end))
        while found and (found[0][0].lower() in vocabulary.GENERIC or found[0][0][0].islower() or found[0][0] == "&"):
            found.pop(0)
        for i, word in enumerate(found):  # a new sentence, or a title and its name
            if (
                word[0].endswith(".")
                and len(word[0]) > 3
                and word[0].count(".") < 2
                and word[0] not in vocabulary.SHORTENED
            ):
                found = found[i + 1 :]
                break
        for i in range(len(found) - 1, -1, -1):
            if (
                found[i][0] in ("at", "in", "for", "on")
                or (found[i][0] in vocabulary.LEADING_UP and i < len(found) - 1)
                or (found[i][0] == "the" and (i == 0 or found[i - 1][0] != "of"))
            ):
                found = found[i + 1 :]
                break
        return found[0].start() if found else None

    def _names_a_facility(self, name: str, kind: str) -> bool:
        bare = [word.strip(".,&").lower().removesuffix("'s").removesuffix("’s") for word in name.split()]
        bare = [word for word in bare if word and word not in vocabulary.GENERIC]
        if not bare or all(is_placeholder(word.upper()) for word in bare):
            return False
        first_kind = kind.split()[0].lower()
        proper = [word for word in bare if word not in self._lists.english and len(word) > 2]
        if kind.isupper() and name.isupper():
            several = " " in kind or first_kind in vocabulary.CAPITALS_KINDS
            return several and any(
                word in vocabulary.NAMING
                or (word in self._lists.surnames and word in proper and word not in self._lists.eponyms)
                for word in bare
            )
        if first_kind in vocabulary.STRONG_KINDS:
            return bool(proper) or any(word in vocabulary.NAMING for word in bare)
        return any(word in self._lists.surnames or word in self._lists.cities for word in proper)

    def _institution(self, text: str, at: int) -> Iterator[_Span]:
        match = forms.INSTITUTION_HERE.match(text, at)
        if match is not None and not in_lookalike_context(text, *match.span()):
            if match[0].lower() in vocabulary.ALSO_INSTRUMENTS and not forms.PLACED_BEFORE.search(
                text, max(0, at - 12), at
            ):
                return
            yield *match.span(), 0.8, "location_institution"
            yield from self._city_behind(text, match.end())

    def _chain(self, text: str, at: int) -> Iterator[_Span]:
        """``fell at Walmart``, ``rx sent to CVS``, ``a fish fry at the VFW``; ``Rite Aid #0331`` anywhere."""
        match = forms.CHAIN_HERE.match(text, at)
        if match is None:
            return
        chain = match["chain"].lower()
        if match["store"] is not None and (match["chain"].istitle() or chain not in vocabulary.CHAINS_THAT_ARE_WORDS):
            yield *match.span(), 0.8, "location_chain"
            return
        if chain in vocabulary.CHAINS_THAT_ARE_WORDS and not (
            match["chain"].istitle() and forms.TITLE_BEHIND.match(text, match.end()) is None
        ):
            return
        before = forms.CHAIN_BEFORE if chain in vocabulary.CHAINS_NOT_BEHIND_THE else forms.CHAIN_OR_THE_BEFORE
        if before.search(text, max(0, at - 16), at) is not None:
            yield *match.span(), 0.7, "location_chain"

    def _of_faith(self, text: str, at: int) -> Iterator[_Span]:
        match = forms.OF_FAITH_HERE.match(text, at)
        if match is not None and forms.OF_FAITH_BEFORE.search(text, max(0, at - 24), at):
            yield *match.span(), 0.7, "location_institution"

    def _saint(self, text: str, at: int) -> Iterator[_Span]:
        match = forms.SAINT_HERE.match(text, at)
        if match is not None and forms.SAINT_BEFORE.search(text, max(0, at - 12), at):
            yield *match.span(), 0.7, "location_saint"

    def _labelled(self, text: str, at: int) -> Iterator[_Span]:
        """``Pharmacy: Gullhaven Drugs``, ``Health plan: Cascadia Mutual``."""
        match = forms.PLACE_LABELLED.match(text, at)
        if match is None or forms.FIELD_BEFORE.search(text, max(0, at - 8), at) is None:
            return
        if match["phi"].split()[0].lower() in vocabulary.PROGRAMS or is_placeholder(match["phi"]):
            return
        named = [word for word in match["phi"].split() if self._is_proper(word) or word.lower() in vocabulary.NAMING]
        if named and not match["phi"].isupper():
            yield *match.span("phi"), 0.7, "location_labelled"

    def _cared(self, text: str, at: int) -> Iterator[_Span]:
        """``treated at Cedars-Sinai``, ``admitted to UCSF``, ``a mechanic at Tidewater Freight``."""
        word = text[at : at + 4].lower()
        workplace = forms.WORKPLACE_HERE.match(text, at) if word.startswith(("at", "for")) else None
        if workplace is not None and forms.OCCUPATION_BEFORE.search(text, max(0, at - 20), at):
            first = workplace["phi"].split()[0].lower()
            if first not in vocabulary.NO_PLACES and any(map(self._is_proper, workplace["phi"].split())):
                yield *workplace.span("phi"), 0.75, "location_workplace"
        capitals = forms.CARED_CAPITALS.match(text, at)
        if (
            capitals is not None
            and forms.CARED_BEFORE.search(text, max(0, at - 24), at) is not None
            and self._is_proper(capitals["phi"])
            and capitals["phi"].lower() not in self._lists.terms
        ):
            yield *capitals.span("phi"), 0.6, "location_care"
        match = forms.CARED_HERE.match(text, at) if word.startswith(("at", "in", "to", "from")) else None
        if match is None or forms.CARED_BEFORE.search(text, max(0, at - 24), at) is None:
            return
        found = match["phi"].split()
        first = found[0].strip(".").lower().removesuffix("'s")
        short = found[0].isupper() and len(found[0]) < 3 and len(found) < 2
        if first in vocabulary.NO_PLACES or found[-1].lower() in vocabulary.UNITS or is_placeholder(found[0]) or short:
            return
        if in_lookalike_context(text, *match.span("phi")):
            return
        if any(self._is_proper(word) or word.lower() in vocabulary.NAMING for word in found):
            yield *match.span("phi"), 0.6, "location_care"

    def _employer(self, text: str, at: int) -> Iterator[_Span]:
        if (labelled := forms.EMPLOYER_LABELLED.match(text, at)) is not None and not is_placeholder(labelled["phi"]):
            yield *labelled.span("phi"), 0.75, "location_employer"
        if (guarantor := forms.GUARANTOR_HERE.match(text, at)) is not None:
            yield *guarantor.span("phi"), 0.7, "location_employer"
        if (known := self._known_employer(text, at)) is not None:
            yield *known, 0.75, "location_employer"
        if (match := forms.EMPLOYER_HERE.match(text, at)) is not None:
            group = "phi" if match["phi"] else "phi2"
            first = match[group].split()[0].lower()
            named = (first not in self._lists.english or " " in match[group] or group == "phi2") and len(first) > 1
            if named and not is_placeholder(match[group]):
                yield *match.span(group), 0.7, "location_employer"

    def _known_employer(self, text: str, at: int) -> tuple[int, int] | None:
        """A well-known company of which somebody works: ``worked 22 years at tyson foods``, ``arbeitet bei Bosch``."""
        match = forms.WORK_BEHIND.match(text, at)
        if match is None:
            return None
        start = match.start("phi") if match["phi"] else match.start("direct")
        found = (match["phi"] or match["direct"]).split()
        for n in range(min(4, len(found)), 0, -1):
            company = " ".join(found[:n]).rstrip(".")
            for name in (company, company.removesuffix("'s").removesuffix("’s")):
                if name.lower() in self._lists.employers and text.startswith(company, start):
                    return start, start + len(company)
        return None

    # --- cities and states

    def _state(self, text: str, at: int) -> Iterator[_Span]:
        match = forms.STATE_HERE.match(text, at)
        if match is None:
            return
        if text[at - 1 : at] == "^" and forms.HL7_ZIP_BEHIND.match(text, match.end("state")) is not None:
            city = forms.HL7_CITY_BEFORE.search(text, max(0, at - 44), at)
            yield at, match.end("state"), 0.85, "location_state"
            if city is not None:
                yield *city.span("phi"), 0.85, "location_city"
            return
        state_end = match.end("state")
        comma = forms.COMMA_BEFORE.search(text, max(0, at - 3), at)
        spelled = match["state"][1].islower()
        if text[at - 1 : at] == "(" and match["state"] in vocabulary.AMBIGUOUS_STATES:  # ``(ID 17107)``
            return
        if not match["zip"] and (in_lookalike_context(text, at, state_end) if spelled else comma is None):
            return
        if match["zip"]:
            yield *match.span("zip"), 0.95, "location_zip"
        line = max(text.rfind("\n", max(0, at - 50), at - 1) + 1, at - 50, 0)
        city = forms.PLACE_BEFORE.search(text, line, at) if comma is not None or match["zip"] else None
        known = self._city_start(city[0]) if city is not None else None
        if (
            not spelled
            and not match["zip"]
            and (city is None or not self._is_city_of(text, match["state"], city, known))
        ):
            return
        if city is None or is_placeholder(city[0].strip(" ,")):
            yield at, state_end, 0.75, "location_state"
            return
        start = city.start() + self._begin_of_city(city[0], known, whole=match["zip"] is not None)
        yield start, state_end, 0.85, "location_city_state"
        street = forms.STREET_BEFORE.search(text, max(0, start - _LONGEST_STREET), start) if match["zip"] else None
        if street is not None:
            yield street.start(), len(text[:start].rstrip(" ,\n")), 0.85, "location_street"

    def _is_city_of(self, text: str, state: str, city: "re.Match[str]", known: int | None) -> bool:
        """Whether an abbreviation behind a comma is a state: ``Boise, ID``, and not ``NT, ND`` or ``K. Dubois, PA``."""
        written = city[0].rstrip(" ,\n")
        if written.isupper() and len(written) < 4:
            return False
        if state in vocabulary.CREDENTIAL_STATES:
            at = city.start() + (known or 0)
            given = forms.GIVEN_BEFORE.search(text, max(0, at - 24), at)
            first = written.split()[0].strip(".").lower()
            if (given is not None and (given["given"] or "").lower() in {"", *self._lists.first_names}) or (
                " " in written[known or 0 :] and first in self._lists.first_names
            ):
                return False
        return known is not None or state not in vocabulary.AMBIGUOUS_STATES

    def _begin_of_city(self, written: str, known: int | None, whole: bool) -> int:
        """Where in ``written`` the city begins: all of it where its ZIP code follows, else a known city or the last word."""
        found = list(_WORD.finditer(written.rstrip(" ,\n")))
        if whole and known is None:
            return 0
        at = len(found) - 1 if known is None else [word.start() for word in found].index(known)
        while at > 0 and found[at - 1][0].lower() in vocabulary.CITY_BEGINNINGS:
            at -= 1
        return found[at].start()

    def _city_start(self, written: str) -> int | None:
        """Where in ``written`` (up to three capitalised words) the name of a known city begins."""
        written = written.rstrip(" ,\n")
        for word in _WORD.finditer(written):
            if self._is_city(" ".join(written[word.start() :].lower().split())):
                return word.start()
        return None

    def _county(self, text: str, at: int) -> Iterator[_Span]:
        capital = text[at].isupper()
        before = (forms.COUNTY_BEFORE if capital else forms.LOWER_COUNTY_BEFORE).search(text, max(0, at - 40), at)
        kind = _LETTERS.match(text, at)
        if before is None or kind is None or not (capital or kind[0] == "county"):
            return
        first = before[0].split()[0].lower()
        if (
            first not in vocabulary.GENERIC and first not in self._lists.english
        ):  # a union would copy the words each time
            yield before.start(), kind.end(), 0.75, "location_county"

    def _street_city(self, text: str, at: int) -> Iterator[_Span]:
        if (match := forms.STREET_END.match(text, at)) is not None:
            yield from self._city_behind(text, match.end() - 1)

    def _city_behind(self, text: str, end: int) -> Iterator[_Span]:
        """The city of ``12 Elm Street, Springfield``, ``Children's Hospital Los Angeles``."""
        if (match := forms.CITY_BEHIND.match(text, end)) is not None:
            found = match["phi"].split()
            for n in range(len(found), 0, -1):
                city = " ".join(found[:n])
                if self._is_city(city.lower()):
                    yield match.start("phi"), match.start("phi") + len(city), 0.75, "location_city"
                    return

    def _city_of_signer(self, text: str, at: int) -> Iterator[_Span]:
        """``cc: Jo Lindqvist, MD, Pawtucket``"""
        if (match := forms.CITY_OF_SIGNER.match(text, at)) is not None and self._is_city(match["phi"].lower()):
            yield *match.span("phi"), 0.6, "location_city"

    def _home(self, text: str, at: int) -> Iterator[_Span]:
        if (match := forms.HOME_HERE.match(text, at)) is None:
            return
        start, end = match.span("phi")
        if (city := self._city_span(text, start, end, strong=True)) is not None:
            yield *city, 0.75, "location_city"
        elif self._is_proper(match["phi"].split()[0]):
            yield start, end, 0.6, "location_home"

    def _near(self, text: str, at: int) -> Iterator[_Span]:
        if (match := forms.NEAR_HERE.match(text, at)) is not None:
            local = text[at : at + 3].lower() in ("our", "the")
            city = self._city_span(text, *match.span("phi"), strong=False)
            office = forms.LOCAL_OFFICE.match(text, city[1]) if city is not None else None
            if city is not None and office is not None:
                yield city[0], office.end(), 0.6, "location_city"
            elif city is not None and not local and not in_lookalike_context(text, *city):
                yield *city, 0.6, "location_city"

    def _city_span(self, text: str, start: int, end: int, strong: bool) -> tuple[int, int] | None:
        found = text[start:end].split()
        for n in range(len(found), 0, -1):
            candidate = " ".join(found[:n])
            folded = candidate.lower()
            if not self._is_city(folded) or text[start : start + len(candidate)] != candidate:
                continue
            ordinary = all(word in self._lists.english or word in self._lists.eponyms for word in folded.split())
            if (
                folded in vocabulary.FACILITY_WORDS
                or (candidate.isupper() and candidate != "NYC")
                or (ordinary and not (strong or n > 1))
            ):
                return None
            return start, start + len(candidate)
        return None

    def _is_city(self, folded: str) -> bool:
        return folded in self._lists.cities or folded in vocabulary.CITY_ALIASES

    def _is_proper(self, word: str) -> bool:
        folded = word.strip(".,'’").lower().removesuffix("'s").removesuffix("’s")
        return folded not in self._lists.english and folded not in vocabulary.NO_PLACES and len(folded) > 2
