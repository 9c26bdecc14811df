"""The end of an institution's name, where what found the name stopped before it: ``Harlan County`` and then ``DCF``."""

import re
from collections.abc import Iterable
from dataclasses import replace

from transforms.deidentify.findings import Finding
from transforms.records import PhiType

# Written with a capital right behind a place's name they belong to it.
_WORDS = (
    "hospitals?|hosp|cent(?:er|re)|ctr|clinics?|health(?:care)?|care|systems?|network|group|grp|associates|assoc|associations?|"
    "partners|physicians|specialists|medicine|medical|pediatrics|peds|psychiatry|dermatology|cardiology|oncology|orthop(?:a?edics)?|"
    "ortho|neurology|urology|gastroenterology|endocrinology|nephrology|ophthalmology|optometry|radiology|pathology|dental|dentistry|"
    "therapy|rehab(?:ilitation)?|recovery|counseling|wellness|dialysis|imaging|surgery|surgical|hospice|homes?|manor|lodge|living|"
    "residences?|village|villa|terrace|gardens|commons|pavilion|house|shelter|mission|pantry|kitchen|church|parish|temple|mosque|"
    "chapel|ministries|fellowship|foundation|alliance|coalition|council|society|guild|union|club|league|chapter|programs?|project|"
    "services?|agency|authority|administration|department|dept|bureau|district|police|sheriff|pd|fd|ems|fire|rescue|ambulance|"
    "transport(?:ation)?|insurance|assurance|mutual|plans?|ppo|hmo|epo|medicaid|medicare|advantage|dme|dcfs?|dhs|dss|cps|aps|nurses?|"
    "inc|llc|l ?l ?c|llp|pllc|p\\.?c|co|corp|company|corporation|industries|enterprises|trucking|freight|logistics|construction|"
    "electric|plumbing|roofing|landscaping|farms?|dairy|foods|market|grocery|store|drugs?|pharmacy|rx|schools?|elementary|elem|"
    "middle|high|academy|college|university|institute|preschool|daycare|montessori|prep|isd|campus|bank"
)
_TAIL = re.compile(rf"(?:(?:,? | & | of | for | and |-)(?-i:(?=[A-Z]))(?:{_WORDS})(?![\w'’])){{1,5}}", re.IGNORECASE)
# Behind what was taken for a person's name: ``Guardian Lifeline`` and then ``Transport``.
_INSTITUTION = re.compile(
    r" (?:Transport(?:ation)?|Insurance|Assurance|Hospital|Clinic|Pharmacy|School|Elementary|Academy|College|University|Church|"
    r"Agency|Association|Foundation|Pantry|Shelter|LLC|LLP|PLLC|Inc|PPO|HMO|EMS|Transit|Logistics|Trucking|Industries)(?![\w'’])"
)
_TAILS = {PhiType.LOCATION: _TAIL, PhiType.NAME: _INSTITUTION}
_ENDS_IN_WORD = re.compile(r"[^\W\d_]\Z")


def with_tails(text: str, findings: Iterable[Finding]) -> list[Finding]:
    """The findings, places (and names that are a place's) with the rest of their names."""
    return [_with_tail(text, found) for found in findings]


def _with_tail(text: str, found: Finding) -> Finding:
    tail = _TAILS.get(found.phi_type)
    if tail is None or _ENDS_IN_WORD.search(text, found.start, found.end) is None:
        return found
    rest = tail.match(text, found.end)
    return found if rest is None else replace(found, end=rest.end())
