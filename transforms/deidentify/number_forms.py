"""Telephones, social security numbers, record numbers and codes of all kinds, and what names a computer or a page."""

import re

from transforms.deidentify.forms import form
from transforms.records import PhiType

_EXTENSION = r"(?:,?\s{0,2}(?:x|ext\.?|extension|EXT\.?|Ext\.?|X|#)\s?[0-9]{1,6}\b)?"
_NO_UNIT = r"(?!\s?(?i:mg|mcg|ml|units?|u\b|iu\b|cc|kg|g/|g\b|%|mm|cm|k/|x\s?10|/ul|cells|kcal|meq|mmol|ng|pg))"
_END = r"(?![0-9]|[.\-/][0-9])"

AT_NUMBERS = (
    form(
        "phone",
        PhiType.PHONE,
        0.9,
        rf"(?:1[\s.\-]{{1,2}})?\(?[2-9][0-9]{{2}}(?:\)[\s.\-]{{0,2}}|\s?[.\-–/]\s?|\s)[0-9]{{3}}(?:\s?[.\-–]\s?|\s)"
        rf"[0-9]{{4}}(?![0-9]){_EXTENSION}",
    ),
    form(
        "phone_local",
        PhiType.PHONE,
        0.7,
        rf"[2-9][0-9]{{2}}[\-.–][0-9]{{4}}(?![0-9]|[.\-/][0-9]|\)){_NO_UNIT}{_EXTENSION}",
    ),
    form("ssn", PhiType.SSN, 0.95, rf"[0-9]{{3}}(?P<sep>[\-–. ])[0-9]{{2}}(?P=sep)[0-9]{{4}}{_END}"),
    form(
        "ip4",
        PhiType.IP,
        0.95,
        r"(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\.(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}(?:/[0-9]{1,2}|"
        r":[0-9]{2,5})?(?![0-9]|\.[0-9])",
    ),
    form(
        "id_medicare",
        PhiType.ID,
        0.9,
        r"[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-?[AC-HJKMNP-RT-Y]{2}[0-9]{2}\b",
    ),
    form(
        "id_dashed",
        PhiType.ID,
        0.6,
        rf"(?<!CPT\s)(?<!code\s)(?<!normal\s)(?!(?:19|20)[0-9]{{2}}-(?:19|20)[0-9]{{2}}(?![0-9\-]))[0-9]{{2,8}}(?:-[0-9]{{2,8}}){{1,4}}(?<=[0-9\-]{{8}}){_END}{_NO_UNIT}",
    ),
    form("id_digits", PhiType.ID, 0.6, rf"[0-9]{{7,24}}(?<!0{{5}})(?![0-9,]|\.[0-9]){_NO_UNIT}"),
    form("id_mixed", PhiType.ID, 0.6, r"[0-9]{5,14}[A-Z]{1,3}[0-9]{0,12}\b"),
)

_CODE = r"(?=[A-Za-z\-/.]{0,12}[0-9])[A-Za-z0-9](?:[A-Za-z0-9]|[\-/.](?=[A-Za-z0-9])){2,30}"  # holds a digit
_LABELS = (
    r"mrn?|m\.r\.n?\.?|medical\srec(?:ord)?|med\srec|mr(?=\s?\#)|chart|record|account|acct|accession|acc|visit|"
    r"encounter|csn|fin|"
    r"har|hospital|unit|plan|policy|member(?:ship)?|subscriber|beneficiary|group|insurance|medicare|medicaid|mbi|"
    r"hicn?|"
    r"licen[sc]e|lic|driver['’]?s\slicen[sc]e|dl|dea|npi|upin|plate|vin|vehicle|serial|sn|s/n|lot|"
    r"udi|device|case|specimen|order|req(?:uisition)?|claim|passport|badge|employee|emp|"
    r"patient|pt|study|subject|registration|reg|confirmation|authorization|auth|prior\sauth(?:orization)?|invoice|"
    r"certificate|cert|document|doc|job|dictation|voice|report|hcn|health\s(?:card|plan)|file|rx|prescription|ref|"
    r"reference|donor|batch|tracking|ticket|loan|bank|routing|card|credit\scard|client|referral|control|transaction|"
    r"student|military|veteran|va|ein|tin|itin|tax|identification|identifier|identity|implant|pacemaker|site|ins"
)
_LABEL_WORDS = (
    "mr mrn m.r m.r.n medical med chart record account acct accession acc visit encounter csn fin har hospital "
    "unit plan policy "
    "member membership subscriber beneficiary group insurance medicare medicaid mbi hic hicn license licence lic "
    "driver "
    "driver's driver’s drivers dl dea npi upin plate vin vehicle serial sn s/n lot udi device "
    "case specimen order req "
    "requisition claim passport badge employee emp patient pt study subject registration reg confirmation "
    "authorization auth prior "
    "invoice certificate cert document doc job dictation voice report hcn health file rx prescription ref "
    "reference donor batch tracking "
    "ticket loan bank routing card credit client referral control transaction student military veteran va ein "
    "tin itin tax "
    "identification identifier identity implant pacemaker site ins"
)
_NUMBER_WORD = (
    r"(?:id|i\.d\.|number|num|no|nr|nbr|code|card|identifier|\#|id\s?\#|id\s(?:number|no)|record|rec|account)"
)

AT_WORDS = (
    form(
        "phone_labelled",
        PhiType.PHONE,
        0.9,
        r"(?:phone|telephone|tel|cell|cellphone|mobile|fax|pager|pgr|page|beeper|bpr|ext|extension|call(?:ed|"
        r"ing)?(?:\sback)?(?:\sat)?|"
        r"contact(?:ed)?(?:\sat)?|dial|voicemail|direct\sline|hotline|callback)\b(?:\s(?:number|no|num|is|at|on|"
        r"or|office|home|work))?[\s.:#=(]{1,4}"
        r"(?P<phi>(?=(?:[+()\-. \t]{0,3}[0-9]){4})\+?\(?[0-9][0-9()\-. \t]{2,17}[0-9])(?![0-9]|\s?(?:mg|ml|mcg|"
        r"hours?|days?|weeks?|months?|minutes?|times|degrees|cm|mm|%|/))" + _EXTENSION,
        words="phone telephone tel cell cellphone mobile fax pager pgr page beeper bpr ext extension call called "
        "calling contact contacted dial "
        "voicemail direct hotline callback",
        ignore_case=True,
    ),
    form(
        "phone_vanity",
        PhiType.PHONE,
        0.8,
        r"(?:1[\s.\-])?8(?:00|88|77|66|55|44|33)[\s.\-][A-Z0-9]{3}-?[A-Z0-9]{4}\b",
        words="800 888 877 866 855 844 833 1-800 1-888 1-877 1-866 1-855",
    ),
    form(
        "ssn_labelled",
        PhiType.SSN,
        0.95,
        r"(?:ssn|ss\s?#|s\.s\.n\.?|social\ssecurity|soc\.?\ssec\.?)(?:\s(?:number|no\.?|num|#))?"
        r"(?:\s(?:is|of|ending\s(?:in|with)|last\s(?:four|4)(?:\sdigits)?))?[\s:#=.]{0,4}"
        r"(?P<phi>[0-9Xx*]{3}[\-\s–]?[0-9Xx*]{2}[\-\s–]?[0-9]{4}|[0-9]{4})(?![0-9])",
        words="ssn ss s.s.n social soc",
        ignore_case=True,
    ),
    # A label, a word or sign for "number", the value: ``Account number 55-1234``, ``Lot #A12``.
    form(
        "id_labelled",
        PhiType.ID,
        0.95,
        rf"(?:{_LABELS})\b\.?(?:\s(?:{_LABELS})\b\.?)?(?:\s?{_NUMBER_WORD}\.?){{1,2}}(?:\s(?:is|was|of)"
        rf")?[\s:#=]{{0,4}}(?<=[\s:#=.])(?P<phi>{_CODE})(?![A-Za-z0-9])",
        words=_LABEL_WORDS,
        ignore_case=True,
    ),
    # A label that is only ever one: ``MRN 123``, ``VIN: 1HG…``.
    form(
        "id_labelled_sure",
        PhiType.ID,
        0.95,
        rf"(?:mrn|m\.r\.n\.?|medical\srecord|acct|accession|csn|hicn?|mbi|dea|npi|upin|vin|udi|s/n|passport|har|"
        rf"fin)\b\.?(?:\s(?:is|was))?[\s:#=]{{1,4}}(?P<phi>{_CODE})(?![A-Za-z0-9])",
        words="mrn m.r.n medical acct accession csn hic hicn mbi dea npi upin vin udi s/n passport har fin",
        ignore_case=True,
    ),
    # A label with a colon or equals sign, and at least four characters.
    form(
        "id_labelled_colon",
        PhiType.ID,
        0.85,
        rf"(?:{_LABELS}|id|i\.d\.)(?:\s(?:{_LABELS}|id))?\s?[:#=][\s:]{{0,3}}\#?(?P<phi>(?=\S{{4}}){_CODE})"
        rf"(?![A-Za-z0-9]|/[0-9])",
        words=f"{_LABEL_WORDS} id i.d",
        ignore_case=True,
    ),
    # ``medical record 1234567``, ``policy AB-12345``: a label and something long that can only be a number.
    form(
        "id_labelled_long",
        PhiType.ID,
        0.8,
        rf"(?i:{_LABELS}|id)\s(?i:is\s|was\s|of\s)?(?P<phi>[A-Z]{{0,4}}-?[0-9]{{2,12}}-?[0-9A-Z\-]{{2,20}})"
        rf"\b(?<=[0-9A-Z\-]{{5}})(?!\s?(?i:mg|ml|mcg|units?|year|yr|month|week|day|cm|mm|%))",
        words=f"{_LABEL_WORDS} id",
    ),
    form(
        "id_plate",
        PhiType.ID,
        0.85,
        r"(?:licen[sc]e\s)?(?:plate|tag)s?(?:\s(?:number|no\.?|\#|is)"
        r")?[\s:#=]{1,3}(?P<phi>(?-i:(?=[A-Z \-]{0,6}[0-9])[A-Z0-9]{2,5}[\- ]?[A-Z0-9]{2,5}))"
        r"\b(?<![A-Z][0-9]-[A-Z][0-9])",
        words="license licence plate plates tag tags",
        ignore_case=True,
    ),
    form(
        "id_user",
        PhiType.ID,
        0.9,
        r"(?:user\s?name|user\s?id|login|log-?in\s(?:id|name)|screen\sname|handle|portal\s(?:id|user|account)|"
        r"user)\s?(?:is\s|[:=]\s{0,3})['\"“]?"
        r"(?P<phi>(?=[\w.\-]{0,30}[\d._\-]|[\w.\-]{5})[A-Za-z0-9_][\w.\-]{2,40}(?<![.\-]))",
        words="user username userid login log-in log_in screen handle portal",
        ignore_case=True,
    ),
    form(
        "id_user_bare",
        PhiType.ID,
        0.75,
        r"user\s(?P<phi>(?=[a-z._]{1,20}[0-9])[a-z][a-z0-9._]{3,30})(?![\w.\-])",
        words="user",
    ),
    form(
        "url",
        PhiType.URL,
        0.95,
        r"(?i:https?|s?ftp|file|mailto):(?://)?[^\s<>\"'“”]{2,2000}(?<![.,;:!?)\]}'\"])",
        words="http https ftp sftp mailto",
    ),
    form("url_www", PhiType.URL, 0.95, r"(?i:www)\.[^\s<>\"'“”]{2,2000}(?<![.,;:!?)\]}'\"])", words="www"),
)

# What is told by its shape: the expression is matched where the token begins that holds a match of the gate.
_DOMAINS = "com|org|net|edu|gov|mil|info|health|care|io|us|biz|uk|ca|de|app|me"
TOKEN_GATE = re.compile(
    r"[0-9]{4}|:[0-9A-Fa-f]{0,4}:|-[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-|-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-"
    rf"|\.(?i:{_DOMAINS})\b|#\s?[A-Z0-9]|\+\(?[0-9]|\*[-–\s]|[xX]{{2}}[-–\s][0-9xX*]|\([0-9]"
)
TOKEN = re.compile(r"[A-Za-z0-9\-.:]{0,80}\Z")
AT_TOKENS = (
    form(
        "phone_international",
        PhiType.PHONE,
        0.9,
        r"\+[1-9][0-9]{0,2}(?:(?:[\s\-]{1,2}|\.(?=[0-9]{3}))?\(?[0-9]{2,4}\)?){2,5}(?<=[0-9) .\-]{8})(?![0-9.])"
        + _EXTENSION,
    ),
    form(
        "phone_parenthesis",
        PhiType.PHONE,
        0.95,
        rf"\([0-9]{{3}}\)\s{{0,2}}[.\-]?\s?[0-9]{{3}}\s?[.\-–\s]\s?[0-9]{{4}}(?![0-9]){_EXTENSION}",
    ),
    form("ssn_masked", PhiType.SSN, 0.95, r"[xX*]{3}[\-–\s][xX*]{2}[\-–\s](?P<phi>[0-9]{4})(?![0-9])"),
    form("id_vin", PhiType.ID, 0.9, r"(?=[A-Z]{0,10}[0-9])(?=[0-9]{0,10}[A-Z])[A-HJ-NPR-Z0-9]{17}\b"),
    # Letters and a long number written as one: ``AB1234567``, ``S21-12345``, ``MRN00123``.
    form(
        "id_code",
        PhiType.ID,
        0.7,
        r"(?!NCT|PMID|PMC|ISO|ICD|CPT|COVID|RBC|WBC)[A-Z]{1,5}(?:[0-9]{2,4})?-?[0-9]{5,15}[A-Z]?\b",
    ),
    # ``GB93PITW55383148579181``: letters and digits of an account, a licence, a bar code.
    form("id_long_code", PhiType.ID, 0.7, r"(?=(?:[A-Z]{0,8}[0-9]){4})(?=[0-9]{0,12}[A-Z])[A-Z0-9]{10,34}\b"),
    form("id_code_dashed", PhiType.ID, 0.65, r"[A-Z]{1,4}[0-9]{0,4}(?:-[A-Z0-9]{2,6}){0,4}-[0-9]{4,12}\b"),
    form("id_hash", PhiType.ID, 0.7, r"#\s?(?P<phi>[A-Z]{0,4}-?[0-9]{5,14}[A-Z0-9\-]{0,16})\b"),
    form("id_uuid", PhiType.ID, 0.95, r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\b"),
    form(
        "id_mac",
        PhiType.ID,
        0.95,
        r"[0-9A-Fa-f]{2}(?P<sep>[:\-])[0-9A-Fa-f]{2}(?:(?P=sep)[0-9A-Fa-f]{2}){4}(?![0-9A-Fa-f:\-])",
    ),
    form(
        "ip6",
        PhiType.IP,
        0.95,
        r"(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?![\w:])|(?=[0-9A-Fa-f:]{0,40}::)"
        r"(?:[0-9A-Fa-f]{0,4}:{1,2}){1,7}[0-9A-Fa-f]{1,4}(?![\w:])",
    ),
    form(
        "url_domain",
        PhiType.URL,
        0.8,
        rf"[A-Za-z0-9][A-Za-z0-9\-]{{0,62}}(?:\.[A-Za-z0-9][A-Za-z0-9\-]{{0,62}}){{0,4}}\.(?i:{_DOMAINS})"
        rf"\b(?:/[^\s<>\"'“”]{{0,2000}}(?<![.,;:!?)\]}}'\"]))?(?![a-z])",
    ),
)
