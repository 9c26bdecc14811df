"""How places that have a name are written: the expressions that ``places.py`` tries where their words stand."""

import re

from transforms.deidentify.place_words import ABBREVIATIONS, CHAINS, COURTS, GUARDIANS, SPECIALTIES, STATES


def _capitalised(words: str) -> str:
    """The words as one expression, each with a capital."""
    return "|".join(word.capitalize() for word in words.split())


CAP = r"[A-ZÀ-ÖØ-Þ](?:[^\W\d_]|['’\-.](?=[^\W\d_]))*"
_PLACE = rf"(?:(?:St|Ft|Mt)\.\s)?{CAP}(?:\s(?:(?:of|the|du|de|la)\s)?{CAP}){{0,2}}"
_ORGANISATION = rf"{CAP}(?:\s(?:(?:of|and|&|the)\s)?{CAP}){{0,4}}"

# --- cities, states, streets

PLACE_BEFORE = re.compile(
    rf"(?:(?:St|Ft|Mt|Saint|Fort|Mount)\.?[ \t])?{CAP}(?:[ \t](?:(?:of|the|du|de|la)[ \t])?{CAP}){{0,2}},?\s{{0,2}}\Z"
)
STATE_HERE = re.compile(
    rf"(?P<state>(?:{ABBREVIATIONS})(?![\w'’\-])|(?:{STATES})\b(?!\s(?:Hospital|University|Street|Avenue|tick|pouch)))"
    r"(?:,?\s{1,3}(?P<zip>[0-9]{5}(?:-[0-9]{4})?)(?![0-9]))?"
)
COMMA_BEFORE = re.compile(r",\s{1,2}\Z")
GIVEN_BEFORE = re.compile(rf"(?:\b[A-Z]\.\s|(?P<given>{CAP})\s)\Z")
# A street of any kind, where a city with its ZIP code follows.
STREET_BEFORE = re.compile(
    rf"(?<![\w.,/\-])[0-9]{{1,6}}[A-Z]?\s{CAP}\.?(?:[ \t]{CAP}\.?){{0,3}}"
    r"(?:,?\s(?:[Aa]pt|[Uu]nit|[Ss]uite|[Ss]te|#)\.?\s?\w{1,5})?,?\s{1,2}\Z"
)
STREET_END = re.compile(
    r"(?i:street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|place|pl|way|terrace|circle)"
    r"\.?(?:,?\s(?:#|[Aa]pt\.?|[Uu]nit|[Ss]uite|[Ss]te\.?)\s?\w{1,5})?,"
)
LOWER_COUNTY_BEFORE = re.compile(r"(?<![\w'’.-])[a-z]{4,16}\s\Z")
COUNTY_BEFORE = re.compile(rf"{CAP}(?:\s{CAP})?\s\Z")
CITY_BEHIND = re.compile(rf",?\s(?:in\s|at\s)?(?P<phi>{CAP}(?:\s{CAP}){{0,2}})")
HOME_HERE = re.compile(
    r"(?:[Ll]ives?\sin|[Ll]iving\sin|[Rr]esid(?:es?|ing)\sin|[Rr]esident\sof|[Mm]oved\s(?:here\s)?(?:to|from)|[Bb]orn\sin|"
    r"[Rr]aised\sin|[Gg]rew\sup\sin|[Tt]ravel(?:l?ed|l?ing|s)?\s(?:to|from|in)|[Nn]ative\sof|[Tt]rip\sto|"
    r"[Vv]acation(?:ing|ed)?\s(?:in|to)|[Oo]riginally\sfrom|[Hh]ome\sin|[Hh]ouse\sin|[Tt]own\sof|[Cc]ity\sof|"
    r"[Vv]illage\sof|[Cc]ounty\sof|[Ss]uburb\sof|[Rr]elocat(?:ed|ing)\s(?:to|from)|[Ff]lew\s(?:to|from)|"
    r"[Dd]rove\s(?:to|from)|[Cc]ity\s?:|[Tt]own\s?:|(?:[Gg]o(?:es|ing)?|[Ww]ent|[Dd]riv(?:es?|ing)|[Rr]eturn(?:s|ed|ing)?|[Bb]ack|[Hh]ome|"
    r"[Cc]ommut(?:es?|ing))\s(?:back\s|home\s)?to|(?:[Ww]inter|[Ss]ummer)s\sin|[Cc]ommutes?\sfrom|[Ff]lying\sin\sfrom|[Hh]ails\sfrom)"
    rf"\s{{1,2}}(?:(?:downtown|nearby|rural|suburban|upstate|northern|southern|eastern|western|north|south|east|west)\s)?"
    rf"(?P<phi>{_PLACE})"
)
NEAR_HERE = re.compile(
    rf"\w{{2,8}}\s(?:our\s|the\s)?(?:downtown\s|nearby\s|rural\s|upstate\s|northern\s|southern\s|eastern\s|western\s)?"
    rf"(?P<phi>{_PLACE})"
)
LOCAL_OFFICE = re.compile(r"\s(?:office|clinic|campus|facility|branch|location|hospital|med|medical|ED|ER|area)\b")

# --- facilities

_KIND = (
    r"Hospitals?|Hosp\b\.?|Med(?:\.|ical)?\s(?:Ctr|Center)\b\.?|Med\b|General(?!\s(?-i:[A-Z])|\s?:)|Oncology\sCenter|"
    r"Medical\s(?:Centers?|Group|Associates|Clinic|Campus|Plaza|Pavilion|Practice|Arts)|(?:Outpatient\s|"
    r"Community\s|Family\s|Walk-?in\s|Urgent\sCare\s|Free\s)?Clinics?|"
    r"(?:Family|Internal|Primary\sCare)\s(?:Medicine|Practice|Physicians|Associates|Health)(?:\s(?:Associates|Group|"
    r"Center|Clinic))?|Primary\sCare|"
    r"(?:Pediatrics|Dermatology|Orthop(?:a)?edics|Cardiology|Oncology)(?:\s(?:Associates|Group|Center|Clinic|Partners))|"
    rf"(?<!General\s)(?:{_capitalised(SPECIALTIES)})\s"
    r"(?:Associates|Group|Partners|Specialists|Consultants|Physicians)|"
    r"Health(?:care|\sCare)?(?:\s(?:System|Center|Network|Services|Partners|Group|Plan|Department|Clinic|Campus|"
    r"Alliance|Sciences))?|"
    r"Nursing\s(?:Home|Facility|Center|and\sRehab\w*)|Nursing\s(?:&|and)\sRehab\w*(?:\sCenter)?|"
    r"Rehab(?:ilitation)?(?:\s(?:Center|Hospital|Institute|Facility))?|Hospice|Infirmary|Sanatorium|Sanitarium|"
    r"Care\s(?:Center|Facility|Home|Clinic|Associates)|Convalescent\s(?:Home|Center|Hospital)|Manor|"
    r"Assisted\sLiving|Retirement\s(?:Home|Community|Village)|Senior\s(?:Living|Center)|Memory\sCare|"
    r"Cancer\s(?:Center|Institute)|Heart\s(?:Center|Institute|Hospital)|Eye\s(?:Center|Institute|Clinic)|"
    r"Spine\s(?:Center|Institute)|Children['’]s(?:\s(?:Hospital|Medical\sCenter))?|"
    r"Institute|University|College|Elementary(?:\sSchool)?|High\sSchool|Middle\sSchool|School|Academy|Pharmacy|"
    r"Surg(?:ery|ical|icenter)(?:\s?(?:Center|Hospital|Institute|Associates))?|Urgent\sCare(?:\sCenter)?|"
    r"Imaging(?:\s(?:Center|Associates))?|(?:Radiology|Pathology)(?:\sAssociates)|Laborator(?:y|ies)|Labs|"
    r"Physicians(?:\sGroup)?|Associates|Specialists|Dialysis(?:\sCenter)?|Church|Shelter|"
    r"Correctional\s(?:Facility|Institution|Center)|Prison|Jail|"
    r"Inc\b\.?|LLC|LLP|PLLC|Ltd\b\.?|Corporation|Corp\b\.?|Company|Industries|Freight|Logistics|Trucking|Foundry|Shipyard|"
    r"Brewery|Mutual(?:\sInsurance)?|Insurance(?:\sCompany)?|"
    r"Fire\s(?:Medic|Rescue|Department|Dept|District|Engine|Station)\b\.?(?:\s[0-9]{1,3}\b)?|Ambulance|"
    r"Police(?:\sDepartment)?|Sheriff(?:['’]s)?(?:\s(?:Office|Department))?|"
    rf"(?:{_capitalised(COURTS)})\sCourts?|(?:{_capitalised(GUARDIANS)})\sServices|"
    r"Foundation|Trust|Lodge|Villa|Village|Terrace|Gardens|Estates|Apartments|Plaza|Mall|Park|Lake|River|Beach|Airport|Inn|"
    r"Hotel|Bank|Library"
)
KIND_HERE = re.compile(
    rf"(?-i:(?=[A-Z]))(?:{_KIND})\b(?![ \t](?:course|day|stay|bed|admission|staff|policy|records?|discharge|notes?)\b)",
    re.IGNORECASE,
)
BEFORE_KIND = re.compile(
    rf"(?:(?:{CAP}\.?|[A-Z]\.|&|(?:of|the|and|for|at|de|del|la|las|los|in|on)(?=[ \t]))[ \t]){{1,6}}\Z"
)
AFTER_KIND = re.compile(rf"\s(?:of|at|in|-|–|–\s|-\s)\s?(?:the\s)?(?P<more>{CAP}(?:\s{CAP}){{0,2}})")
OF_KINDS = frozenset(("University", "Hospital", "College", "Institute", "Bank", "Church", "Children's", "Children’s"))
UNIVERSITY_OF = re.compile(rf"(?:University|College)\sof\s(?:the\s)?(?P<name>{CAP})(?:[ \t]{CAP})?")
SAINT_HERE = re.compile(rf"(?:St\.|Saint|Mt\.|Mount|Mercy|Our\sLady)\s{CAP}(?:['’]s)?(?:\s(?:of\s(?:the\s)?)?{CAP})?")
SAINT_BEFORE = re.compile(r"\b(?:at|from|to|by|via|with|in)\s(?:the\s)?\Z")
_CHAIN = "|".join(re.escape(chain).replace("_", r"\s") for chain in sorted(CHAINS, key=len, reverse=True))
CHAIN_HERE = re.compile(
    rf"(?P<chain>(?:{_CHAIN})(?![\w&-])(?:['’]s)?)(?P<store>(?:\s(?:pharmacy|store|rx))?\s?(?:\#\s?|no\.\s|store\s)[0-9]{{2,6}}(?![\w-]))?",
    re.IGNORECASE,
)
_CHAIN_BEFORE = (
    r"(?:\b(?:at|to|from|near|outside|behind|inside|then|local)|@)\s(?:(?:the|a|our|her|his|their|local)\s)?"
)
CHAIN_BEFORE = re.compile(rf"{_CHAIN_BEFORE}\Z", re.IGNORECASE)
CHAIN_OR_THE_BEFORE = re.compile(rf"(?:{_CHAIN_BEFORE}|\b(?:the|by|via)\s)\Z", re.IGNORECASE)
TITLE_BEHIND = re.compile(r"\s(?:[A-Z][a-z]|[0-9])")
PLACED_BEFORE = re.compile(r"\b(?:at|to|from|of|in|by|via|with|w/|@)\s\Z", re.IGNORECASE)
INSTITUTION_HERE = re.compile(
    r"(?:[A-Z]{3,6}|MD\sAnderson|Johns?(?:['’]s)?\sHopkins|Mayo\sClinic|Cleveland\sClinic|Cedars?[- ]Sinai|"
    r"M(?:oun)?t\.?\sSinai|(?:Memorial\s)?Sloan\sKettering|"
    r"(?:NY|New\s?York)[- ]Presbyterian|(?:Massachusetts|Mass)\sGeneral|UW\sMed|"
    r"[A-Z][a-z]{3,12}(?:[- ][A-Z][a-z]{4,12})?)(?![A-Za-z])"
    r"(?:\s(?:&|and)\s[A-Z][a-z]+(?:['’]s)?|\s(?:[Mm]ed(?:ical)?\.?\s(?:[Cc]tr|[Cc]enter)|[Mm]ed\b|Health|"
    r"Hospital|[Cc]linic|[Cc]ancer\sCenter|Langone|Cancer\sCenter|Permanente)){0,3}"
)
CARED_HERE = re.compile(
    rf"(?:at|to|from|in|by|with)\s(?:the\s|our\s)?(?P<phi>{CAP}(?:\s(?:(?:&|of|and)\s)?{CAP}(?:['’]s)?){{0,3}})"
    rf"(?=\s(?:on|in|last|for|with|since|by|where|who|and|was|is|had|after|clinic|hospital|med\b|medical)|[,.;:?)]|"
    rf"\s?\(|\s-|\s?$|\s[0-9])"
)
# ``RECORDS FROM QUIMBLE``
CARED_CAPITALS = re.compile(
    r"FROM\s(?P<phi>[A-Z]{5,20})(?=[,.;:)\n]|\s(?:ON|IN|FOR|WITH|AND|ED|ER|ICU|HOSPITAL|CLINIC)\b|\Z)"
)
CARED_BEFORE = re.compile(
    r"\b(?:seen|treated|admitted|evaluated|examined|followed|managed|presented|diagnosed|hospitalized|transferred|"
    r"transported|referred|discharged|observed|visited|reviewed|conducted|performed|underwent|received|scheduled|"
    r"(?:saw|see|transferred|sent|referred|admitted|brought|took|rushed)\s(?:him|her|them)|cared\sfor|surgery|care|visit|consult(?:ed|ation)?|appointment|appt|monitored|follow(?:ed)?-?\s?up|case|notes|"
    r"records?|chart|replacement|transplant|myeloma|meeting|recently|previously|stay|presenting|checkup|"
    r"assessed|currently|operated|delivered|provider|office|team|accepted|accepting|declined|boarding|boarded|enrolled|detained|"
    r"incarcerated|waitlisted)\s\Z",
    re.IGNORECASE,
)
FIELD_BEFORE = re.compile(r"(?:\A|[\n\t|;,(*>\-]|\s\s|\.\s)[ \t*#\-]{0,6}\Z")
PLACE_LABELLED = re.compile(
    r"(?:(?P<payer>health\s(?:plan|insurance)|insurance(?:\s(?:carrier|company|provider|plan))?|insurer|payer|payor)|"
    r"(?:referring\s|preferred\s|receiving\s)?(?:facility|hospital|clinic|pharmacy|school|practice)(?:\sname)?|birthplace|"
    rf"hometown)[ \t]?:[ \t]{{0,6}}(?P<phi>(?-i:{_ORGANISATION}))",
    re.IGNORECASE,
)

# ``going to l&d at baptist``, ``accepted at Deaconess``: a faith is a hospital's name where somebody is cared for.
OF_FAITH_HERE = re.compile(
    r"(?:baptist|methodist|presbyterian|lutheran|deaconess|adventist|shriners?|"
    r"mercy(?=[.,;)\n]|\s(?:ed|er|icu|for|on|by)\b|\Z))(?:\s(?:ed|er|icu|main|north|south|"
    r"east|west|general|memorial|hospital))?(?![\w'’\-])(?!\s(?:church|minister|pastor|faith|prayer|family|friends?)\b)",
    re.IGNORECASE,
)
OF_FAITH_BEFORE = re.compile(
    r"\b(?:ed|er|icu|l&d|ob|clinic|hospital|labs?|imaging|floor|admitted|admission|seen|delivered?|delivering|born|transfer(?:red)?|tx|"
    r"sent|accepted|discharged|dc'?d|hospitalized|surgery|bed|records|called)\s(?:over\s)?(?:at|to|from|@)\s\Z",
    re.IGNORECASE,
)

# --- employers

EMPLOYER_HERE = re.compile(
    r"(?:[Ww]ork(?:s|ed|ing)?|[Ee]mployed|[Jj]ob|[Rr]etired|[Vv]olunteers?|[Ss]tudent|[Tt]each(?:es|er|ing)|"
    r"[Ee]mployee|[Pp]osition)\s"
    r"(?:(?:as|full-time|part-time|currently|previously)\s(?:an?\s)?(?:[a-z\-]{2,16}\s){0,4})?"
    rf"(?:at|for|from|with)\s(?:the\s)?(?P<phi>{_ORGANISATION})"
    rf"|[Ee]mployer\s?(?:is|:|name:)\s{{0,3}}(?P<phi2>{_ORGANISATION})"
)
# ``Employer: PNC``, ``employer: home depot``
EMPLOYER_LABELLED = re.compile(
    r"(?:employer(?:/school)?|place\sof\s(?:employment|work)|workplace)(?:\sname)?\s?[:=][ \t]{0,8}"
    r"(?P<phi>(?!\s|(?:none|no\b|n/?a|self|unknown|retired|unemployed|disabled|student|not\b|yes|\[))[^\n\t,;|(]{2,40}?)"
    r"(?=\s{2}|[\t,;|(\n]|\.(?:\s|\Z)|\Z)",
    re.IGNORECASE,
)
# ``Guarantor Smith, Jane, 555-123-4567, Tyson Foods.``
GUARANTOR_HERE = re.compile(
    rf"(?i:guarantor|subscriber|insured|policy\s?holder)\b[^\n;]{{5,70}}?[0-9]{{4}},\s(?P<phi>{_ORGANISATION}(?:['’]s)?)(?=[.,;\n]|\Z)"
)
# ``works at``, ``worked 22 years at``, ``a coworker at``, ``arbeitet bei``; then a company that is known
WORK_BEHIND = re.compile(
    r"(?:[^\W_]+[ ,]+){1,7}?(?:at|for|from|with|by|bei|chez|en|@)\s(?:the\s|a\s|an\s)?(?P<phi>\w(?:[\w'’&.-]|"
    r"\s(?=[\w&])){1,30})|(?:worked|formerly|employer:)\s(?P<direct>\w(?:[\w'’&.-]|\s(?=[\w&])){1,30})",
    re.IGNORECASE,
)
# ``|P.O. Box 12^^Truth or Consequences^NM^87901|``
HL7_CITY_BEFORE = re.compile(r"\^(?P<phi>[^\W\d_][^|^\n~0-9]{1,40})\^\Z")
HL7_ZIP_BEHIND = re.compile(r"\^[0-9]{5}")
CITY_OF_SIGNER = re.compile(
    rf"(?:M\.?D|D\.?O|NP|PA-C|RN|PhD|DDS|DPM)\.?,\s(?P<phi>{CAP}(?:\s{CAP}){{0,2}})(?=\s*(?:\n|\Z|\())"
)
WORKPLACE_HERE = re.compile(rf"(?:at|for|with)\s(?:the\s)?(?P<phi>{_ORGANISATION})")
OCCUPATION_BEFORE = re.compile(
    r"\b(?:accountant|administrator|analyst|architect|assistant|associate|attorney|baker|banker|barber|bartender|bookkeeper|"
    r"bricklayer|butcher|captain|carpenter|cashier|chef|clerk|coach|consultant|contractor|cook|counselor|custodian|"
    r"dancer|dean|deputy|designer|developer|director|dispatcher|driver|electrician|engineer|executive|farmer|"
    r"firefighter|fireman|fisherman|foreman|gardener|guard|hairdresser|housekeeper|inspector|instructor|janitor|"
    r"journalist|judge|laborer|lawyer|lecturer|librarian|machinist|manager|mechanic|miner|musician|officer|operator|"
    r"painter|paralegal|partner|pastor|pharmacist|photographer|pilot|plumber|policeman|porter|president|principal|"
    r"professor|programmer|receptionist|reporter|representative|roofer|sailor|salesman|salesperson|scientist|"
    r"seamstress|secretary|security|server|soldier|student|superintendent|supervisor|tailor|teacher|technician|teller|"
    r"trainer|translator|vendor|waiter|waitress|welder|worker|writer)\s\Z"
)
