"""Wards, rooms and beds, as they are written in notes."""

from transforms.deidentify.forms import form
from transforms.deidentify.written_names import follows_a_name
from transforms.records import PhiType

_WARD_ROOM = r"[0-9]{1,2}\s(?:north|south|east|west|tower)(?:\s[0-9]{2,4}[a-d]?)?"
_ROOM = r"[0-9]{1,4}(?:-?[A-Z])?(?:[-/][0-9]{1,3}[A-Z]?)?|[A-Z]-?[0-9]{1,4}(?:-[0-9A-Z]{1,4})?"
# ``2 West 41``, ``412-B``, ``C-12``, ``3b``
_NUMBER = rf"(?:{_WARD_ROOM}|(?-i:{_ROOM})|[0-9]{{1,4}}[a-d]?)"
_MOVED = (
    "back taken transported transferred moved returned brought admitted sent transfer tx xfer report arrived stable bed"
)
_NO_PROCEDURE_ROOM = (
    r"(?<!operating)(?<!procedure)(?<!exam)(?<!trauma)(?<!resource)(?<!recovery)(?<!treatment)"
    r"(?<!hospital)(?<!theater)(?<!theatre)(?<!suite)(?<!suite,)(?<!\bor)(?<!\bor,)[\s\S]|\A"
)
_NO_UNIT = (
    r"(?!\s?(?i:mg|mcg|ml|cc\b|hours?|hrs?\b|days?|weeks?|months?|years?|minutes?|min\b|times|degrees|x\s?[0-9]|%|"
    r"feet|ft\b|lbs?\b|kg|am\b|pm\b|beds\b|units?\b|steps|bpm|mm|cm)|[./:][0-9]|\s?/\s?[0-9])"
)

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
        r"[0-9]{1,2}(?:[A-HNSTW]{1,2}|\s?(?:North|South|East|West|Center|Tower))(?=\s(?i:station|unit|nurses|ward|charge)\b)",
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
    form(
        "room_in_list",
        PhiType.LOCATION,
        0.7,
        r"[1-9][0-9]{2}(?:-?[A-D1-4])?(?=[ \t]{2,8}[^\W\d_][^\n\d,]{1,32},\s[0-9]{1,3}\s?[MF]\b)",
        digits=(3, 3),
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
    form(
        "room",
        PhiType.LOCATION,
        0.8,
        rf"(?:room|rm|bed|ward(?=\W{{1,3}}(?:[0-9]{{2}}|[A-Z]?[0-9][A-Z]))|apartment|apt|suite|"
        rf"bay(?=\W{{1,3}}[0-9]{{2}})|telemetry\sstrip|trailer|cubicle|(?-i:Pod|pod(?=\s[A-Z]))|"
        rf"chair(?=\s[0-9]{{2}})|cabin|dorm|cell(?=\s[0-9A-Z]{{1,4}}\b)|housing)(?:\s?/\s?(?:bed|room|"
        rf"rm))?(?:\s(?:number|no\.?|is|bed|\#))?\.?(?:[ \t:#=|_*]{{1,32}}|:\s{{1,8}}|\.{{2,12}}:?[ \t]{{0,8}})"
        rf"(?P<phi>{_NUMBER})(?![A-Za-z0-9]){_NO_UNIT}",
        words="room rm bed ward apartment apt suite bay cubicle pod telemetry trailer cabin dorm housing",
        ignore_case=True,
        before=_NO_PROCEDURE_ROOM,
    ),
    # ``Room 412``, ``bed 3B``: the word goes with the number
    form(
        "room_whole",
        PhiType.LOCATION,
        0.8,
        rf"(?:room|rm|bed|crib|ward(?=\s[0-9]{{1,2}}[A-Z])|bay(?=\s[0-9]{{2}})|(?-i:Bay|Pod|pod(?=\s[A-Z]))|"
        rf"cell(?=\s[0-9A-Z]{{1,4}}\b))\.?[ \t]{{1,2}}\#?"
        rf"{_NUMBER}(?![A-Za-z0-9]){_NO_UNIT}",
        words="room rm bed crib ward bay pod cell",
        ignore_case=True,
        before=_NO_PROCEDURE_ROOM,
    ),
    # ``moved to 412``, ``PACU to 412B``, ``pt in 412``
    form(
        "room_moved",
        PhiType.LOCATION,
        0.7,
        r"(?:(?:moved|transferred|transfer|xfer(?:red)?|tx'?d|pacu|taken|transported|admit(?:ted)?|returned|report|"
        r"floor|w/c|or|ed)\s?(?:to|→|->|from)|(?:pt|patient)\sto|(?:pt|patient|roommate|still|now|bathroom|"
        rf"bathroom\sof|in\sand\sout\sof)\s(?:in|of)|xfer(?=\s[A-EW]?[0-9]{{3}}))\s(?P<phi>(?-i:[1-9][0-9]{{2}}"
        rf"(?:-?[A-D1-4])?|[A-Z][0-9]{{3}}))(?![\w%.,/]?[0-9A-Za-z]){_NO_UNIT}",
        words="moved transferred transfer xfer xferred txd tx'd pacu taken transported admit admitted returned "
        "report floor w/c pt patient roommate still now bathroom",
        ignore_case=True,
    ),
    # ``Moved from 591 to 603``, ``called to 660``, ``Bed 483 -> CT -> 672``
    form(
        "room_moved_on",
        PhiType.LOCATION,
        0.7,
        r"(?:(?:moved|transferred|transfer|xfer(?:red)?|relocated)\sfrom\s(?:(?:room|rm|bed)\s)?(?:[0-9]{3}[A-D]?|[A-Z][0-9]{3}|"
        r"[0-9]{1,2}\s(?:north|south|east|west|tower)(?:\s[0-9]{2,4})?)\sto|(?:called|responded|response|summoned|dispatched)\sto|"
        r"(?:bed|room|rm)\s[0-9]{2,4}[A-D]?\s?(?:->|→|to)(?:\s?[A-Z]{2,5}\s?(?:->|→|to))?)\s?(?:(?:room|rm|bed)\s)?"
        rf"(?P<phi>(?-i:[1-9][0-9]{{2}}(?:-?[A-D1-4])?|[A-Z][0-9]{{3}}))(?![\w%,/]?[0-9A-Za-z]|-[0-9]){_NO_UNIT}",
        words="moved transferred transfer xfer xferred relocated called responded response summoned dispatched bed room rm",
        ignore_case=True,
    ),
    form(
        "unit",
        PhiType.LOCATION,
        0.7,
        r"(?:unit|floor|station|tower|wing)[\s#:]{1,8}(?P<phi>[0-9]{1,3}(?-i:[A-Z]{1,2})|[0-9]{1,2}\s(?:north|south|"
        r"east|west|center))\b",
        words="unit floor station tower wing",
        ignore_case=True,
    ),
    # ``back to 4T``, ``taken to 8 Main``, ``brought to OR 3``
    form(
        "ward_moved",
        PhiType.LOCATION,
        0.7,
        rf"(?:{_MOVED.replace(' ', '|')})\s(?:to|from|in|into)\s"
        r"(?P<phi>[0-9]{1,2}(?-i:[A-HNSTW])(?=[\s.,;)]|\Z)(?!\s[0-9])|[0-9]{1,2}\s(?:main|north|south|east|west|center|tower)\b|"
        r"(?-i:OR)\s[0-9]{1,2}[A-B]?(?![\w.%\-]|\s\()|(?:tower|ward|wing)\s[0-9]{1,2}[A-Z]?\b)",
        words=_MOVED,
        ignore_case=True,
    ),
    # ``NICU Pod C``, ``CCU-2``, ``MICU-B``
    form(
        "ward_part",
        PhiType.LOCATION,
        0.75,
        r"(?:[A-Z]{0,2}ICU|CCU|PCU|PACU|ED|FT|L&D)(?:\s(?:[Pp]od|POD|[Bb]ay|BAY|[Zz]one|[Ss]ide)\s[0-9A-Z]{1,2}|-[0-9A-Z]{1,2})(?![\w\-])",
        words="icu micu sicu nicu picu cvicu ccu pcu pacu ed ft l&d",
    ),
    # ``Peds 3``, ``Oncology 5``, ``Stepdown 2``
    form(
        "ward_numbered",
        PhiType.LOCATION,
        0.7,
        r"(?:Peds|Pediatrics|Oncology|Onc|Step-?down|Telemetry|Tele|Surgery|Surgical|Medicine|Medical|Cardiology|Neuro|Ortho|Rehab|Psych|"
        r"Med[/\-]Surg|Ward|Maternity|Postpartum|Mother-Baby|Geri)\s[0-9]{1,3}[A-Z]?(?=[,;:)\n]|\.(?:\s|\Z)|\s(?:bed|rm|room|unit|as)\b|\s{2}|\Z)",
        words="peds pediatrics oncology onc step stepdown telemetry tele surgery surgical medicine medical cardiology neuro "
        "ortho rehab psych med ward maternity postpartum mother geri",
    ),
    # ``LOC: 3B``, ``Ward: North 5``
    form(
        "ward_labelled",
        PhiType.LOCATION,
        0.75,
        r"(?:loc|location|ward|nursing\sunit|nurse\sunit|dept|department|unit)\s?:[ \t]{0,8}(?P<phi>[0-9]{1,2}(?-i:[A-Z]{1,2})|"
        r"(?:north|south|east|west|center|tower)\s[0-9]{1,2}|[0-9]{1,2}\s?(?:north|south|east|west|center|tower))(?![\w'’\-])",
        words="loc location ward nursing nurse dept department unit",
        ignore_case=True,
    ),
    form(
        "room_moved_on",
        PhiType.LOCATION,
        0.7,
        rf"(?:{_MOVED.replace(' ', '|')})\sfrom\s(?:room|rm|bed)\s[0-9]{{1,3}}[A-D]?\sto\s"
        r"(?P<phi>[0-9]{1,3}[A-D]?)(?![\w%,/]?[0-9A-Za-z]|-[0-9])",
        words=_MOVED,
        ignore_case=True,
    ),
    form(
        "ward_bed",
        PhiType.LOCATION,
        0.8,
        r"(?:[A-Z]{1,3}ICU|ICU|CCU|PCU|MED|SURG|TELE|ED)(?:\^|\s(?=[0-9]{1,2}(?:[,.;)\n]|\s{2}|\s(?:from|bed|room|for)\b|"
        r"\Z))(?![0-9]+\.[0-9]))[0-9]{1,4}[A-Z]?(?:-[0-9A-Z]{1,2})?",
        words="icu micu sicu nicu picu cvicu ccu pcu med surg tele ed",
    ),
)
