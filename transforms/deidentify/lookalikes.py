"""What looks like a name and is none: ``Foley catheter``, ``Crohn's disease``, ``Dr. X``."""

import re

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
    "equation|formula|membrane|cyst|cysts|exercises?|area|syndromes|disorder|knot|stitch|technic|removed|placed|"
    "in\\splace|"
    "insertion|inserted|vaccine|diet|lamp|hip|knee|implant|prosthesis|plate|plates|cage|mask|laryngoscope"
)
_AFTER = re.compile(
    rf"(?:['’]s?)?(?:[-–/\s]+(?:and\s+)?[A-Z][a-z]+(?:['’]s?)?){{0,2}}[\s-]+(?:{_HEADS})\b|"
    rf"(?:['’]s?)?,?\s+(?:stage|grade|class|type)\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"(?:[XYZ_*]+|[A-C]{2,3}|ABCD|[A-Z]{1,2}[-_ ]?X+|XYZ\w*|JOHN DOE|JANE DOE|N/A|TBD)\Z")


def is_placeholder(name: str) -> bool:
    """``X``, ``XYZ``, ``ABC``, ``___``: what de-identified notes have in place of a name."""
    return _PLACEHOLDER.match(name) is not None


def in_lookalike_context(text: str, start: int, end: int) -> bool:
    """Whether an eponym or an English word at ``start:end`` stands where such words do: before ``catheter``, ``disease`` …"""
    return _AFTER.match(text, end) is not None
