"""Wards, rooms and beds, as they are written in notes: a kind's word and its number, or the number where words tell it."""

import re

from transforms.deidentify.forms import form
from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.written_names import follows_a_name
from transforms.records import PhiType

_SIDE = r"(?:north|south|east|west|center|tower)"
_ROOM = r"[0-9]{1,4}(?:-?[A-Z])?(?:[-/][0-9]{1,3}[A-Z]?){0,2}|[A-Z]{1,3}-?[0-9]{1,4}(?:-[0-9A-Z]{1,4})?"
# ``2 West 41``, ``412-B``, ``C-12``, ``5N-22/03``, ``3b``, ``4w-19``
_NUMBER = rf"(?:[0-9]{{1,2}}\s{_SIDE}(?:\s[0-9]{{2,4}}[a-d]?)?|(?-i:{_ROOM})|[0-9]{{1,4}}(?:[a-d]|[a-z]-[0-9]{{1,3}})?)"
# What stands alone behind a word that leads to it: ``412``, ``412-B``, ``F305``, ``3-118``
_ALONE = r"(?:[1-9][0-9]{2}(?:-?[A-D1-4])?|[A-Z][0-9]{3}|[1-9][0-9]?-[1-9][0-9]{2}(?<!00)(?<!50))"
_NO_MORE = r"(?![\w%,/]?[0-9A-Za-z]|[.-][0-9])"
_NO_PROCEDURE_ROOM = (
    r"(?<!operating)(?<!operative)(?<!resource)(?<!recovery)(?<!hospital)(?<!theater)(?<!theatre)(?<!suite)(?<!suite,)"
    r"(?<!\bor)(?<!\bor,)[\s\S]|\A"
)
_NO_UNIT = (
    r"(?!\s?(?i:mg|mcg|ml|cc\b|hours?|hrs?\b|days?|weeks?|wks?\b|months?|years?|minutes?|min\b|times|degrees|x\s?[0-9]|%|"
    r"feet|ft\b|lbs?\b|kg|am\b|pm\b|beds\b|units?\b|steps|bpm|mm|cm|persons?\b|people|patients|cases|range|assist|liters?|l\b)|"
    r"[./:][0-9]|\s?/\s?[0-9](?![0-9]?[-/][0-9]))"
)
# What ends a ward's number where its word alone does not tell it.
_STOP = (
    r"(?=[,.:](?![0-9])|[;)|\n\]]|\s/\s[A-Za-z]|(?<=[0-9])/[A-Za-z]|\s[|(]|\s{2}|\Z|\s(?i:from|bed|room|rm|for|at|by|with|via|as|on|main|and|"
    r"nurses?|rn|staff|crew|pt|patient|arrived|responded|called)\b|\sw/|\s[0-2][0-9][0-5][0-9]\b|\s(?-i:[A-Z][a-z]+\s))"
)
_ICU = "icu micu sicu nicu picu cvicu cticu csicu nsicu tsicu msicu cicu ticu bicu"
_WARDS = (
    r"(?:[A-Z]{0,3}ICU|[CHP]CU|CDU|PACU|IMCU?|OBS|SDU|HDU|LDRP?|L\s?&\s?D|ED|cath\slab|ep\slab|linac|resus|"
    r"med[ /\-]?(?:psych|surg|tele|onc)|step-?\s?down|ward)"
)
_WARD_WORDS = (
    f"{_ICU} ccu hcu pcu cdu pacu imc imcu obs sdu hdu ldr ldrp l&d ed cath_lab ep_lab linac resus "
    "med_psych med_surg med_tele med_onc medpsych medsurg stepdown step_down ward"
)
# What says of a kind's word that a part of a hospital is meant: ``adult unit 2``, ``infusion chair 4``, ``N-ICU 8``
_SPECIALTY = (
    r"(?:adult|child(?:ren['’]?s)?|adolescent|youth|geri(?:atric)?|acute|ob|peds?|pediatric|medical|surgical|medicine|surgery|neuro|"
    r"trauma|cardiac|burn|mobile|dialysis|infusion|chemo|psych|behavioral|rehab|nursing|ems|fire|ambulance|medic(?:\sone)?|"
    r"oncology|ed|er|pacu|exam|treatment|procedure|isolation|consult|telemetry|women['’]?s|n)"
)
_WITH_SPECIALTY = rf"(?:(?<![\w'’\-])(?i:{_SPECIALTY})[ \-/])?"
_PLACED = (
    rf"(?:\A|[\n|;(/]\s?|[,:]\s{{1,2}}|\s{{2}}|(?<!prior\s)(?:\b(?:in|into|to|from|at|of|on|via|near|by|outside)|@|→|->)\s(?:the\s)?|"
    rf"\b{_SPECIALTY}\s|\b(?:room|rm|bed|bay|chair|location|loc|unit)[\s:#]{{1,3}})"
)
_MOVED = r"(?:moved|transfer(?:red)?|xfer(?:red)?|tx(?:'?d)?|relocated|taken|transported|returned|admit(?:ted)?|adm'?d|report)"
# What is in a part of a building: ``, Bed 7``, `` cell 12``
_INSIDE = r"(?:,?\s(?i:cell|bed|bunk|room|rm|crib)\s\#?[0-9]{1,4}[A-Z]?(?![\w\-]))?"
_NO_COUNT = (
    r"(?!\s(?:nights?|doses?|shifts?|episodes?|attempts?|visits?|more|other|additional|separate|prior|previous|g\b))"
)
# Four figures that are neither a time of day nor a year of the last century.
_NO_TIME = r"(?!19)(?:(?:2[4-9]|[3-9][0-9])[0-9]{2}|[0-9]{2}[6-9][0-9])"
# What is numbered and is no place: ``Phase 2``; and what has a value or a count: ``GCS 15``, ``PRBC 2``.
STAGES = "level|segment|stage|grade|type|phase|day|week|class|step|cycle|visit|arm"
MEASURES = "gcs|rass|lad|rca|lcx|prbcs?|ffp|plts?"
_NO_WARD = (
    rf"(?!(?i:{STAGES}|zone|left|right|rib|lead|tooth|sector|"
    r"digit|finger|toe|group|category|dose|room|bed|page|line|figure|plan|score|age|about|over|under|nearly|only|"
    r"january|february|march|april|may|june|july|august|september|october|november|december)\b)"
)
# Services that number their wards: those that mean nothing else, and those that are words or what is looked at too.
_SERVICE = (
    r"(?:bmt|hsct|onc(?:ology)?|hem(?:e|atology)?(?:/onc(?:ology)?)?|cru|ctrc|gcrc|l\s?&\s?d|labor\s(?:and|&)\sdelivery|peds|pediatrics|"
    r"ger(?:o|i|iatric)[ \-]?psych|mother-baby|antepartum|med\s?/\s?surg|short\sstay|day\ssurgery|nephrology|pulmonology|"
    r"(?-i:Pre-?[Oo]p|PRE-?OP|Holding|HOLDING))"
)
_SERVICE_WORDS = (
    "bmt hsct onc oncology hem heme hematology cru ctrc gcrc l&d labor peds pediatrics gero geri geriatric geropsych geripsych "
    "mother antepartum med short day nephrology pulmonology pre preop holding"
)
_WIDER_SERVICE = (
    r"(?:geri|tele(?:metry)?(?!\s?\#)|postpartum|nursery|endo(?:scopy)?|(?-i:(?=[A-Z]))(?:psych|rehab|dialysis|infusion|neuro|ortho|renal|gyn|"
    r"cardiology|urology|surgery|surg|medicine|trauma|stroke|burn|transplant|hospice|detox|neurology|neurosurgery|vascular|ap))"
)
_WIDER_SERVICE_WORDS = (
    "geri tele telemetry postpartum nursery endo endoscopy psych rehab dialysis infusion neuro ortho renal gyn cardiology "
    "urology surgery surg medicine trauma stroke burn transplant hospice detox neurology neurosurgery vascular ap"
)
_SERVICE_NUMBER = (
    rf"\s\#?[0-9]{{1,2}}(?-i:-?[A-Z]{{1,2}})?(?:\s(?-i:(?=[A-Z])){_SIDE})?(?![\w%\-])(?:{_STOP}|"
    rf"(?=\s(?:tonight|overnight|today|tomorrow|yesterday|while|until|since|when|where|after|before|this|last)\b))(?!\s?:)"
    rf"{_NO_UNIT}{_NO_COUNT}"
)
_SERVICE_REACHED = (
    r"(?:\s[-–—]\s|(?:->|→|@)\s?|(?<!prior\s)\b(?:in|into|to|from|at|on|(?:list(?:ed)?|beds?|waiting|accepted|slot|bound)\sfor)"
    r"\s(?:the\s)?)"
)
# Signs and parts of the body behind ``Location:`` and ``LOC`` that no list of English words tells.
_NO_SITE = (
    rf"(?!(?i:{MEASURES}|avpu|a\s?[&+]\s?o|aa?ox?|x|air|temp|rest|[ctlsv]|th|cn|rib|hip|leg|arm|toe|eye|ear|jaw|[lr]?[ulm][loq]{{1,2}}[nq]?|"
    r"[lr][ue]e|lvot|cbd|abd|quad|rbcs?|fim)\b)"
)
_LYMPH = re.compile(r"lymph|nod(?:e|al)|ebus|needle|biops|mediastin|hilar|carin|dissect|aspirat", re.IGNORECASE)
_FIRST = re.compile(r"[A-Za-z]+")
_SERVICE_HERE = re.compile(rf"(?:{_SERVICE}|{_WIDER_SERVICE})(?![a-z])", re.IGNORECASE)
_INITIAL = re.compile(r",\s[A-Z]\.?\s\Z")


def _is_no_lymph_node(text: str, at: int) -> bool:
    """Whether a station's number that stands at ``at`` is none of the lymph nodes that surgeons number."""
    return _LYMPH.search(text, max(0, at - 80), at + 80) is None


def _is_of_someone(text: str, at: int) -> bool:
    """Whether a person's name stands before the preposition that leads to a room at ``at``."""
    return follows_a_name(text, at - 3) or _INITIAL.search(text, max(0, at - 8), at - 3) is not None


def _is_no_site(text: str, at: int) -> bool:
    """Whether what stands in a field at ``at`` is a service, an abbreviation or a name, and no word: ``Location: Forearm 2``."""
    first = _FIRST.match(text, at)
    if first is None or _SERVICE_HERE.match(text, at) is not None:
        return True
    return (first[0].isupper() and len(first[0]) < 4) or first[0].lower() not in lexicon().english


AT_NUMBERS = (
    # A ward and the room and bed in it: ``4 West, 412-B``.
    form(
        "ward",
        PhiType.LOCATION,
        0.75,
        r"[0-9]{1,2} ?(?:North|South|East|West|NORTH|SOUTH|EAST|WEST|Tower|TOWER|"
        r"Main(?=[,.;|\n]|\Z|\s[^A-Za-z]|\sbed))(?:,? (?:(?i:rm|room|"
        r"bed)\.? )?[0-9]{2,4}(?:-?[A-Z0-9]{1,2})?\b(?!\.[0-9]|[/%]))?(?![\w\-]| (?:[A-Z][a-z]{3}|side|of|and))|"
        r"[0-9]{1,2}[NSEW]-[0-9]{2,4}[A-Z]?(?![\w\-])",
        digits=(1, 2),
        then=" NSEWTM",
    ),
    # ``at 4B station``, ``2 Center unit``
    form(
        "ward",
        PhiType.LOCATION,
        0.7,
        rf"[0-9]{{1,2}}(?:[A-HNSTW]{{1,2}}|\s?(?=[A-Z])(?i:{_SIDE}))(?=\s(?i:station|unit|nurses|ward|charge)\b)",
        digits=(1, 2),
        then=" ABCDEFGHNSTW",
    ),
    # ``Smith (412): K repl``, and a patient in a list of rooms
    form(
        "room_of_someone",
        PhiType.LOCATION,
        0.6,
        r"[1-9][0-9]{2}(?:-?[A-D1-4])?(?=\)[:,]|[ \t]{2,8}[0-9]{1,2}/)",
        digits=(3, 3),
        before=r"[a-z](?:\s\(|[ \t]{2,8})",
        accepts=follows_a_name,
    ),
    # ``412  Smith, 68M``, ``5012  Smith, J  68 M``; four digits up to 24 hours are a time
    form(
        "room_in_list",
        PhiType.LOCATION,
        0.7,
        r"(?:[1-9][0-9]{2}|(?:2[4-9]|[3-9][0-9])[0-9]{2})(?:-?[A-D1-4])?"
        r"(?=[ \t]{2,8}[^\W\d_][^\n\d,]{1,32},\s(?:[A-Z]\.?\s{1,4})?[0-9]{1,3}\s?[MF]\b)",
        digits=(3, 4),
    ),
    # ``412B``, ``629-A``
    form(
        "room_alone",
        PhiType.LOCATION,
        0.6,
        r"[1-9][0-9]{2}-?[ABD](?![\w]|-[A-Z0-9]|/|-?\s?(?:temp|fever))",
        digits=(3, 3),
        then="-ABD",
        before=r"(?:\A|\n\s?|[/(→>,]\s?|\b(?:to|in|from|for|bed|pt|w/)\s)",
    ),
    # ``5117 call light on``, ``6204 pt up to chair``
    form(
        "room_calls",
        PhiType.LOCATION,
        0.65,
        rf"(?:{_NO_TIME}|[2-9][0-9][0-9](?=\scall|\sbed))(?:-?[A-D])?"
        r"(?=\s(?i:call\s(?:light|bell)|bed\salarm|(?:pt|patient|family)\s(?:is|up|oob|in|on|had|with|w/|found|asking|request|called|c/o|states)))",
        digits=(3, 4),
        then=" -ABCD",
        before=r"(?:\A|\n|[.;]\s{1,2})",
    ),
    form(
        "room_bed",
        PhiType.LOCATION,
        0.6,
        r"[1-9][0-9]{2}-[1-4](?![\w.%/-])",
        digits=(3, 3),
        then="-",
        before=r"(?:→|\b(?:to|in|from)\s|\d → )\s?",
    ),
)

AT_WORDS = (
    # ``Room: 412``, ``bed number 3B``
    form(
        "room",
        PhiType.LOCATION,
        0.8,
        rf"(?:room|rm|bed|ward(?=\W{{1,3}}(?:[0-9]{{2}}|[A-Z]?[0-9][A-Z]))|apartment|apt|suite|"
        rf"bay|telemetry\sstrip|trailer|cubicle|(?-i:Pod|pod(?=\s[A-Z]))|"
        rf"chair(?=\s[0-9]{{2}})|cabin|dorm|cell(?=\s[0-9A-Z]{{1,4}}\b)|housing)(?:\s?/\s?(?:bed|room|"
        rf"rm))?(?:\s(?:number|no\.?|is|bed|\#))?\.?(?:[ \t:#=|_*]{{1,32}}|:\s{{1,8}}|\.{{2,12}}:?[ \t]{{0,8}})"
        rf"(?P<phi>{_NUMBER})(?![A-Za-z0-9]){_NO_UNIT}",
        words="room rm bed ward apartment apt suite bay cubicle pod telemetry trailer cabin dorm housing",
        ignore_case=True,
        before=_NO_PROCEDURE_ROOM,
    ),
    # ``Room 412``, ``bed 3B``, ``Treatment Room 2``: the word goes with the number
    form(
        "room_whole",
        PhiType.LOCATION,
        0.8,
        rf"(?:room|rm|bed|crib|bassinet|isolette|ward(?=\s[0-9]{{1,2}}[A-Z])|bay|cubicle|(?-i:Pod|pod(?=\s[A-Z]))|suite|trailer|"
        rf"cell(?=\s[0-9A-Z]{{1,4}}\b))\.?[ \t]{{1,2}}\#?"
        rf"{_NUMBER}(?-i:-[A-Z]{{2,4}})?(?![A-Za-z0-9]){_NO_UNIT}",
        words="room rm bed crib bassinet isolette ward bay cubicle pod suite trailer cell",
        ignore_case=True,
        before=_NO_PROCEDURE_ROOM,
        behind=r"(?:(?<![\w'’\-])(?i:exam(?:ination)?|treatment|trauma|resus|procedure|isolation|consult(?:ation)?|triage|er|ob|birthing|"
        rf"delivery|labor\s(?:&|and)\sdelivery|{_WARDS}|{_SERVICE})\s)?",
    ),
    # ``Pod B, Bed 7``, ``Bldg 4``, ``Zone A``, ``Bedroom 3``
    form(
        "part_of_building",
        PhiType.LOCATION,
        0.75,
        r"(?:(?:Pod|POD|Dorm|Zone|ZONE)\s{1,2}[A-H]|(?:Bldg|BLDG|bldg|Building|BUILDING)\.?\s\#?(?:[0-9]{1,4}[A-Z]?|[A-Z](?=[,.;:)\n|]|\s{2}|\Z))|"
        rf"(?<![0-9]\s)Bedroom\s\#?[0-9]{{1,2}})(?![\w%/\-]){_NO_UNIT}{_INSIDE}",
        words="pod dorm zone bldg building bedroom",
        behind=_WITH_SPECIALTY,
    ),
    # ``on C Pod``, ``in D-Block``, ``Housing: B Wing cell 12``: the letter first, which is no article
    form(
        "part_of_building",
        PhiType.LOCATION,
        0.75,
        r"(?:[Pp]od(?!\sof)|POD(?!\s?\#?[0-9])|(?<!\b[Aa]\s)(?:Block|BLOCK|Wing|WING|wing|Tower|TOWER|Dorm|DORM|Yard|YARD|Unit|UNIT))"
        rf"(?![\w'’\-]){_INSIDE}",
        words="pod block wing tower dorm yard unit",
        before=rf"{_PLACED}(?-i:[A-H][0-9]?)[ \-]",
        behind=r"(?<![\w'’./\-])[A-H][0-9]?[ \-]",
    ),
    # ``CCU-2``, ``ICU 4``, ``med psych 2``, ``Ward D``, ``NICU Pod C``, ``ED Hall 7``, ``Medical ICU North``
    form(
        "ward_numbered",
        PhiType.LOCATION,
        0.75,
        rf"(?:{_WARDS}|(?-i:FT|ER))\s(?:pod|bay|zone|side|hall(?:way)?|slot|chair|spot|space|station|triage|trauma|resus|stretcher|"
        rf"gurney|curtain)\s?\#?(?:[0-9]{{1,3}}[A-D]?|(?-i:[A-Z]))(?![\w\-]){_NO_UNIT}|"
        rf"{_WARDS}(?:-(?:[0-9]{{1,3}}[A-Z]?|(?-i:[A-Z]))(?![\w\-]|\.[0-9])|\^[0-9]{{1,4}}[A-Z]?(?:-[0-9A-Z]{{1,2}})?|"
        rf"\s\#?(?:[0-9]{{1,3}}[A-Z]?(?:-[0-9A-Z]{{1,2}})?(?:\s{_SIDE})?|(?-i:[A-H])(?:-[0-9]{{1,2}})?|(?-i:(?=[A-Z])){_SIDE}){_STOP}"
        rf"{_NO_UNIT})",
        words=f"{_WARD_WORDS} er ft",
        ignore_case=True,
        behind=_WITH_SPECIALTY,
    ),
    # ``Peds 3``, ``Oncology 5 North``, ``MED 4``, ``Heme/Onc 3 East``
    form(
        "ward_numbered",
        PhiType.LOCATION,
        0.7,
        r"(?:Peds|Pediatrics|Oncology|Onc|Hem(?:e|atology)?/Onc(?:ology)?|Telemetry|Tele|TELE|Surgery|Surgical|SURG|Medicine|Medical|MED|"
        r"Cardiology|Neuro|Ortho|Rehab|"
        rf"Psych|Maternity|Postpartum|Mother-Baby|Geri|(?:BMT|Burn|Stroke|Transplant|Trauma)(?=\s[0-9]{{1,2}}\s(?i:{_SIDE})))"
        rf"[ \t][0-9]{{1,3}}[A-Z]?(?:\s(?=[A-Z])(?i:{_SIDE}))?"
        r"(?=[,;:)\n|]|\.(?:\s|\Z)|\s(?:bed|rm|room|unit|as)\b|\s[|(]|\s{2}|\Z)",
        words="peds pediatrics oncology onc hem heme hematology bmt burn stroke transplant trauma telemetry tele "
        "surgery surgical surg medicine medical med cardiology neuro ortho rehab psych maternity postpartum mother geri",
    ),
    # ``arrived to MICU 4 sedated``, ``performed in OR 9 under general``
    form(
        "ward_reached",
        PhiType.LOCATION,
        0.75,
        rf"(?:{_WARDS}|(?-i:OR))\s\#?[0-9]{{1,2}}(?-i:[A-D])?(?![\w%\-])(?!\.[0-9]){_NO_UNIT}{_NO_COUNT}",
        words=f"{_WARD_WORDS} or",
        ignore_case=True,
        before=rf"\b(?:{_MOVED}|arriv(?:al|ed|es|ing)|back|brought|sent|performed|done)\s(?:to|from|in|into|at)\s(?:the\s)?",
        behind=_WITH_SPECIALTY,
    ),
    # ``in OR 4``, ``to Exam 2``, ``Adult Unit 2``, ``from unit c``, ``| Chair 9``: words that need a place's word before them
    form(
        "ward_placed",
        PhiType.LOCATION,
        0.75,
        rf"(?:(?-i:OR|ER)|exam|triage|unit(?!\s\#?[0-9]{{1,2}}\sof)|wing|tower|hall(?:way)?|chair|slot|stall|vault|division|trauma)"
        rf"\s\#?(?:[0-9]{{1,2}}[A-Z]?(?:-[0-9]{{1,2}})?(?:\s(?:{_SIDE}|main)\b)?|(?<=unit\s)(?-i:[A-HJ-N]-?[0-9]{{1,2}})|"
        rf"(?-i:[A-Hb-h])){_STOP}{_NO_UNIT}"
        r"(?!,?\s(?:\(?(?:95|CI\b|p\s?[=<])|(?:and|on|as|for)\s[0-9]))",
        words="or er exam triage unit wing tower hall hallway chair slot stall vault division trauma",
        ignore_case=True,
        before=_PLACED,
        behind=_WITH_SPECIALTY,
    ),
    form(
        "station",
        PhiType.LOCATION,
        0.7,
        rf"station\s\#?[0-9]{{1,3}}(?![\w%/-]){_NO_UNIT}",
        words="station",
        ignore_case=True,
        before=_PLACED,
        behind=_WITH_SPECIALTY,
        accepts=_is_no_lymph_node,
    ),
    # ``on list for Nephrology 6``, ``3/5/21 - BMT 4S``, ``to L&D 3 tonight``, ``Geri-Psych 2`` at a field's end
    form(
        "ward_of_service",
        PhiType.LOCATION,
        0.7,
        _SERVICE + _SERVICE_NUMBER,
        words=_SERVICE_WORDS,
        ignore_case=True,
        before=rf"(?:[\n|;/]\s?|[,:]\s{{1,2}}|\s{{2}}|{_SERVICE_REACHED})",
    ),
    form(
        "ward_of_service",
        PhiType.LOCATION,
        0.7,
        _WIDER_SERVICE + _SERVICE_NUMBER,
        words=_WIDER_SERVICE_WORDS,
        ignore_case=True,
        before=_SERVICE_REACHED,
    ),
    # ``ONC 5E  BED 12``, ``HEME 4S``: a number with a letter, or a bed behind it, tells a ward where a line begins
    form(
        "ward_of_service",
        PhiType.LOCATION,
        0.7,
        rf"(?:{_SERVICE}|{_WIDER_SERVICE})\s[0-9]{{1,2}}(?:(?-i:[A-HNSTW])(?=[ \t]*(?:\n|\Z|\s{{2}}|\|))|"
        r"(?-i:[A-Z])?(?=[ \t]{1,8}(?:bed|rm|room)\b))",
        words=f"{_SERVICE_WORDS} {_WIDER_SERVICE_WORDS}",
        ignore_case=True,
        before=r"(?:\A|\n)[ \t]{0,4}",
    ),
    # ``nurses station 4A``, ``holding area 3``, ``Conf Rm C``
    form(
        "room_of_staff",
        PhiType.LOCATION,
        0.7,
        r"(?:nurs(?:es?['’]?s?|es['’]|ing)\sstation|(?:pre-?op\s)?holding\s(?:area|room|bay)|(?:conf(?:erence)?\.?|meeting|break|waiting)"
        r"\s(?:room|rm))\.?\s\#?(?:[0-9]{1,4}(?-i:-?[A-Z])?|(?-i:[B-H](?:-?[0-9]{1,3})?|A(?=[,.;)\n]|\Z)))(?![\w%\-])"
        + _NO_UNIT,
        words="nurse nurses nursing pre preop holding conf conference meeting break waiting",
        ignore_case=True,
    ),
    # ``Medic 12``, ``Air Evac 3``, ``LifeStar 9``: who brought somebody
    form(
        "crew",
        PhiType.LOCATION,
        0.75,
        r"(?:medic(?:\sone)?(?:\sunit)?|ambulance(?:\sunit)?|(?-i:(?=[A-Z]))(?:engine|ladder|squad|battalion|air\s?(?:evac|life|care|med)|"
        r"life\s?(?:star|flight|line|net|link)|med\s?(?:flight|star|evac)|care\s?flight|star\s?flight))\s\#?[0-9]{1,3}(?![\w\-])"
        rf"{_NO_UNIT}",
        words="medic ambulance engine ladder squad battalion air airevac airlife aircare airmed life lifestar lifeflight "
        "lifeline lifenet lifelink med medflight medstar medevac care careflight star starflight",
        ignore_case=True,
    ),
    # ``moved to 412``, ``called to 660``, ``moved from 591 to 603``
    form(
        "room_reached",
        PhiType.LOCATION,
        0.7,
        rf"(?:to|from)\s(?P<phi>(?-i:{_ALONE})){_NO_MORE}{_NO_UNIT}",
        words="to from",
        ignore_case=True,
        before=rf"\b(?:{_MOVED}|pacu|floor|w/c|or|ed|pt|patient|called|responded|response|summoned|dispatched|xfer\s[A-EW]?[0-9]{{3}}|"
        rf"(?:(?:moved|transfer(?:red)?|xfer(?:red)?|relocated)\sfrom|bed|room|rm)\s(?:(?:room|rm|bed)\s)?"
        rf"(?:[0-9]{{2,4}}[A-D]?|[A-Z][0-9]{{3}}|[0-9]{{1,2}}\s{_SIDE}(?:\s[0-9]{{2,4}})?))\s",
    ),
    # ``pt in 412``, ``in and out of 412``
    form(
        "room_reached",
        PhiType.LOCATION,
        0.7,
        rf"(?:in|of)\s(?P<phi>(?-i:{_ALONE})){_NO_MORE}{_NO_UNIT}",
        words="in of",
        ignore_case=True,
        before=r"\b(?:pt|patient|roommate|still|now|boarding|bathroom|in\sand\sout)\s",
    ),
    # ``ABERNATHY in 6-118``, ``another Smith, J. in 5012``
    form(
        "room_reached",
        PhiType.LOCATION,
        0.7,
        rf"in\s(?P<phi>(?:[1-9][0-9]?-[1-9][0-9]{{2}}|(?!19|20)[1-9][0-9]{{3}})){_NO_MORE}{_NO_UNIT}",
        words="in",
        ignore_case=True,
        accepts=_is_of_someone,
    ),
    # ``in G3-22``, ``to PD4-611``: a ward, and a room that is no level of the spine
    form(
        "room_reached",
        PhiType.LOCATION,
        0.7,
        r"(?:to|from|in|on)\s(?P<phi>(?-i:(?!D(?:5|10)-|[CTLS][0-9]{1,2}-(?:[0-9]|1[0-2])\b)[A-Z]{1,2}[0-9]{1,2}-(?:[1-9][0-9]{1,2})[A-Z]?))"
        rf"{_NO_MORE}{_NO_UNIT}",
        words="to from in on",
        ignore_case=True,
    ),
    # ``Bed 483 -> CT -> 672``, ``PACU -> 412``
    form(
        "room_reached",
        PhiType.LOCATION,
        0.7,
        rf"(?:(?:bed|room|rm)\s[0-9]{{2,4}}[A-D]?|{_MOVED}|pacu|ed)\s?(?:->|→)(?:\s?[A-Z]{{2,5}}\s?(?:->|→))?\s?"
        rf"(?P<phi>(?-i:{_ALONE})){_NO_MORE}{_NO_UNIT}",
        words="bed room rm moved transferred transfer xfer taken transported pacu ed",
        ignore_case=True,
    ),
    form(
        "unit",
        PhiType.LOCATION,
        0.7,
        rf"(?:unit|floor|station(?!\s[0-9]{{1,2}}[LR]\b)|tower|wing)[\s#:]{{1,8}}(?P<phi>[0-9]{{1,3}}(?-i:[A-Z]{{1,2}})|[0-9]{{1,2}}\s{_SIDE})\b",
        words="unit floor station tower wing",
        ignore_case=True,
    ),
    # ``back to 4T``, ``taken to 8 Main``, ``transferred from Larch 4``
    form(
        "ward_moved",
        PhiType.LOCATION,
        0.7,
        r"(?:to|from|in|into|on)\s(?P<phi>[0-9]{1,2}(?-i:[A-HNSTW])(?=[\s.,;)]|\Z)(?!\s[0-9])|"
        rf"[0-9]{{1,2}}\s(?:{_SIDE}|main)\b|{_NO_WARD}(?-i:[A-Z][a-z]{{3,14}})\s[0-9]{{1,2}}[A-Z]?{_STOP})",
        words="to from in into on",
        ignore_case=True,
        before=rf"\b(?:{_MOVED}|back|brought|sent|arrived|stable|bed|staff|nurses?|rn|charge|from\s[A-Z][a-z]{{3,14}}\s[0-9]{{1,2}})\s",
    ),
    # ``LOC: 3B``, ``Ward: North 5``, ``Dept: SICU 4``, ``unit: Larch 6``, ``LOC:SURG^3107^A``
    form(
        "ward_labelled",
        PhiType.LOCATION,
        0.75,
        r"(?:loc|location|ward|nursing\sunit|nurse\sunit|dept|department|unit|bay|vault|room|rm|bed)\s?:[ \t]{0,8}(?P<phi>"
        rf"(?-i:[A-Z0-9]{{2,8}}(?:\^[A-Z0-9]{{1,5}}){{1,2}})|[0-9]{{1,2}}(?-i:[A-Z]{{1,2}})|{_SIDE}\s[0-9]{{1,2}}|[0-9]{{1,2}}\s?{_SIDE}|"
        rf"{_NO_SITE}{_NO_WARD}(?-i:[A-Z]{{2,5}}\s?-?|[A-Z][a-z]{{3,14}}\s)[0-9]{{1,2}}[A-Z]?{_STOP}{_NO_UNIT})(?![\w'’\-])",
        words="loc location ward nursing nurse dept department unit bay vault room rm bed",
        ignore_case=True,
    ),
    # ``Loc  AP 4/312``, ``Dept  GHW 3 EAST``, ``Room Endo 3``, ``LOC: OR 6 ***``: a field as a whole
    form(
        "ward_field",
        PhiType.LOCATION,
        0.7,
        r"(?:loc(?:ation)?|(?:nurs(?:e|ing)\s)?unit|ward|dept|department|room|rm)"
        r"(?:\s?[:=][ \t]{0,16}|[ \t]{2,16}|(?<=room)[ \t]|(?<=dept)[ \t])"
        rf"(?P<phi>{_NO_SITE}{_NO_WARD}(?-i:[A-Z][A-Za-z]{{0,12}}(?:[&/\-][A-Za-z]{{1,12}})?(?:\s[A-Z][A-Za-z]{{1,12}})?"
        r"\s[0-9]{1,2}(?:-?[A-Z]{1,2})?)"
        rf"(?:\s(?-i:(?=[A-Z])){_SIDE}|\s(?-i:[NSEW](?![A-Za-z])))?(?:\s?[/\-]\s?(?:bed\s|rm\s)?[0-9]{{2,4}}(?-i:[A-Z])?)?)"
        r"(?=[ \t]{0,2}(?:\n|\Z|\||\*{2,}|;)|\t|\s{2}|[ \t](?i:bed|rm|room)\b)",
        words="loc location nurse nursing unit ward dept department room rm",
        ignore_case=True,
        before=r"(?:\A|[\n\t|;]|\*{2}|\s{2}|,\s)[ \t]{0,2}",
        accepts=_is_no_site,
    ),
)
