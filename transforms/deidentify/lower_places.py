"""Places in notes that are written without capitals: ``seen at pill box pharmacy``, ``from normal, il``.

What a capital says elsewhere is said here by the words around: a preposition, a label, a line of its own, or a list.
"""

import re
from collections.abc import Iterator

from transforms.deidentify.address_forms import POST_AREAS
from transforms.deidentify.forms import words
from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.locations import STATES
from transforms.deidentify.place_words import GENERIC, NAMING, NO_PLACES

_CAPITAL = re.compile(r"[A-Z]")
_MOST_CAPITALS = 0.01  # of all characters
_BEGINNING = 400
_SPECIALTY = (
    r"(?:(?:wound|pain|sleep|eye|heart|cancer|foot|hand|spine|women['’]s|men['’]s|children['’]s|rehab|surgical|behavioral|allergy|"
    r"infusion|gi) )?"
)
_KIND = re.compile(
    r"(?:(?:(?:community|regional|memorial|general|county|university|children['’]s|surgical|medical|veterans|"
    r"women['’]s|rehab)[ ])?"
    r"(?:hospital|hosp|med(?:ical)? (?:center|ctr|group|practice))|(?:general|regional|memorial)(?=[.,;\n]|\s(?:er|"
    r"ed|on|[0-9])|\s{2}|\Z)|"
    rf"{_SPECIALTY}(?:family |urgent care |walk-in )?clinic|(?:family |internal |primary )?(?:practice|medicine|care center)|"
    r"(?:family )?(?:pharmacy|drugs?tore|drugs)|pediatrics|(?:urgent|memory) care|hospice|(?:nursing|group|funeral|"
    r"retirement) home|"
    r"assisted living|convalescent|manor|infirmary|(?:elementary|middle|high|jr\. high)(?: school)?|schools?|"
    r"academy|college|university|"
    r"day ?care|preschool|(?:behavioral|women['’]s|mental|public) health|(?:health|infusion|dialysis|surgery|"
    r"imaging|eye) cent(?:er|re)|"
    r"(?:cancer|heart|eye|spine) (?:institute|associates|center)|allergy|dialysis|"
    r"(?:cardiology|nephrology|oncology|neurology|urology|orthopedics?|dermatology)(?: (?:associates|group|"
    r"partners|specialists))?|"
    r"(?:surgical|physician|eye) (?:associates|group|partners|specialists)|"
    r"dental|associates|mortuary|mart|foods|(?:insurance|trucking|construction|logistics) (?:co|company)|llc|inc|"
    r"& sons(?: \w+)?|bros|"
    r"lumber|mining|furniture|railway|railroad|air ?lines|steel|iron works|mills|roofing|plumbing|fellowship|"
    r"harmony house)(?![\w'’-])"
)
_WORD_BEFORE = re.compile(r"(?:\A|(?P<edge>[^ ])| (?P<and>& )?)(?P<word>[^\W_](?:[\w'’.-]*[\w'’])?)(?: |(?<=& ))\Z")
_FEW = 4  # words of a name before its kind
_PLACED = words("at from to by via with near through attends attended called visits of")
_NO_NAME = (
    words(
        "at from to in on by via with near through of for and or the a an this that these those her his their our "
        "my your its is was were "
        "be been are has had have will would can could may seen sent went goes go came called call calls admitted "
        "transferred discharged "
        "referred attends attended attending visits visited presents presented taken brought back until till use "
        "using used per w w/ "
        "rx then when where who which if not no also another other any each every new old same local outside nearby area current "
        "previous prior last next home private public free mobile online mail retail specialty compounding inpatient outpatient "
        "acute skilled emergency urgent walk-in day night pain wound sleep memory infusion coumadin "
        "anticoagulation diabetes heart cancer "
        "eye ear foot hand spine bone skin women's men's travel std hiv tb prenatal ob gyn ent gi pt ot er ed icu or snf va pcp "
        "psychiatric psych mental behavioral rehab rehabilitation teaching tertiary trauma rural large small big "
        "good best preferred "
        "routine elective during after before since while patient patients pt's mother father son daughter wife "
        "husband all some many "
        "middle high elementary primary secondary graduate finished finishing started starting attend grade "
        "teacher school nursing "
        "research study animal veterinary dental medical surgical clinic hospital pharmacy family internal "
        "general alternative sports "
        "occupational physical preventive nuclear chinese herbal western modern evidence-based cough cold "
        "prescription over-the-counter "
        "illicit street iv recreational other multiple these generic brand"
    )
    | GENERIC
) - NAMING
# Those of the kinds that a common word stands before as often: there, a word of the name must name.
_WEAK_KINDS = words(
    "medicine practice drugs drug high school schools allergy dialysis cardiology nephrology oncology neurology "
    "urology orthopedics orthopedic "
    "dermatology dental steel furniture pediatrics associates"
)
_STATE_NAMES = "|".join(sorted((name.lower() for name in STATES.values()), key=len, reverse=True))
_STATE = re.compile(
    rf"(?<![\w'’-])(?:{_STATE_NAMES})(?![\w'’-])(?! (?:heart|multiphasic|verbal|card|tick|pouch|agitation|plates?|"
    rf"coma|neurobehavioral|criteria))"
)
_CITY_AND_STATE = re.compile(
    rf"(?<![\w'’-])(?P<city>[^\W\d_]+(?:[ -](?:or |of )?[^\W\d_]+){{0,2}}), (?P<state>{_STATE_NAMES})(?![\w'’-])"
)
# ``b. q. abernathy, md``
_DEGREES = words("md pa ma ms dc")
_GIVEN_BEFORE = re.compile(r"(?:\b[a-z]\.|\bdrs?\.?|\b(?:by|mr|mrs|ms)\.?)\s\Z")
# A state whose letters are no word may have anything behind it.
_NO_WORDS = words(
    "al ar az ct fl ga ia il ks ky mn mo ms mt nc nd ne nh nj nm nv ny ri sc sd tn tx ut va vt wa wi wv wy"
)
_CITY_SHORT = re.compile(
    rf"(?<![\w'’-])(?P<city>[^\W\d_]+(?:[ -](?:or |of )?[^\W\d_]+){{0,2}}), (?P<state>{'|'.join(sorted(_NO_WORDS))})(?![\w'’-])"
)
_HOME = re.compile(
    r"(?<![\w'’-])(?:live[sd]? in|living in|resid(?:es?|ing) in|moved (?:to|from)|born in|raised in|grew up in|"
    r"native of|flying in from|"
    r"flew in from|visiting from|originally from|hails from|(?:winters|summers) in|relocated (?:to|from)|town of|city of) "
    r"(?P<city>[^\W\d_]+(?:[ -](?:or |of )?[^\W\d_.]+\.?){0,2})"
)
_POST_CODE = re.compile(
    rf"(?<![\w.-])(?:(?:(?:[^\W\d_]{{4,}},? )?(?:bc|ab|sk|mb|on|qc|nb|ns|pe|"
    rf"nl),? )?[a-ceghj-nprstvxy][0-9][a-ceghj-nprstv-z] [0-9][a-z][0-9]|"
    rf"(?:{POST_AREAS.lower()})[0-9][0-9a-z]? (?!1st|2nd|3rd|[0-9](?:th|hr|lb))[0-9][abd-hjlnp-uw-z]{{2}})(?![\w'’-])"
)
_WARD = re.compile(r"(?<![\w.-])[0-9]{1,2} (?:north|south|east|west) [0-9]{2,4}[a-d]?(?!\.[0-9]|[\w/%])")
_CITY_STATE = re.compile(
    rf"(?<![\w'’-])(?P<city>[^\W\d_]+(?:[ -][^\W\d_]+){{0,2}}),? (?P<state>{'|'.join(STATES).lower()})(?=[,.;:)\n]|"
    rf"\s{{2}}|\s[0-9]{{5}}|\Z)"
)
_CITY_AFTER = re.compile(
    r"(?<![\w'’-])(?:from|in|near|to|at|on|called|via|of)(?: the)? (?P<city>[^\W\d_]+(?:[ -](?:or |"
    r"of )?[^\W\d_]+){0,2})(?![\w'’])"
)
_Span = tuple[int, int, float, str]


def is_without_capitals(text: str) -> bool:
    """Whether hardly a letter of ``text`` is a capital."""
    parts = (text[:_BEGINNING], text)  # hardly a text is read to its end
    return all(len(_CAPITAL.findall(part)) < _MOST_CAPITALS * len(part) for part in parts)


def places_without_capitals(text: str) -> Iterator[_Span]:
    """The facilities and towns of a text that is written without capitals."""
    yield from _facilities(text)
    yield from _cities(text)
    for expression in (_POST_CODE, _WARD, _STATE):
        for match in expression.finditer(text):
            yield *match.span(), 0.75, "location_lower"


def _facilities(text: str) -> Iterator[_Span]:
    for kind in _KIND.finditer(text):
        if text[kind.start() - 1 : kind.start()] != " ":
            continue
        start, named, count = kind.start(), False, 0
        while count < _FEW and (word := _WORD_BEFORE.search(text, max(0, start - 26), start)) is not None:
            written = word["word"].removesuffix("'s").removesuffix("’s")
            if written in _NO_NAME or written.isdigit() or (written.endswith(".") and len(written) > 3):
                break
            start, count = word.start("word"), count + 1
            named = (
                named
                or written in NAMING
                or (written not in lexicon().english and written not in lexicon().terms and len(written) > 2)
            )
            if word["edge"] is not None:
                break
        if count and (named or (_is_placed(text, start) and kind[0] not in _WEAK_KINDS)):
            yield start, kind.end(), 0.75, "location_facility"


def _is_placed(text: str, start: int) -> bool:
    before = text[max(0, start - 12) : start].split()
    return bool(before) and before[-1] in _PLACED and text[start - 1] == " "


def _cities(text: str) -> Iterator[_Span]:
    lists = lexicon()
    for expression in (_CITY_STATE, _CITY_AND_STATE, _CITY_SHORT):
        for match in expression.finditer(text):
            found = match["city"].split(" ")
            for n in range(len(found)):
                city = " ".join(found[n:])
                degree = (
                    match["state"] in _DEGREES
                    and _GIVEN_BEFORE.search(text, max(0, match.start() - 8), match.end("city") - len(city)) is not None
                )
                if city in lists.cities and not degree:
                    yield match.end("city") - len(city), match.end("state"), 0.75, "location_city_state"
                    break
    for match in _HOME.finditer(text):
        found = match["city"].split(" ")
        for n in range(len(found), 0, -1):
            city = " ".join(found[:n])
            if city in lists.cities and city not in NO_PLACES:
                yield match.start("city"), match.start("city") + len(city), 0.6, "location_city"
                break
    at = 0
    while (named := _CITY_AFTER.search(text, at)) is not None:
        at = named.start("city")
        found = named["city"].split(" ")
        for n in range(len(found), 0, -1):
            city = " ".join(found[:n])
            known = (city in lists.cities or city.replace("-", " ") in lists.cities) and city not in NO_PLACES
            if (
                (known or city in lists.employers)
                and (n > 1 or not lists.is_ordinary(city))
                and city not in lists.terms
            ):
                at = named.start("city") + len(city)
                yield named.start("city"), at, 0.6, "location_city"
                break
