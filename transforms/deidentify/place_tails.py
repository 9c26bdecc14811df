"""The rest of a place's name, where what found it stopped before it: ``tuba`` and then ``city``."""

import re
from collections.abc import Iterable
from dataclasses import replace

from transforms.deidentify.findings import Finding
from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.locations import STATES
from transforms.deidentify.place_words import REGIONS
from transforms.records import PhiType

# Written with a capital right behind a place's name they belong to it.
_WORDS = (
    "hospitals?|hosp|cent(?:er|re)|ctr|clinics?|health(?:care)?|care|systems?|network|group|grp|associates|assoc|associations?|"
    "partners|physicians|specialists|medicine|medical|pediatrics|peds|psychiatry|dermatology|cardiology|oncology|orthop(?:a?edics)?|"
    "ortho|neurology|urology|gastroenterology|endocrinology|nephrology|ophthalmology|optometry|radiology|pathology|dental|dentistry|"
    "therapy|rehab(?:ilitation)?|recovery|counseling|wellness|dialysis|imaging|surgery|surgical|hospice|ltach?|homes?|manor|lodge|living|"
    "residences?|village|villa|terrace|gardens|commons|pavilion|house|shelter|mission|pantry|kitchen|church|parish|temple|mosque|"
    "chapel|ministries|fellowship|foundation|alliance|coalition|council|society|guild|union|club|league|chapter|programs?|project|"
    "services?|agency|authority|administration|department|dept|bureau|district|police|sheriff|pd|fd|ems|fire|rescue|ambulance|"
    "transport(?:ation)?|insurance|assurance|mutual|plans?|ppo|hmo|epo|medicaid|medicare|advantage|dme|dcfs?|dhs|dss|cps|aps|nurses?|"
    "inc|llc|l ?l ?c|llp|pllc|p\\.?c|co|corp|company|corporation|industries|enterprises|trucking|freight|logistics|construction|"
    "sons|bros|brothers|lumber|mining|furniture|railway|railroad|airlines|air lines|steel|mills|motors|works|"
    "electric|plumbing|roofing|landscaping|farms?|dairy|foods|market|grocery|store|drugs?|pharmacy|rx|schools?|elementary|elem|"
    "middle|high|academy|college|university|institute|preschool|daycare|montessori|prep|isd|campus|bank|"
    "ed|er|[a-z]{0,2}icu|pacu|l&d|annex|satellite|valley|plant|station|bldg|building|infirmary|cmhc|va|vna|visiting nurses?|"
    "children['’]s|women['’]s|o ?& ?p|prosthetics|orthotics|infusion|practice|co(?:unty)? (?-i:SO)"
)
_TAIL = re.compile(rf"(?:(?:,? | & | of | for | and |-)(?-i:(?=[A-Z]))(?:{_WORDS})(?![\w'’])){{1,5}}", re.IGNORECASE)
# Behind what was taken for a person's name: ``Guardian Lifeline`` and then ``Transport``.
_INSTITUTION = re.compile(
    r" (?:(?:(?:Superior|District|Circuit|Probate|Municipal|Juvenile|Supreme|Family|Magistrate) )?Court|"
    r"(?:(?:Guardianship|Fiduciary|Conservatorship|Protective|Human|Social|Family|Community) )Services|"
    r"Transport(?:ation)?|Insurance|Assurance|Hospital|Clinic|Pharmacy|School|Elementary|Academy|College|University|Church|"
    r"Agency|Association|Foundation|Pantry|Shelter|LLC|LLP|PLLC|Inc|PPO|HMO|EMS|Transit|Logistics|Trucking|Industries|"
    r"[Aa]nnex|[Ss]atellite|VNA|Visiting Nurses?|Associates|(?:Medical )?Group|Children['’]s|O ?& ?P|Prosthetics|Orthotics|"
    r"C(?:o|ounty) SO|(?:outpt|outpatient|op) infusion)(?![\w'’])"
)
# The same in text without capitals, where more words are only words.
_LOWER_TAIL = re.compile(
    r"(?:(?: | & | and )(?:(?:community|regional|memorial|general|county|university|city|family|internal|children['’]s|"
    r"orthop(?:a?edic)|surgical|"
    r"urgent|primary|group|nursing|assisted|memory|middle|high|rehab|behavioral|women['’]s|veterans|medical|home)(?=[ ]))?"
    r" ?(?:hospitals?|hosp|med(?:ical)? (?:center|ctr)|medical|center|ctr|clinics?|pharmacy|drugs?|drugstore|"
    r"general|regional|memorial|"
    r"elementary|elem|school|academy|college|university|day ?care|preschool|pediatrics|peds|hospice|practice|"
    r"medicine|urgent care|"
    r"family (?:practice|medicine)|internal medicine|care (?:center|home)|group home|nursing home|homes?|manor|vna|"
    r"lodge|village|terrace|"
    r"living|memory care|behavioral health|women['’]s health|infusion center|eye associates|convalescent|institute|"
    r"allergy|health|wound clinic|pain clinic|cardiology|fellowship|house|"
    r"schools|state|jail|prison|detention(?: center)?|correctional(?: facility)?|"
    r"sons|bros|brothers|lumber|mining|furniture|railway|railroad|air ?lines|steel|mills|motors|"
    r"works|roofing|plumbing|electric|memory care|"
    r"center for \w+|rehab(?:ilitation)?|associates|dental|dentistry|dermatology|cardiology|oncology|"
    r"orthop(?:a?edics)|nephrology|"
    r"neurology|urology|gi|surgery|imaging|labs?|dialysis|wellness|church|parish|temple|mosque|foods|market|grocery|depot|trucking|"
    r"freight|logistics|construction|farms?|dairy|bank|sheriff|pd|police|county|mortuary|funeral home|inc|llc)(?![\w'’])){1,4}"
)
# Behind a place with capitals.
_KIND_BEHIND = re.compile(
    r"(?<=[^\W\d_]{3}) (?:(?:group|nursing|care|retirement|foster|boarding|funeral) home|assisted living|memory care|hospital|"
    r"day ?care|preschool|clinic|satellite|annex|campus|plant|factory|mill|mine|warehouse|depot|terminal|"
    r"(?:(?:bus|train|subway|gas|fire|police|metro|transit) )?station|"
    r"(?:(?:outpt|outpatient|op) )?infusion(?! (?:rate|pump|of|at|via|over|was|is|reaction))|"
    r"(?:outpt|outpatient|op) (?:clinic|lab|surgery|pharmacy|imaging|rehab|dialysis|center)|"
    r"(?:mobile home |trailer |rv |state )?park|shelter|team(?= |\n|\Z))(?![\w'’-])"
)
# ``Alder Pavilion 4th fl``
_FLOOR = re.compile(r"(?:,? [0-9]{1,2}(?:st|nd|rd|th)|(?<=[0-9](?:st|nd|rd|th))) (?i:fl|flr|floor)(?![\w'’])")
# A town's state, province or county: ``Kelowna BC``, ``bakersfield, ca``, ``Newtown, Powys``.
_REGION = re.compile(
    r",?[ \t](?:(?-i:BC|AB|SK|MB|QC|NB|NS|NL|PEI?|YT|NWT?|NU|NSW|VIC|QLD|TAS)(?![\w'’])|ON(?=[,.]?\s{1,2}[A-Z][0-9][A-Z] ?[0-9])|"
    rf"(?<=, )ON(?=[,.;)\n]|\s{{2}}|\Z)|(?:{'|'.join(REGIONS)})(?![\w'’]))"
)
_STATE_LOWER = re.compile(rf",?[ \t](?:{'|'.join(STATES).lower()})(?=[,.;:)\n]|\s{{2,}}|\s[0-9]{{5}}|\Z)")
# ``Gullhaven Drugs #214``
_STORE = re.compile(
    r"(?:(?<=armacy)|(?<=Drug)|(?<=Drugs)|(?<=[Mm]art)|(?<=Market)|(?<=Foods)|(?<=Store)) (?:Store )?#[0-9]{2,6}(?![\w-])"
)
_POSSESSIVE = re.compile(r"['’]s(?: on [0-9]{1,3}(?:st|nd|rd|th)| on [A-Z][a-z]{2,16})?(?![\w'’])")
_WORD_BEHIND = re.compile(r"[ \t](?P<word>[^\W\d_]+(?:['’.-][^\W\d_]+)*)")
_WORDS_BEFORE = re.compile(r"(?:[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?[ \t]){1,3}\Z")
_CITY_BEFORE = re.compile(r"(?P<phi>[^\W\d_]{3,}(?:[ -][^\W\d_]{3,}){0,2}), \Z")
# What a place's name begins with where only a town was found: ``Visiting Nurse Assn. of`` Dunmore; ``Ft.`` Ellery, which
# may be taken for a person's name.
_HEAD = re.compile(
    r"(?:\A|[^\w'’-])(?P<phi>(?:[A-Z][\w'’]*\.? (?:& |and )?){0,3}(?-i:(?=[A-Z]))(?i:associations?|associates|assn\.?|assoc\.?|"
    r"societ(?:y|ies)|services|agency|board|clubs?|bank|church|sisters|diocese|archdiocese|hospital|clinic|college|university|academy|school|"
    r"institute|children['’]s|villas?|meadows|arbors|gardens|village|estates|oaks|pines) (?i:of|at) (?:the )?|"
    r"(?:St|Saint)\.? )\Z"
)
# Where a finding stopped within a kind: ``Ellery Co`` and then ``SO``, ``Larch O`` and ``&P``, ``Children'`` and ``s``.
_KIND_BROKEN = re.compile(r"(?<= C[Oo]) SO(?!\w)|(?<= O) ?& ?P(?!\w)|(?<=[Nn]['’])s(?!\w)")
# ``Orthopedic`` before ``Associates of Quimby``
_ASSOCIATES = re.compile(r"(?:Associates|Physicians|Specialists|Partners|Consultants) of ")
_BEFORE_ASSOCIATES = re.compile(r"(?:\A|[^\w'’-])(?P<phi>(?:[A-Z][\w'’]+ (?:(?:&|and) )?){1,3})\Z")
# Before what was taken for a person's name: ``Orthopedic Associates of`` Quimby.
_HEAD_OF_NAME = re.compile(
    r"(?:\A|[^\w'’-])(?P<phi>(?:[A-Z][\w'’]+ (?:(?:&|and) )?){1,3}(?:Associates|Group|Physicians|Specialists|Partners|Practice|"
    r"Hospital|Clinic|Center|Consultants) of (?:the )?)\Z"
)
_FORT = re.compile(r"(?:\A|[^\w'’-])(?P<phi>(?:Ft|Fort|Mt|Mount)\.? )\Z")
_PART = r"[A-Z][a-z]{1,20}(?:['’-][A-Z]?[a-z]{1,20})?"
# A shop or another house, named before where it is: ``the Gullmart in`` Dunmore, ``at Bix-Mart on`` Larch Ave
_HOUSE = re.compile(
    r"\b(?:at|to|from|by|outside|near|behind|the) "
    rf"(?P<phi>(?P<name>{_PART}(?: {_PART})?)"
    r"(?: (?:station|store|pharmacy|plant|depot|mart|diner|bar|cafe))? (?:on|in) )\Z"
)
# What joins two words of one place: ``Arbors at Gallipolis``, ``Golden Age of Kearney``.
_JOINT = re.compile(r" (?:of|at|or|am|an der|de|du|la|&) ")
# ``medicine shoppe of lima``, ``Raigmore North``, ``Bartell's on 4``: a town, a direction, a number's end
_OF_TOWN = re.compile(r" (?:of|at) (?P<town>[^\W\d_]+(?: [^\W\d_]+){0,2})")
_DIRECTION = re.compile(r" (?i:north|south|east|west)(?=[.,;:)\n]|\s{2}|\s(?:on|in|for|neg|with|by|and|[0-9])|\Z)")
_GERMAN = re.compile(r" (?:am|an der|im|zum|zur) [A-ZÄÖÜ][^\W\d_]+")
_CLINIC = re.compile(r"klinik|krankenhaus|spital|praxis|heim\b", re.IGNORECASE)
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_ENDS_IN_WORD = re.compile(r"[^\W\d_]\Z")
_LONGEST = 80  # characters of a place that is looked at


def with_tails(text: str, findings: Iterable[Finding]) -> list[Finding]:
    """The findings, places (and names that are a place's) with the rest of their names; two that make one place joined."""
    whole = [_whole(text, found) for found in findings]
    joined: list[Finding] = []
    for found in whole:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.phi_type is found.phi_type is PhiType.LOCATION
            and found.start - last.end < _LONGEST
            and _JOINT.fullmatch(text, last.end, found.start) is not None
        ):
            joined[-1] = replace(last, end=found.end)
        else:
            joined.append(found)
    return joined


def _whole(text: str, found: Finding) -> Finding:
    if found.phi_type not in (PhiType.LOCATION, PhiType.NAME):
        return found
    if (broken := _KIND_BROKEN.match(text, found.end)) is not None:
        found = replace(found, end=broken.end())
    if _ENDS_IN_WORD.search(text, found.start, found.end) is None:
        return found
    if found.phi_type is PhiType.NAME:
        institution = _INSTITUTION.match(text, found.end)
        expression = _HEAD_OF_NAME if _ASSOCIATES.match(text, found.start) is None else _BEFORE_ASSOCIATES
        head = expression.search(text, max(0, found.start - 64), found.start)
        if institution is None and head is not None:
            institution = _TAIL.match(text, found.end)
        head = head or _FORT.search(text, max(0, found.start - 8), found.start)
        return replace(
            found,
            start=found.start if head is None else head.start("phi"),
            end=found.end if institution is None else institution.end(),
        )
    end = found.end
    for _ in range(3):
        further = _end(text, found.start, end)
        if further == end:
            break
        end = further
    return replace(found, start=_start(text, found.start, end), end=end)


def _end(text: str, start: int, end: int) -> int:
    lower = text[start:end].islower()
    expressions = (
        (_TAIL, _LOWER_TAIL, _STATE_LOWER, _POSSESSIVE)
        if lower
        else (_TAIL, _KIND_BEHIND, _FLOOR, _STORE, _REGION, _POSSESSIVE)
    )
    for expression in expressions:
        if (match := expression.match(text, end)) is not None:
            return match.end()
    if (direction := _DIRECTION.match(text, end)) is not None and text[end + 1].islower() is lower:
        return direction.end()
    if _CLINIC.search(text, start, end) is not None and (german := _GERMAN.match(text, end)) is not None:
        return german.end()
    if (of_town := _OF_TOWN.match(text, end)) is not None:
        found = of_town["town"].split(" ")
        for n in range(len(found), 0, -1):
            town = " ".join(found[:n])
            if (
                town.lower() in lexicon().cities
                and town.islower() is lower
                and not (lower and lexicon().is_ordinary(town))
            ):
                return of_town.start("town") + len(town)
    # ``tuba`` and ``city``: a town's name of several words.
    value, at = text[start:end], end
    words_behind: list[str] = []
    while len(words_behind) < 2 and (word := _WORD_BEHIND.match(text, at)) is not None:
        words_behind.append(word["word"])
        at = word.end()
        if " ".join([value, *words_behind]).lower() in lexicon().cities and words_behind[-1].islower() is lower:
            return at
    return end


def _start(text: str, start: int, end: int) -> int:
    """Where a place begins of which a state or the last words of a town were found: ``corpus`` before ``christi``."""
    value, cities = text[start:end], lexicon().cities
    lower = value.islower()
    if value.upper() in STATES or value in STATES.values():
        city = _CITY_BEFORE.search(text, max(0, start - 40), start)
        if city is not None:
            found = city["phi"].split(" ")
            for n in range(len(found)):
                named = " ".join(found[n:])
                if named.lower() in cities and named.islower() is lower:
                    return start - 2 - len(named)
    head = _HEAD.search(text, max(0, start - 64), start) or _FORT.search(text, max(0, start - 8), start)
    if head is not None:
        return head.start("phi")
    house = _HOUSE.search(text, max(0, start - 64), start)
    if house is not None and _is_no_term(house["name"]):
        return house.start("phi")
    if (before := _WORDS_BEFORE.search(text, max(0, start - 40), start)) is not None:
        found = before[0].split()
        for n in range(len(found)):
            if found[n].islower() is lower and " ".join([*found[n:], value]).lower() in cities:
                return start - len(" ".join(found[n:])) - 1
    return start


def _is_no_term(name: str) -> bool:
    """Whether no word of ``name`` is English, of medicine, or an eponym."""
    lists = lexicon()
    return not any(
        word in lists.terms or word in lists.english or word in lists.eponyms for word in name.lower().split()
    )
