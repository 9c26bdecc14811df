"""Places that no pattern of digits gives away: facilities, cities and states, ZIP codes behind them, employers."""

import re
from collections.abc import Callable, Iterator

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from transforms.deidentify.forms import words
from transforms.deidentify.lexicon import Lexicon, lexicon
from transforms.deidentify.lookalikes import in_lookalike_context, is_placeholder
from transforms.deidentify.marks import Marks
from transforms.deidentify.written_forms import result
from transforms.records import PhiType

_STATES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|"
    "Illinois|Indiana|"
    "Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|"
    "Nebraska|"
    "Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|"
    "Pennsylvania|"
    "Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|"
    "Wisconsin|"
    "Wyoming|Puerto Rico|District of Columbia"
)
_ABBREVIATIONS = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|"
    "OR|PA|RI|SC|"
    "SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|PR|D\\.C\\.|N\\.Y\\."
)
# Abbreviations of states that are also a degree or a word: a known city or a ZIP code must stand beside them.
_AMBIGUOUS = words("AL AR CA CO CT DE HI ID IN LA MA MD ME MI MS MT NE OH OK OR PA PR SC VA")
_CAP = r"[A-Z](?:[A-Za-z]|['’\-.](?=[A-Za-z]))*"
_PLACE_BEFORE = re.compile(
    rf"(?:(?:St|Ft|Mt|Saint|Fort|Mount)\.?\s)?{_CAP}(?:\s(?:(?:of|the|du|de|la)\s)?{_CAP}){{0,2}},?\s{{0,2}}\Z"
)
_STATE_HERE = re.compile(
    rf"(?P<state>(?:{_ABBREVIATIONS})(?![A-Za-z'’])|(?:{_STATES})\b(?!\s(?:Hospital|University|Street|Avenue|"
    rf"protocol|score|criteria|pouch)))"
    r"(?:,?\s{1,3}(?P<zip>[0-9]{5}(?:-[0-9]{4})?)(?![0-9]))?"
)
_PLACE = rf"(?:(?:St|Ft|Mt)\.\s)?{_CAP}(?:\s(?:(?:of|the|du|de|la)\s)?{_CAP}){{0,2}}"
_HOME_HERE = re.compile(
    r"(?:[Ll]ives?\sin|[Ll]iving\sin|[Rr]esid(?:es?|ing)\sin|[Rr]esident\sof|[Mm]oved\s(?:here\s)?(?:to|from)|"
    r"[Bb]orn\sin|[Rr]aised\sin|[Gg]rew\sup\sin|"
    r"[Tt]ravel(?:l?ed|l?ing|s)?\s(?:to|from|in)|[Nn]ative\sof|[Tt]rip\sto|[Vv]acation(?:ing|ed)?\s(?:in|to)|"
    r"[Oo]riginally\sfrom|[Hh]ome\sin|[Hh]ouse\sin|"
    r"[Tt]own\sof|[Cc]ity\sof|[Vv]illage\sof|[Cc]ounty\sof|[Ss]uburb\sof|[Rr]elocat(?:ed|ing)\s(?:to|from)|"
    r"[Ff]lew\s(?:to|from)|[Dd]rove\s(?:to|from)|[Cc]ity\s?:|[Tt]own\s?:)"
    rf"\s{{1,2}}(?:(?:downtown|nearby|rural|suburban|upstate|northern|southern|eastern|western|north|south|east|"
    rf"west)\s)?(?P<phi>{_PLACE})"
)
_HOME_WORDS = (
    "live lives living reside resides residing resident moved born raised grew travel travels traveled travelled "
    "traveling travelling native trip vacation "
    "vacationing vacationed originally home house town city village county suburb relocated relocating flew drove"
)
_NEAR_HERE = re.compile(
    rf"\w{{2,8}}\s(?:our\s|the\s)?(?:downtown\s|nearby\s|rural\s|upstate\s|northern\s|southern\s|eastern\s|"
    rf"western\s)?(?P<phi>{_PLACE})"
)
_NEAR_WORDS = "in from near at to outside around of downtown via through visiting our the"
_CARED_HERE = re.compile(
    rf"(?:at|to|from|in|by|with)\s(?:the\s|our\s)?(?P<phi>{_CAP}(?:\s(?:(?:&|of|and)\s)?{_CAP}(?:['’]s)?){{0,3}})"
    rf"(?=\s(?:on|in|last|for|with|since|by|where|who|and|was|is|had|after|clinic|hospital|med\b|medical)|[,.;:?)]|"
    rf"\s?\(|\s-|\s?$|\s[0-9])"
)
_CARED_BEFORE = re.compile(
    r"\b(?:seen|treated|admitted|evaluated|examined|followed|managed|presented|diagnosed|hospitalized|transferred|"
    r"transported|referred|discharged|observed|"
    r"visited|reviewed|conducted|performed|underwent|received|scheduled|cared\sfor|surgery|care|visit|"
    r"consult(?:ed|ation)?|appointment|appt|monitored|"
    r"follow(?:ed)?-?\s?up|case|notes|records?|chart|replacement|transplant|myeloma|meeting|him|her|them|recently|"
    r"previously|stay|presenting|checkup|assessed|currently|operated|delivered|provider|office|team)\s\Z",
    re.IGNORECASE,
)
# Institutions known by a name that says no kind: a capital must begin it.
_STREET_WORDS = words(
    "street st avenue ave road rd boulevard blvd drive dr lane ln court ct place pl way terrace circle"
)
_INSTITUTIONS = [
    word.replace("_", " ")
    for word in words(
        "ucsf ucla ucsd usc uci mgh bwh bidmc nyu upmc ohsu vumc mskcc uwmc utmb utsw chop chla musc uic uihc "
        "md_anderson johns_hopkins john's_hopkins mayo_clinic cleveland_clinic kaiser_permanente kaiser cedars- "
        "sinai cedar_sinai cedars_sinai mount_sinai mt_sinai sloan_kettering memorial_sloan_kettering stanford "
        "nyu_langone northwestern geisinger intermountain dana-farber beth_israel brigham massachusetts_general "
        "mass_general duke vanderbilt emory baylor sutter tufts montefiore weill_cornell columbia_presbyterian "
        "ny_presbyterian new_york_presbyterian newyork-presbyterian uw_med hackensack ascension scripps ochsner "
        "sentara "
    )
]
_INSTITUTION_HERE = re.compile(
    r"(?:[A-Z]{3,6}|MD\sAnderson|Johns?(?:['’]s)?\sHopkins|Mayo\sClinic|Cleveland\sClinic|Cedars?[- ]Sinai|"
    r"M(?:oun)?t\.?\sSinai|(?:Memorial\s)?Sloan\sKettering|"
    r"(?:NY|New\s?York)[- ]Presbyterian|(?:Massachusetts|Mass)\sGeneral|UW\sMed|"
    r"[A-Z][a-z]{3,12}(?:[- ][A-Z][a-z]{4,12})?)(?![a-z])"
    r"(?:\s(?:&|and)\s[A-Z][a-z]+(?:['’]s)?|\s(?:[Mm]ed(?:ical)?\.?\s(?:[Cc]tr|[Cc]enter)|[Mm]ed\b|Health|"
    r"Hospital|[Cc]linic|[Cc]ancer\sCenter|Langone|Cancer\sCenter|Permanente)){0,3}"
)
_STREET_END = re.compile(
    r"(?i:street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|place|pl|way|terrace|circle)"
    r"\.?(?:,?\s(?:#|[Aa]pt\.?|[Uu]nit|[Ss]uite|[Ss]te\.?)\s?\w{1,5})?,"
)
_COUNTY_BEFORE = re.compile(rf"{_CAP}(?:\s{_CAP})?\s\Z")
_CITY_BEHIND = re.compile(rf",?\s(?:in\s|at\s)?(?P<phi>{_CAP}(?:\s{_CAP}){{0,2}})")
_LOCAL_OFFICE = re.compile(r"\s(?:office|clinic|campus|facility|branch|location|hospital|med|medical|ED|ER|area)\b")
# Wards, teams and services, written in capitals as some hospitals write their names.
_NO_PLACES = words(
    "icu or er ed pacu ccu nicu picu micu sicu cticu cvicu gi gu ent ob gyn obgyn ir ct mri pt ot iv im po prn "
    "snf ltac ltc rehab ems usa us va md np pa dr pcp pmd hospice "
    "home clinic hospital emergency operating recovery intensive labor cardiology oncology neurology surgery "
    "medicine radiology urology orthopedics pediatrics psychiatry day "
    "xyz abc abcd general medical room unit floor x"
)
_COMMA_BEFORE = re.compile(r",\s{1,2}\Z")
_OF_PLACES = frozenset(("University", "Hospital", "College", "Institute", "Bank", "Church", "Children's", "Children’s"))
_ALIASES = frozenset(("new york city", "nyc", "philly", "vegas", "san fran", "washington dc", "st. louis", "st. paul"))

_FACILITY_KIND = (
    r"Hospitals?|Hosp\b\.?|Med(?:\.|ical)?\s(?:Ctr|Center)\b\.?|Med\b|General(?!\s[A-Z])|Oncology\sCenter|"
    r"Medical\s(?:Centers?|Group|Associates|Clinic|Campus|Plaza|Pavilion|Practice|Arts)|(?:Outpatient\s|"
    r"Community\s|Family\s|Walk-?in\s|Urgent\sCare\s|Free\s)?Clinics?|"
    r"Health(?:care|\sCare)?(?:\s(?:System|Center|Network|Services|Partners|Group|Plan|Department|Clinic|Campus|"
    r"Alliance|Sciences))?|"
    r"Nursing\s(?:Home|Facility|Center|and\sRehab\w*)|Nursing\s(?:&|and)\sRehab\w*(?:\sCenter)?|"
    r"Rehab(?:ilitation)?(?:\s(?:Center|Hospital|Institute|Facility))?|Hospice|Infirmary|Sanatorium|Sanitarium|"
    r"Care\s(?:Center|Facility|Home|Clinic|Associates)|Convalescent\s(?:Home|Center|Hospital)|Manor|"
    r"Assisted\sLiving|Retirement\s(?:Home|Community|Village)|Senior\s(?:Living|Center)|Memory\sCare|"
    r"Cancer\s(?:Center|Institute)|Heart\s(?:Center|Institute|Hospital)|Eye\s(?:Center|Institute|Clinic)|"
    r"Spine\s(?:Center|Institute)|Children['’]s(?:\s(?:Hospital|Medical\sCenter))?|"
    r"Institute|University|College|Elementary(?:\sSchool)?|High\sSchool|Middle\sSchool|School|Academy|Pharmacy|"
    r"Surg(?:ery|ical|icenter)\s?(?:Center|Hospital|Institute|Associates)?|Urgent\sCare(?:\sCenter)?|"
    r"Imaging(?:\sCenter)?|Radiology(?:\sAssociates)?|Laborator(?:y|ies)|Labs|Physicians(?:\sGroup)?|Associates|"
    r"Specialists|Dialysis(?:\sCenter)?|Church|Shelter|Correctional\s(?:Facility|Institution|Center)|Prison|Jail|"
    r"Inc\b\.?|LLC|Corporation|Corp\b\.?|Company|Industries|Foundation|Trust|Lodge|Villa|Village|Terrace|Gardens|"
    r"Estates|Apartments|Plaza|Mall|Park|Lake|River|Beach|Airport|Inn|Hotel|Bank|Library"
)
_KIND_HERE = re.compile(
    rf"(?:{_FACILITY_KIND}|HOSPITALS?|MEDICAL\sCENTER|CLINICS?|NURSING\sHOME|HEALTH\sSYSTEM|"
    rf"REHAB(?:ILITATION)?\s(?:CENTER|HOSPITAL)|UNIVERSITY|MANOR)\b"
    r"(?!\s(?:[Cc]ourse|COURSE|[Dd]ay|stay|bed|admission|staff|policy|records?|discharge|[Nn]otes?))"
)
_KIND_WORDS = (
    "hospital hospitals hosp general oncology medical med outpatient community family walk-in walkin urgent free "
    "clinic clinics health healthcare nursing rehab rehabilitation hospice infirmary sanatorium "
    "sanitarium care convalescent manor assisted retirement senior memory cancer heart eye spine children's "
    "children’s institute university college elementary "
    "high middle school academy pharmacy surgery surgical surgicenter imaging radiology laboratory laboratories "
    "labs physicians associates specialists dialysis "
    "church shelter correctional prison jail inc llc corporation corp company industries foundation trust lodge "
    "villa village terrace gardens estates apartments plaza mall park "
    "lake river beach airport inn hotel bank library"
)
_BEFORE_KIND = re.compile(
    rf"(?:(?:{_CAP}\.?|[A-Z]\.|&|(?:of|the|and|for|at|de|del|la|las|los|in|on)(?=\s))\s){{1,6}}\Z"
)
_SAINT_HERE = re.compile(
    rf"(?:St\.|Saint|Mt\.|Mount|Mercy|Our\sLady)\s{_CAP}(?:['’]s)?(?:\s(?:of\s(?:the\s)?)?{_CAP})?"
)
_SAINT_BEFORE = re.compile(r"\b(?:at|from|to|by|via|with|in)\s(?:the\s)?\Z")
_AFTER_KIND = re.compile(rf"\s(?:of|at|in|-|–|–\s|-\s)\s?(?:the\s)?(?P<more>{_CAP}(?:\s{_CAP}){{0,2}})")
# Words of a facility's kind that name none by themselves, beside all English words.
_GENERIC = words(
    "the of and for at in on de la this that our her his their a an outside local same day emergency outpatient "
    "inpatient "
    "dr mr mrs ms md icu er or ed va pcp ob gyn obgyn ent gi gu ct mri ir pt ot "
    "acute hiv tb copd hospital hospitals clinic clinics medical center health surgery"
)
# English words that do name a facility when they stand before its kind.
_NAMING = words(
    "memorial methodist baptist presbyterian lutheran mercy providence trinity sacred holy grace hope good "
    "samaritan general "
    "regional county university veterans deaconess sisters shriners jewish catholic adventist episcopal mount "
    "saint st st. "
    "north south east west northern southern eastern western northwest northeast southwest southeast central "
    "valley lake river hill hills park "
    "oak pine cedar maple willow elm rose sunrise sunset golden silver green spring springs meadow garden "
    "riverside lakeside hillside bay ocean "
    "mountain forest summit crest pleasant harbor bridge gateway liberty union national state city community "
    "children's women's "
    "first heritage evergreen eagle cross stone brook field view mission mayo kaiser cleveland sunny shady"
)
_EMPLOYER_HERE = re.compile(
    r"(?:[Ww]ork(?:s|ed|ing)?|[Ee]mployed|[Jj]ob|[Rr]etired|[Vv]olunteers?|[Ss]tudent|[Tt]each(?:es|er|ing)|"
    r"[Ee]mployee|[Pp]osition)\s"
    r"(?:(?:as|full-time|part-time|currently|previously)\s(?:an?\s)?(?:[a-z\-]{2,16}\s){0,4})?"
    rf"(?:at|for|from|with)\s(?:the\s)?(?P<phi>{_CAP}(?:\s(?:(?:of|and|&|the)\s)?{_CAP}){{0,4}})"
    rf"|[Ee]mployer\s?(?:is|:|name:)\s{{0,3}}(?P<phi2>{_CAP}(?:\s(?:(?:of|and|&|the)\s)?{_CAP}){{0,4}})"
)
_EMPLOYER_WORDS = (
    "work works worked working employed job retired volunteer volunteers student teaches teacher teaching employee "
    "position employer"
)
_Span = tuple[int, int, float, str]


class Places(EntityRecognizer):
    """Cities and states, ZIP codes behind them, hospitals, clinics, homes, schools and employers."""

    def __init__(self) -> None:
        super().__init__(supported_entities=[PhiType.LOCATION], name="places")

    def load(self) -> None:
        self._lists: Lexicon = lexicon()
        states = f"{_STATES}|{_ABBREVIATIONS}".replace("\\.", ".").lower().split("|")
        self._marks: Marks[Callable[[str, int], Iterator[_Span]]] = Marks(
            [
                (self._facility, _KIND_WORDS.split()),
                (self._saint, ("st", "saint", "mt", "mount", "mercy", "our lady")),
                (self._employer, _EMPLOYER_WORDS.split()),
                (self._state, [state.rstrip(".") for state in states]),
                (self._home, _HOME_WORDS.split()),
                (self._near, _NEAR_WORDS.split()),
                (self._institution, _INSTITUTIONS),
                (
                    self._street_city,
                    _STREET_WORDS,
                ),
                (self._cared, ("at", "to", "from", "in", "by", "with")),
                (self._county, ("county", "parish", "borough", "township")),
            ]
        )

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        return [
            result(PhiType.LOCATION, start, end, score, form)
            for recognize, at in self._marks.places(text)
            for start, end, score, form in recognize(text, at)
        ]

    def _facility(self, text: str, at: int) -> Iterator[_Span]:
        kind = _KIND_HERE.match(text, at)
        if kind is None:
            return
        offset = max(0, at - 90)
        line = max(text.rfind("\n", offset, at) + 1, offset)
        before = _BEFORE_KIND.search(text, line, at)
        start = self._start_of_name(text, before.start(), at) if before is not None else None
        if start is None:
            return
        end = kind.end()
        if (
            self._names_a_facility(text[start:at], kind[0])
            or " ".join(text[start:end].lower().split()) in self._lists.hospitals
        ):
            more = _AFTER_KIND.match(text, end) if kind[0].split()[0] in _OF_PLACES else None
            if more is not None and more["more"].split()[0].lower() not in self._lists.english:
                end = more.end()
            yield start, end, 0.8, "location_facility"
            yield from self._city_behind(text, end)

    def _institution(self, text: str, at: int) -> Iterator[_Span]:
        match = _INSTITUTION_HERE.match(text, at)
        if match is not None and not in_lookalike_context(text, *match.span()):
            yield *match.span(), 0.8, "location_institution"
            yield from self._city_behind(text, match.end())

    def _street_city(self, text: str, at: int) -> Iterator[_Span]:
        if (match := _STREET_END.match(text, at)) is not None:
            yield from self._city_behind(text, match.end() - 1)

    def _saint(self, text: str, at: int) -> Iterator[_Span]:
        if (match := _SAINT_HERE.match(text, at)) is not None and _SAINT_BEFORE.search(text, max(0, at - 12), at):
            yield *match.span(), 0.7, "location_saint"

    def _employer(self, text: str, at: int) -> Iterator[_Span]:
        if (match := _EMPLOYER_HERE.match(text, at)) is not None:
            group = "phi" if match["phi"] else "phi2"
            first = match[group].split()[0].lower()
            if not is_placeholder(match[group]) and (
                first not in self._lists.english or " " in match[group] or group == "phi2"
            ):
                yield *match.span(group), 0.7, "location_employer"

    def _county(self, text: str, at: int) -> Iterator[_Span]:
        before = _COUNTY_BEFORE.search(text, max(0, at - 40), at)
        if (
            before is not None
            and text[at].isupper()
            and before[0].split()[0].lower() not in _GENERIC | self._lists.english
        ):
            end = at + re.compile(r"\w+").match(text, at).end() - at  # type: ignore[union-attr]
            yield before.start(), end, 0.75, "location_county"

    def _city_behind(self, text: str, end: int) -> Iterator[_Span]:
        """The city of ``12 Elm Street, Springfield``, ``Children's Hospital Los Angeles``."""
        if (match := _CITY_BEHIND.match(text, end)) is not None:
            words = match["phi"].split()
            for n in range(len(words), 0, -1):
                if self._is_city(" ".join(words[:n]).lower()):
                    yield match.start("phi"), match.start("phi") + len(" ".join(words[:n])), 0.75, "location_city"
                    return

    def _start_of_name(self, text: str, start: int, end: int) -> int | None:
        """Leaves out what leads up to a name: ``Seen at the``, ``Transferred from``."""
        words = list(re.finditer(r"\S+", text[start:end]))
        while words and (words[0][0].lower() in _GENERIC or words[0][0][0].islower() or words[0][0] == "&"):
            words.pop(0)
        for i, word in enumerate(words[:-1]):  # a new sentence, or a title and its name
            if word[0].endswith(".") and len(word[0]) > 3:
                words = words[i + 1 :]
                break
        for i in range(len(words) - 1, -1, -1):
            if words[i][0] in ("at", "in", "for", "on") or (
                words[i][0] == "the" and (i == 0 or words[i - 1][0] != "of")
            ):
                words = words[i + 1 :]
                break
        return start + words[0].start() if words else None

    def _names_a_facility(self, name: str, kind: str) -> bool:
        words = [word.strip(".,&").lower().removesuffix("'s").removesuffix("’s") for word in name.split()]
        words = [word for word in words if word and word not in _GENERIC]
        if not words or all(is_placeholder(word.upper()) for word in words):
            return False
        if kind.isupper() and name.isupper():
            return any(
                word in _NAMING or (word in self._lists.surnames and word not in self._lists.english) for word in words
            )
        proper = [word for word in words if word not in self._lists.english and len(word) > 2]
        if kind.split()[0] in (
            "Hospital",
            "Hospitals",
            "Medical",
            "Clinic",
            "Nursing",
            "Rehabilitation",
            "Rehab",
            "Manor",
            "Health",
            "Hospice",
            "University",
            "Cancer",
            "Heart",
            "Care",
            "School",
            "Elementary",
            "High",
            "Assisted",
            "Retirement",
            "Church",
        ):
            return bool(proper) or any(word in _NAMING for word in words)
        return bool(proper) and any(word in self._lists.surnames or word in self._lists.cities for word in proper)

    def _state(self, text: str, at: int) -> Iterator[_Span]:
        match = _STATE_HERE.match(text, at)
        if match is None:
            return
        state_end = match.end("state")
        comma = _COMMA_BEFORE.search(text, max(0, at - 3), at)
        spelled = match["state"][1].islower()
        if not spelled and comma is None and not match["zip"]:
            return
        if match["zip"]:
            yield *match.span("zip"), 0.95, "location_zip"
        line = max(text.rfind("\n", max(0, at - 50), at - 1) + 1, at - 50, 0)
        city = _PLACE_BEFORE.search(text, line, at) if comma is not None or match["zip"] else None
        known = self._city_start(city[0]) if city is not None else None
        if not spelled and not match["zip"] and match["state"] in _AMBIGUOUS and known is None:
            return
        if city is None or is_placeholder(city[0].strip(" ,")):
            yield at, state_end, 0.75, "location_state"
        else:
            start = city.start() + (known if known is not None else city[0].rstrip(" ,").rfind(" ") + 1)
            yield start, state_end, 0.85, "location_city_state"

    def _city_start(self, written: str) -> int | None:
        """Where in ``written`` (up to three capitalised words) the name of a known city begins."""
        written = written.rstrip(" ,\n")
        for word in re.finditer(r"\S+", written):
            if self._is_city(" ".join(written[word.start() :].lower().split())):
                return word.start()
        return None

    def _is_city(self, folded: str) -> bool:
        return folded in self._lists.cities or folded in _ALIASES

    def _home(self, text: str, at: int) -> Iterator[_Span]:
        if (match := _HOME_HERE.match(text, at)) is None:
            return
        start, end = match.span("phi")
        if (city := self._city_span(text, start, end, strong=True)) is not None:
            yield *city, 0.75, "location_city"
        elif self._is_proper(match["phi"].split()[0]):
            yield start, end, 0.6, "location_home"

    def _near(self, text: str, at: int) -> Iterator[_Span]:
        if (match := _NEAR_HERE.match(text, at)) is not None:
            office = text[at : at + 3].lower() in ("our", "the")
            city = self._city_span(text, *match.span("phi"), strong=False)
            if city is not None and (not office or _LOCAL_OFFICE.match(text, city[1])):
                yield *city, 0.6, "location_city"

    def _cared(self, text: str, at: int) -> Iterator[_Span]:
        """``treated at Cedars-Sinai``, ``admitted to UCSF``."""
        match = _CARED_HERE.match(text, at)
        if match is None or _CARED_BEFORE.search(text, max(0, at - 24), at) is None:
            return
        words = match["phi"].split()
        first = words[0].strip(".").lower().removesuffix("'s")
        place = text[at : at + 2].lower() in ("at", "in", "to", "fr")
        if (
            not place
            or first in _NO_PLACES
            or is_placeholder(words[0])
            or (words[0].isupper() and len(words[0]) < 3 and len(words) < 2)
        ):
            return
        if any(self._is_proper(word) or word.lower() in _NAMING for word in words):
            yield *match.span("phi"), 0.6, "location_care"

    def _city_span(self, text: str, start: int, end: int, strong: bool) -> tuple[int, int] | None:
        words = text[start:end].split()
        for n in range(len(words), 0, -1):
            candidate = " ".join(words[:n])
            folded = candidate.lower()
            if not self._is_city(folded) or text[start : start + len(candidate)] != candidate:
                continue
            ordinary = all(word in self._lists.english or word in self._lists.eponyms for word in folded.split())
            if (candidate.isupper() and candidate != "NYC") or (ordinary and not (strong or n > 1)):
                return None
            return start, start + len(candidate)
        return None

    def _is_proper(self, word: str) -> bool:
        folded = word.strip(".,'’").lower().removesuffix("'s").removesuffix("’s")
        return folded not in self._lists.english and folded not in _NO_PLACES and len(folded) > 2
