"""What looks like a name and is none: ``Foley catheter``, ``Crohn's disease``, ``Dr. X``."""

import re

from transforms.deidentify.forms import words
from transforms.deidentify.lexicon import lexicon

_HEADS = (
    "disease|syndrome|sign|signs|test|testing|maneuver|manoeuvre|catheter|catheters|catheterization|drain|drains|"
    "tube|"
    "clamp|clamps|retractor|retractors|forceps|scissors|suture|sutures|procedure|operation|repair|incision|needle|"
    "needles|wire|wires|stent|stents|graft|grafts|position|score|scores|scale|criteria|criterion|classification|"
    "class|lymphoma|sarcoma|tumor|tumors|tumour|carcinoma|cancer|palsy|hernia|phenomenon|reflex|ulcer|ulcers|nodes?|"
    "fracture|fractures|ring|rings|loop|loops|ligament|fascia|gland|glands|duct|ducts|canal|triangle|pouch|tubes|law|"
    "method|stain|agar|solution|dressing|dressings|frame|splint|collar|boot|pin|pins|rod|rods|screw|screws|elevator|"
    "elevators|curette|curettes|rongeur|rongeurs|speculum|scope|valve|valves|space|line|lines|point|cells?|bodies|"
    "esophagus|diverticulum|diverticula|thyroiditis|chorea|dystrophy|anemia|contracture|gangrene|arthroplasty|port|"
    "blade|dilator|dilators|hook|hooks|stage|grade|index|inventory|protocol|technique|approach|sphincter|tendon|"
    "reaction|spots?|lesions?|type|pump|bag|balloon|deformity|dementia|ataxia|block|angle|respirations?|breathing|"
    "equation|formula|membrane|cyst|cysts|exercises?|area|syndromes|disorder|knot|stitch|technic|insertion|"
    "vaccine|diet|lamp|hip|knee|implant|prosthesis|plate|plates|cage|mask|laryngoscope|shunt|shunts|"
    "anastomosis|fundoplication|osteotomy|bandage|bandages|traction|view|views|projection|scales|questionnaire|battery|"
    "survey|rating|bypass|conduit|resection|bone|tip|perforator|osteotome|cannula|trocar|introducer|sheath|filter|"
    "drainage|dissector|graspers?|brace|monitor|tubing|tongs|hump|balance|operating\smicroscop\w+|microscopes?|headrest|stapler|tongue|arm|dynamomet(?:er|ry)|suction(?:ed|ing)?|"
    "cautery|electrocautery|silk|sponges?|dermatome|microdebrider|staple[rs]?|maneuvers|technique"
)
_AFTER = re.compile(
    rf"(?:['’]s?)?(?:(?:[-–/]|,?\s+)(?:and\s+)?[A-Z][a-z]+(?:['’]s?)?){{0,3}}[\s-]+(?:{_HEADS})\b|"
    rf"(?:['’]s?)?,?\s+(?:stage|grade|class|type)\b|"
    rf"(?:-[A-Z]{{1,2}})?\s+[0-9][0-9.,/]*\s?(?:mg|mcg|ml|units?|%)",  # a medicine and its dose
    re.IGNORECASE,
)
# The same right behind the word, for words that no list calls an eponym: ``Nikolsky sign``, ``Kellgren-Lawrence grade``.
_HEAD_AFTER = re.compile(rf"(?:['’]s)?(?:-[^\W\d_]+)?[ -](?:{_HEADS})\b")
# What stands behind an eponym that is a device; of a person it is said otherwise.
_DEVICE_AFTER = re.compile(
    r",?\s+(?:draining|drained|output|patent|removed|placed|inserted|discontinued|flushed|clamped|irrigated|in\splace|in\ssitu|"
    r"to\s(?:gravity|bag|drainage|suction)|(?:is|was|were|remains|remained|has\sbeen|to\sbe)\s(?:then\s|also\s)?(?:in\b|out\b|intact|patent|"
    r"draining|removed|placed|inserted|changed|exchanged|replaced|discontinued|flushed|clamped|pulled|d/c))\b",
    re.IGNORECASE,
)
# What stands before an eponym, and hardly before anybody's name.
_BEFORE = re.compile(
    r"\b(?:the|an?|indwelling|suprapubic|(?:[0-9]{1,2}[\s-])?(?:fr|french)|straight|curved|modified|classic|bidirectional|standard|existing|"
    r"remov(?:e|ed|ing|al\sof)|insert(?:ed|ing|ion\sof)?|plac(?:ed|ing|ement\sof)|discontinued?|d/c|maintain(?:ed)?|"
    r"exchanged?|clamp(?:ed)?|via|s/p)\s\Z",
    re.IGNORECASE,
)
# ``circle of Willis``, ``arcade of Struthers``
_ANATOMY_BEFORE = re.compile(
    r"\b(?:circle|canal|arcade|ligament|foramen|angle|triangle|duct|islets|loop|sphincter|fascia|crypts|bundle|node|pouch|"
    r"valves?|ampulla|tubercle|aqueduct|fissure|zone|space|organ|artery|tetralogy|islands)\sof\s\Z",
    re.IGNORECASE,
)
_LONGEST_BEFORE = 16
# What is found of an eponym, and of no person: ``Murphy's neg``, ``Hawkins and Neer positive``, ``ruled out Addison's.``
_FOUND_AFTER = re.compile(
    r"(?:['’]s)?\s(?:(?:was|were|is|are|test|tests)\s)?(?:neg\b|pos\b|negative|positive|equivocal|absent|not\s(?:found|seen|detected|present|elicited))|"
    r"['’]s(?=\s?(?:[.,;:)\n]|\Z))|-OP\b"
)
# Scores and grades that are called by a name, before their figure: ``Ferriman-Gallwey 9``, ``Berg 48/56``, ``Ann Arbor IIA``.
_SCORED = words(
    "ferriman gallwey berg tinetti beck hamilton braden morse norton aldrete apgar bishop ranson gleason ludwig "
    "norwood tanner fitzpatrick "
    "barthel katz lawton mallampati cormack lehane karnofsky epworth edinburgh hoehn lund browder rockall "
    "blatchford geneva caprini "
    "charlson child pugh maddrey lille alvarado centor duke bosniak gustilo garden weber salter harris neer "
    "oswestry glasgow killip "
    "forrester fontaine rutherford deauville lugano breslow clark nottingham masaoka evans sokal binet rai hasford fuhrman"
)
_FIGURE_AFTER = re.compile(
    r"(?:-[A-Z][^\W\d_]+)?\s(?:(?:of|is|was|=|grade|stage|class|type|level)\s)?(?:[0-9]{1,3}(?![0-9])|[IV]{1,4}[ABab]?\b)"
)
# Methods that do what else only people do: ``seen by Doppler``.
_METHODS = words(
    "doppler gram giemsa wright papanicolaou pap seldinger simpson fick bernoulli teichholz ziehl neelsen kinyoun coombs "
    "bovie cobb cockcroft gault bazett fridericia gleason hounsfield southern northern western lowry kjeldahl"
)
# Two words that are one eponym, or name a thing.
_PHRASE = re.compile(
    r"(?:Rocky[ -]Mountain[ -](?i:spotted|fever)|Braxton[ -]Hicks|Mary[ -]Joseph(?:['’]s)?[ -](?i:nod|sign)|"
    r"Ann[ -]Arbor(?=\s(?:stage|grade|[I1-4])|-)|San[ -]Francisco(?=\s(?:syncope|rule))|Austin[ -]Flint|"
    r"Bair[ -]Hugger|Blake[ -](?i:drain)|Bence[ -]Jones|Blalock[ -]Taussig|Brown[ -]S[eé]quard|"
    r"Charcot[ -]Marie|Charles[ -]Bonnet|Cheyne[ -]Stokes|Christmas[ -](?i:tree|disease)|Creutzfeldt[ -]Jakob|"
    r"Dandy[ -]Walker|Dix[ -]Hallpike|Duke[ -](?i:criteria|score)|Ehlers[ -]Danlos|Epstein[ -]Barr|Fitz[ -]Hugh|"
    r"Graham[ -]Steell|Guillain[ -]Barr[eé]|Harris[ -]Benedict|Henoch[ -]Sch[oö]nlein|Hosmer[ -]Lemeshow|"
    r"Ivor[ -]Lewis|Kimmelstiel[ -]Wilson|"
    r"Jackson[ -]Pratt|Kaplan[ -]Meier|Kayser[ -]Fleischer|Legg[ -]Calv[eé]|Lewy[ -](?i:bod)|Mallory[ -]Weiss|"
    r"Minnesota[ -]Multiphasic|"
    r"Montgomery[ -](?i:[AÅaå]sberg|gland|tubercle)|Osgood[ -]Schlatter|Peutz[ -]Jeghers|Prader[ -]Willi|"
    r"St\.? John['’]s [Ww]ort|Stevens[ -]Johnson|Stokes[ -]Adams|Sturge[ -]Weber|Swan[ -]Ganz|Treacher[ -]Collins|"
    r"Von[ -]Willebrand|Waterhouse[ -]Friderichsen|West[ -]Nile|Wolff[ -]Parkinson)",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"(?:[XYZ_*]+|[A-C]{2,3}|ABCD|[A-Z]{1,2}[-_ ]?X+|XYZ\w*|JOHN DOE|JANE DOE|N/A|TBD)\Z")


def is_placeholder(name: str) -> bool:
    """``X``, ``XYZ``, ``ABC``, ``___``: what de-identified notes have in place of a name."""
    return _PLACEHOLDER.match(name) is not None


def is_phrase(text: str, start: int) -> bool:
    """Whether what is called by two words or more begins at ``start``: ``Braxton Hicks``, ``Rocky Mountain spotted fever``."""
    return _PHRASE.match(text, start) is not None


def is_method(word: str) -> bool:
    """Whether a method is called by the word (lower case), so that ``seen by`` it says nothing of a person."""
    return word in _METHODS


def _is_score_here(text: str, start: int, end: int) -> bool:
    """Whether a score or a grade is called by the word at ``start:end``, and its figure follows: ``Berg 48/56``."""
    return text[start:end].lower().partition("-")[0] in _SCORED and _FIGURE_AFTER.match(text, end) is not None


def is_eponym_here(text: str, end: int) -> bool:
    """Whether a word that ends at ``end`` gives its name to what stands right behind it: ``sign``, ``catheter``, ``score`` …"""
    return _HEAD_AFTER.match(text, end) is not None


def is_anatomy(text: str, start: int) -> bool:
    """Whether a part of the body named after somebody stands before ``start``: ``circle of Willis``."""
    return _ANATOMY_BEFORE.search(text, max(0, start - _LONGEST_BEFORE), start) is not None


def in_lookalike_context(text: str, start: int, end: int) -> bool:
    """Whether an eponym or an English word at ``start:end`` stands where such words do: before ``catheter``, after ``the`` …"""
    if (
        is_phrase(text, start)
        or _AFTER.match(text, end) is not None
        or is_anatomy(text, start)
        or _is_score_here(text, start, end)
    ):
        return True
    if not all(part in lexicon().eponyms for part in text[start:end].lower().split("-")):
        return False
    before = max(0, start - _LONGEST_BEFORE)
    if _FOUND_AFTER.match(text, end) is not None:
        return True
    return _DEVICE_AFTER.match(text, end) is not None or _BEFORE.search(text, before, start) is not None
