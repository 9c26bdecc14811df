"""Street addresses, post boxes, ZIP codes with a label, rooms and beds."""

from transforms.deidentify.forms import form
from transforms.records import PhiType

_KIND = (
    r"(?:(?i:street|avenue|road|boulevard|drive|lane|court|circle|place|terrace|parkway|highway|trail|square|alley|plaza|"
    r"crescent|turnpike|expressway|causeway|esplanade|quay)\b|"
    r"(?:(?i:blvd|pkwy|hwy|tpke|ave|rd|ln|cir|ter|trl|sq)|St|ST|Dr|DR|Ct|Pl|PL)\b\.?|"
    r"(?:Way|WAY|Loop|LOOP|Pike|Cove|Run|Row|Path|Bend|Ridge|Crossing|Hollow|Wharf|Mews|Landing|Grove|Glen|Commons|"
    r"Heights|Knoll|Bluff|Creek|Canyon|Trace|Meadows?|Walk)\b)"
)
_UNIT = (
    r"(?:[,\s]{1,2}(?i:apt|apartment|suite|ste|unit|floor|fl|bldg|building|room|rm|lot|trailer|\#)\.?\s?\#?\s?"
    r"(?i:[0-9]{1,5}[a-z]?|[a-z])\b)?"
)
_NAME = r"[A-ZÀ-ÖØ-Þ](?:[^\W\d_]|['’.\-]){0,25}"
_WAY = r"(?i:north|south|east|west)(?i:east|west)?"
_TIME = r"(?![AaPp]\.?\s?[Mm]\b)"

AT_NUMBERS = (
    form(
        "street",
        PhiType.LOCATION,
        0.9,
        rf"[0-9]{{1,6}}[A-Z]?(?:-[0-9]{{1,4}})?,? {_TIME}(?:(?:[NSEW]{{1,2}}\.?|{_WAY})"
        rf" )?(?:(?:{_NAME}|[0-9]{{1,3}}(?i:st|nd|rd|th)) )"
        rf"{{1,4}}?{_KIND}(?: (?:[NSEW]{{1,2}}|{_WAY})\b)?{_UNIT}",
    ),
    form(
        "street_numbered",
        PhiType.LOCATION,
        0.85,
        rf"[0-9]{{1,6}}\s(?i:county\sroad|state\sroute|route|rural\sroute|highway|hwy|us\shwy|fm|rte\.?)"
        rf"\s[0-9]{{1,4}}\b{_UNIT}",
    ),
    form(
        "street_ordinal",
        PhiType.LOCATION,
        0.75,
        r"[0-9]{1,3}(?i:st|nd|rd|th)\s(?i:street|avenue|ave|boulevard|blvd)\b\.?"
        r"(?:\s(?:clinic|office|campus|location|hospital|shelter|branch)\b)?",
    ),
    # A street of any kind, told by the flat behind it.
    form(
        "street_unit",
        PhiType.LOCATION,
        0.85,
        rf"[0-9]{{1,6}} {_NAME}(?: {_NAME}){{0,3}},? (?i:apt|apartment|unit|ste|suite)\.? ?#?[0-9A-Z]{{1,5}}\b",
    ),
    # A ward and the room and bed in it: ``4 West, 412-B``.
    form(
        "ward",
        PhiType.LOCATION,
        0.75,
        r"[0-9]{1,2} (?:North|South|East|West|NORTH|SOUTH|EAST|WEST)(?:,? (?:(?i:rm|room|bed)\.? )?[0-9]{3,4}"
        r"(?:-?[A-Z0-9]{1,2})?\b)?(?![\w\-]| (?:[A-Z][a-z]{3}|side|of|and))",
    ),
    form("zip_plus_four", PhiType.LOCATION, 0.7, r"[0-9]{5}-[0-9]{4}(?![0-9]|[.\-/][0-9])"),
)

AT_WORDS = (
    form("po_box", PhiType.LOCATION, 0.95, r"p\.?\s?o\.?\s?box\s?\#?\s?[0-9]{1,7}", words="po p.o p", ignore_case=True),
    form(
        "zip_labelled",
        PhiType.LOCATION,
        0.95,
        r"zip(?:\s?code)?(?:\sis)?[\s:#=]{1,3}(?P<phi>[0-9]{5}(?:-[0-9]{4})?)(?![0-9])",
        words="zip zipcode",
        ignore_case=True,
    ),
    form(
        "room",
        PhiType.LOCATION,
        0.8,
        r"(?:room|rm|bed|ward|apartment|apt|suite|bay|cubicle|pod)(?:\s(?:number|no\.?|is))?[\s.:#]{1,3}"
        r"(?P<phi>[0-9]{1,4}-?[A-Z]?(?:[-/][0-9]{1,3})?[A-Z]?|[A-Z]-?[0-9]{1,4})\b"
        r"(?!\s?(?:mg|ml|hours?|days?|weeks?|months?|years?|minutes?|times|degrees|x\b|%)|[./][0-9])",
        words="room rm bed ward apartment apt suite bay cubicle pod",
        ignore_case=True,
    ),
    form(
        "unit",
        PhiType.LOCATION,
        0.7,
        r"(?:unit|floor|station|tower|wing)[\s#]{1,2}(?P<phi>[0-9]{1,3}(?-i:[A-Z]{1,2})|[0-9]{1,2}\s(?:north|"
        r"south|east|west))\b",
        words="unit floor station tower wing",
        ignore_case=True,
    ),
    form(
        "street_name",
        PhiType.LOCATION,
        0.75,
        r"(?:Street|Avenue|Boulevard|Lane|Road|Drive|Parkway|Highway|Blvd|Ave)\b",
        words="street avenue boulevard lane road drive parkway highway blvd ave",
    ),
)
