"""Numbers and codes that words beside them tell: labels before or behind, lots, plates."""

from transforms.deidentify.forms import form
from transforms.deidentify.number_parts import (
    CODE,
    END,
    NO_DATE,
    NO_UNIT,
    SEPARATED,
    SIGNS,
    STRICT_CODE,
    TIME_OF_DAY,
    is_no_catalogue,
)
from transforms.records import PhiType

# What may be the label of a number, alone or two together: ``medical record``, ``driver's license``.
_LABEL_WORDS = (
    "chart record account acc empi crn cin eid mpi visit encounter enc hospital hosp unit plan policy pol member "
    "membership subscriber sub beneficiary group grp insurance medicare medicaid license licence lic driver "
    "driver's driver’s drivers plate tag vehicle serial sn device case specimen spec order ord req requisition "
    "claim badge employee emp patient pt study subject registration reg confirmation authorization auth invoice "
    "certificate cert document doc job dictation voice report hcn health card file c-file rx prescription ref "
    "reference donor batch tracking ticket loan bank routing credit client referral control transaction student "
    "military veteran va ein tin itin tax identification identifier identity implant pacemaker generator lead leads "
    "site ins incident docket inmate booking registry commission crime kit tissue accession path pathology slide "
    "slides autopsy supplement pump cochlear glucometer monitor controller patch wheelchair concentrator oln pcn "
    "rxbin bin crash bib nbs prior tape disk band tail medic cdl dl id ids i.d nmdp unos opo tagged property "
    "evidence envelope receipt voucher locker seal cassette film census roll enrollment enrolment household family allotment "
    "folder folio reel dispatch event complaint citation warrant permit parcel package shipment waybill bracelet wristband "
    "armband microchip dewar freezer canister token meeting passcode participant screening "
    "randomization cheque interpreter trip run pcr conf"
)
# Labels of what is short: neither times of day nor amounts follow them.
_THINGS = "receipt confirmation voucher locker seal ticket citation incident passcode speaker typist transcriptionist dictator"
# The same where a word or a sign for a number follows.
_NUMBERED_THINGS = (
    "badge officer deputy trooper inmate employee emp docket case claim run trip report file policy member student guard driver "
    "booking kit bag tag bracelet folder folio card token tank canister freezer interpreter agent operator clerk cashier tech "
    "technician technologist conf"
)
# Who writes down what others say, and is told by a code.
_TYPISTS = (
    "typist transcriptionist transcriber trans transcr trn speaker dictator typed transcribed dictated keyed proofed proofread "
    "scribed"
)
_CODED = (
    "tech technician technologist operator opr collector cashier clerk registrar interpreter agent coder scribe author"
)
_LABEL = r"(?<!/)[A-Za-z](?:[A-Za-z'’]|[.\-](?=[A-Za-z])){1,15}\b\.?"  # tried where one of them stands
# What is only ever the label of a number.
_SURE = (
    r"mrn?(?:\s?/\s?(?:fin|csn|acct|visit|account))?|m\.r\.n?\.?|med(?:ical)?\.?\srec(?:ord)?s?|hospital\s(?:no|"
    r"number|id)|acct|account\s(?:no|number|id)|accession|csn|fin|har|hicn?|mbi|dea|npi|upin|vin|udi|s/n|passport|"
    r"clia|cpso|gmc|nmc|hcpc|gphc|ahpra|rpps|hcn|uhid"
)
_SURE_WORDS = (
    "mr mrn m.r m.r.n medical med hospital acct account accession csn fin har hic hicn mbi dea npi upin vin udi s/n "
    "passport clia cpso gmc nmc hcpc gphc ahpra rpps hcn uhid"
)
# Numbers that a country gives to its people, as they are grouped there: eight characters or more.
_NATIONAL = (
    "aadhaar aadhar uidai abha nhs chi ohip phn ramq sin ihi medicare dva dni nie nif nir nss insee sécu secu curp rfc cpf bsn "
    "pesel kvnr versichertennummer avs ahv codice personnummer hkid nric mykad oib cnp jmbg egn"
)
_NATIONAL_NUMBER = (
    r"(?!(?:[0-9]{1,2}[\-.]){2}(?:19|20)?[0-9]{2}(?![0-9\-])|(?:19|20)[0-9]{2}(?:[\-.][0-9]{1,2}){2}(?![0-9])|"
    r"(?:19|20)[0-9]{2}[\-–](?:19|20)?[0-9]{2}(?![0-9\-]))(?:(?=[A-Z]{0,10}(?:[0-9][A-Z]{0,10}){6})[A-Z]{1,6}[0-9][A-Z0-9]{5,16}|"
    r"(?=(?:[A-Z]{1,4}[ \-]?)?[0-9](?:[ \-.(]?[0-9]){6})(?:[A-Z]{1,4}[ \-]?)?[0-9]{1,10}"
    r"(?:(?:[ \-]|\.(?=[0-9]))[0-9]{1,8}(?![0-9]|[/:][0-9])){0,8}"
    r"(?:-?[A-Z]{1,2}(?![A-Za-z])|(?-i:\s[A-Z]{1,2})(?![A-Za-z]))?)(?:\([0-9A-Z]\))?"
)

_NO_YEAR = r"(?!(?:19|20)[0-9]{2}(?![0-9]))"
_CLOCK = rf"{TIME_OF_DAY}(?![0-9])"
_SHORT_END = r"(?![0-9A-Za-z]|[./-][0-9]|,[0-9]{3}| [0-9]{3})"
_WORD = r"[A-Za-z]+\b"  # tried where one of a form's words stands
_TYPISTS_CODE = rf"(?:(?!pgy)[a-z]{{1,3}}-?[0-9]{{2,5}}|[0-9]{{3,6}}[a-z]{{0,2}}){END}{NO_UNIT}"
_SIDE = r"\(?(?:left|right|lt|rt|l|r|ad|as|lead\s[1-3])\)?(?:\s?[:=#-]\s?|\s{1,4})"
_SERIAL = r"(?-i:(?=(?:[A-Z-]{0,6}[0-9]){3})[A-Z0-9](?:[A-Z0-9]|-(?=[A-Z0-9])){3,20})(?![A-Za-z0-9]|[/.][0-9])"
# Between a label and its number.
_NUMBERED = (
    rf"\s?(?:(?:\#|no\b\.?|nr\b\.?|number|num\b\.?|ids?\b)\s?){{1,2}}(?:is|was|of)?(?:{SIGNS}{{0,30}}|"
    rf"[ \t]{{0,4}}[:#]\s{{1,30}})"
)
_SIGNED = (
    rf"\s?(?:is|was)?(?:(?=[ \t]{{0,4}}[:#=|*]|[ \t]{{2}}|\t){SIGNS}{{1,30}}|[ \t]{{0,4}}[:#]\s{{1,30}})"
    rf"(?!{TIME_OF_DAY}(?![0-9A-Z\-]))"
)
_PLAIN = r"\s(?:is\s|was\s|of\s)?(?=[A-Za-z0-9\-]{5}|[0-9]{3} [0-9]{3})"

AT_WORDS = (
    form(
        "id_labelled_sure",
        PhiType.ID,
        0.95,
        rf"(?:{_SURE})\b\.?(?:\s?(?:\#|no\b\.?|nr\b\.?|number|num\b\.?|id\b|\(s\)|s\b)){{0,2}}\s?(?:is|was|"
        rf"of)?{SEPARATED}{NO_DATE}(?P<phi>{CODE})(?![A-Za-z0-9]){NO_UNIT}",
        words=_SURE_WORDS,
        ignore_case=True,
    ),
    # ``Subject 0417 missed``, ``the subject (204-017)``: of a study, and no range
    form(
        "id_subject",
        PhiType.ID,
        0.8,
        r"(?:(?:research|study|trial)\s)?(?:subject|participant|enrollee|subj)(?:\s\(|\s\#?)"
        r"(?P<phi>0[0-9]{2,5}|(?:0[0-9]{1,2}|[0-9]{3})-(?:0[0-9]{1,3}|[0-9]{3,4})(?:-[0-9]{2,4})?)"
        r"(?![0-9A-Za-z%/]|[.:\-][0-9])" + NO_UNIT,
        words="subject participant enrollee subj",
        ignore_case=True,
    ),
    form(
        "id_national",
        PhiType.ID,
        0.95,
        rf"(?:{_NATIONAL.replace(' ', '|')})\b\.?(?:\s(?:no|nr|number|num|n°|id|card|fiscale|sociale?)\b\.?){{0,2}}"
        rf"(?:[ \t]?[:#=]\s?|[ \t]{{1,8}})(?:is\s|:\s)?(?P<phi>{_NATIONAL_NUMBER})(?![0-9A-Za-z]|/[0-9]){NO_UNIT}",
        words=_NATIONAL,
        ignore_case=True,
    ),
    form(
        "id_iban",
        PhiType.ID,
        0.9,
        r"iban\b(?:\s(?:no|number))?[\s.:#]{1,4}(?P<phi>[a-z]{2}[0-9]{2}(?:\s?[a-z0-9]{4}){2,7}(?:\s?[0-9]{1,3})?)(?![0-9A-Za-z])",
        words="iban",
        ignore_case=True,
    ),
    form(
        "id_national_insurance",
        PhiType.ID,
        0.9,
        r"(?:nino|ni\s(?:no|number)|national\sinsurance(?:\s(?:no|number))?)\b[\s.:#]{1,4}"
        r"(?P<phi>[a-z]{2}\s?(?:[0-9]{2}\s?){3}[a-d])(?![0-9A-Za-z])",
        words="nino ni national",
        ignore_case=True,
    ),
    # Any label of a number: with a word or a sign for it, in a column, or before a code that is long.
    form(
        "id_labelled",
        PhiType.ID,
        0.85,
        rf"{_LABEL}(?:{_NUMBERED}|{_SIGNED}|{_PLAIN}){NO_DATE}(?P<phi>{STRICT_CODE})(?![A-Za-z0-9]|/[0-9]|[.,][0-9]|"
        rf":[0-9]){NO_UNIT}",
        words=_LABEL_WORDS,
        ignore_case=True,
        accepts=is_no_catalogue,
    ),
    # ``Badge 4471``: what is short, behind labels that times of day, models and amounts do not follow
    form(
        "id_labelled_short",
        PhiType.ID,
        0.75,
        r"(?:badge(?:\s\#|\sis|\sno\.)?\s|(?:officer|inmate|employee|emp|licen[sc]e|lic\.?|docket|case|claim|policy|"
        rf"booking|ids?|registry|commission|medic|cert|member)\s(?:is\s)?(?=[0-9]{{4}})(?!{_CLOCK}){_NO_YEAR})"
        r"(?P<phi>[0-9]{3,4})" + END,
        words="badge officer inmate employee emp license licence lic docket case claim policy booking id ids "
        "registry commission medic cert member",
        ignore_case=True,
    ),
    # ``receipt 552``, ``Confirmation: 0931``
    form(
        "id_labelled_short",
        PhiType.ID,
        0.75,
        rf"{_WORD}(?:\s(?:no|number|num|nr|id|code)\b\.?)?\s?[:#]?\s{{0,8}}(?:is\s)?{_NO_YEAR}"
        rf"(?P<phi>[0-9]{{3,5}}(?:-[A-Z])?){_SHORT_END}{NO_UNIT}",
        words=_THINGS,
        ignore_case=True,
    ),
    # ``Site: 014``, of a study: no quantity begins with a nought
    form(
        "id_labelled_short",
        PhiType.ID,
        0.7,
        rf"\w{{4,6}}(?:\s(?:no|number|num|nr|id|code)\b\.?\s?[:#]?|\s?[:#])\s{{0,8}}(?P<phi>0[0-9]{{1,2}}){_SHORT_END}{NO_UNIT}",
        words="site center centre",
        ignore_case=True,
    ),
    # ``badge # 331``, ``interpreter ID 9921``, and a column of its own: ``CASE  1140``
    form(
        "id_labelled_short",
        PhiType.ID,
        0.75,
        rf"(?:{_WORD}\.?(?:\s?\#|\s(?:no|number|num|nr|id|code)\b\.?)[\s:]{{0,3}}(?:is\s)?|"
        rf"(?:case(?:\s?:\s{{0,8}}|\s{{2,8}})|(?-i:CASE)\s){_NO_YEAR})(?P<phi>[0-9]{{3,5}}(?:-[A-Z])?){_SHORT_END}{NO_UNIT}",
        words=_NUMBERED_THINGS,
        ignore_case=True,
    ),
    # ``TYPIST: AB12``, ``Typed by: 331``, ``tech ID 9921``
    form(
        "id_typist",
        PhiType.ID,
        0.75,
        rf"{_WORD}\.?(?:\sby\b\s?[:#]?|(?:\s(?:no|number|id|code)\b\.?)?\s?[:=#]|\s(?:no|number|id|code)\b\.?)\s{{0,8}}(?P<phi>{_TYPISTS_CODE})",
        words=_TYPISTS,
        ignore_case=True,
    ),
    form(
        "id_typist",
        PhiType.ID,
        0.75,
        rf"{_WORD}(?:\s(?:no|number|id|code)\b\.?\s?[:=#]?|\s?[:=](?!\s{{0,8}}{_CLOCK}))\s{{0,8}}(?P<phi>{_TYPISTS_CODE})",
        words=_CODED,
        ignore_case=True,
    ),
    form(
        "id_typist",
        PhiType.ID,
        0.75,
        rf"{_WORD}\sby\b\s?[:#]?\s{{0,8}}(?=[a-z])(?P<phi>{_TYPISTS_CODE})",
        words="entered released verified scanned coded drawn collected received prepared packed sealed performed",
        ignore_case=True,
    ),
    # ``Our Ref: GP/21/0331``
    form(
        "id_reference",
        PhiType.ID,
        0.8,
        rf"{_WORD}\.?(?:\s(?:no|number|id)\b\.?)?\s?[:#]?\s{{0,8}}"
        r"(?P<phi>(?-i:(?=[A-Z/]{0,12}(?:[0-9A-Z]{1,6}/){0,3}[0-9]{3})(?:[A-Z]{1,5}[0-9]{0,4}/[A-Z0-9]{1,8}(?:[/-][A-Z0-9]{1,8}){0,3}|"
        r"(?:19|20)[0-9]{2}/[0-9]{3,7}(?:/[0-9]{1,4})?|[0-9]{4,7}/[0-9]{2})))(?![0-9A-Za-z/])",
        words="ref reference file case reg registration record cr ip op mrd uhid",
        ignore_case=True,
    ),
    # ``disc labeled AMES P AP4471``
    form(
        "id_labelled",
        PhiType.ID,
        0.7,
        r"[Ll]abell?ed\s(?:[A-Z][\w'’-]*[,.]?\s){1,4}(?P<phi>(?:[A-Z]{1,4}-?)?[0-9]{4,8})" + END,
        words="labeled labelled",
    ),
    # ``tank B2-331``, ``freezer 12-C-04``: where it is kept
    form(
        "id_stored",
        PhiType.ID,
        0.75,
        rf"{_WORD}(?:\s(?:no|number)\b\.?)?\s?[:#]?\s?"
        r"(?P<phi>(?-i:(?=[A-Z0-9-]{0,6}[0-9]{2})[A-Z]{1,2}[0-9]{0,4}(?:-[A-Z]?[0-9]{1,4}){0,3}|"
        r"[0-9]{1,4}-(?:[A-Z][0-9]{0,3}(?:-[0-9]{1,4})?|[0-9]{3,4})))" + END,
        words="tank dewar canister cane goblet freezer locker vault cubby cabinet",
        ignore_case=True,
    ),
    # ``EMS (M-31)``, ``Unit: A-9``: of an ambulance
    form(
        "id_crew",
        PhiType.ID,
        0.75,
        rf"{_WORD}[:,]?\s\(?(?i:unit\s)?(?P<phi>[AEMRSL]-[0-9]{{1,3}}|[AEMR][0-9]{{2}}|"
        r"(?<=[Uu]nit\s)[0-9]{1,3})" + END,
        words="ems medic medics paramedics ambulance crew rig squad",
    ),
    # ``Hoosier Lifeline truck 407``, ``facility van # 6``
    form(
        "id_crew",
        PhiType.ID,
        0.7,
        r"(?i:truck|van|engine|squad|ambulance|rig)\s(?:(?i:no|number)\b\.?\s|\#\s?)?(?P<phi>(?<=\#)[0-9]{1,4}|(?<=\#\s)[0-9]{1,4}|"
        r"[0-9]{2,4})"
        + END
        + r"(?!\s?(?:min|minutes|hours|hrs|h|miles|mi|feet|ft|times|mph|lbs?|years|yrs)\b|[/:.][0-9])",
        words="truck van engine squad ambulance rig",
        before=r"(?-i:[a-z.,;:]|[A-Z]{2})\s",
    ),
    form(
        "id_crew", PhiType.ID, 0.7, rf"(?i:unit)\s?[:#]\s{{0,4}}(?P<phi>[A-Z]{{1,2}}-[0-9]{{1,3}}){END}", words="unit"
    ),
    # ``Reference number 4471``, ``No. 46488``: whatever it is the number of
    form(
        "id_numbered",
        PhiType.ID,
        0.75,
        rf"(?:number|num|nbr|nr|no(?=[.:]|\s[A-Z]{{0,4}}-?[0-9]{{5}}))\b[.:\s#=)]{{1,30}}(?:is\s|"
        rf"was\s)?{NO_DATE}(?P<phi>{STRICT_CODE})(?![A-Za-z0-9]|/[0-9]|[.,][0-9]){NO_UNIT}",
        words="number num nbr nr no",
        ignore_case=True,
        accepts=is_no_catalogue,
    ),
    # ``Roll No. 331``, ``census number 96,412``: neither a count nor a number to call
    form(
        "id_numbered",
        PhiType.ID,
        0.65,
        rf"(?:no\.|(?-i:No|NO)|number|num\b\.?|nbr\b|nr\b\.?)\s?[:#]?\s{{0,4}}(?!911|988)(?P<phi>[0-9]{{3}}|[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,3}}|"
        rf"[0-9]{{1,3}}(?:\.[0-9]{{3}}){{2,3}})(?!,[0-9]){_SHORT_END}{NO_UNIT}(?!\s?(?:tab|cap|pill|refill|patch))",
        words="no number num nbr nr",
        ignore_case=True,
        before=r"(?:\A|[^a-z])(?!(?:total|the|this|that|any|dispense|disp|quantity|qty|cell|platelet|neutrophil|large|small|what|phone|"
        r"call|is|had|has|count|dose|says|pulse|room|french)\b)[a-z]{3,24}\.?[ \t]{0,2}",
        accepts=is_no_catalogue,
    ),
    form(
        "id_lot",
        PhiType.ID,
        0.9,
        r"(?:lots?|batch)\b(?:\s?(?:\#s?|no\b\.?|nos\b\.?|numbers?|codes?)){0,2}[\s:#=.|]{1,12}(?:(?:was|is|"
        r"of)\s)?(?P<phi>(?-i:(?![0-9]{1,2}[A-Z]{3}[0-9]{2}(?![0-9]))(?=[A-Z\-]{0,6}[0-9])(?=[0-9\-]{0,8}[A-Z]|"
        r"[0-9]{4})[A-Z0-9](?:[A-Z0-9]|-(?=[A-Z0-9])){2,16}|[a-z]{1,2}[0-9]{3,6}[a-z]?|[0-9]{4,6}[a-z]|"
        r"[a-z][0-9]{2}[a-z][0-9])(?![a-z0-9]))(?!\s?(?:mg|ml))",
        words="lot lots batch",
        ignore_case=True,
    ),
    # ``lot numbers: dust mite A1234, cat B55, ragweed 8897T``
    form(
        "id_lots",
        PhiType.ID,
        0.9,
        r"(?i:lots?|lot\s(?:numbers?|nos?\.?|\#s))\s?[:=]\s?(?P<phi>[^\n;.,]{0,24}?\b(?=[A-Z]{0,3}[0-9])"
        r"[A-Z0-9]{3,12}\b(?:(?:\s\([^()\n]{1,12}\))?(?:,|\sand|\s&|\s/)\s[^\n;.,]{0,24}?\b(?=[A-Z]{0,3}[0-9])"
        r"[A-Z0-9]{3,12}\b){1,5})",
        words="lot lots",
        ignore_case=False,
    ),
    form(
        "id_lot_behind",
        PhiType.ID,
        0.8,
        r"(?i:exp(?:\.|ires|iration)?(?:\sdate)?)[\s:.]{1,3}(?:[0-9]{1,4}[/.-]|[A-Z][a-z]{2}|[0-9]{1,2}\s?[A-Z])",
        words="exp expires expiration",
        behind=r"(?<![\w-])(?P<phi>(?![0-9]{1,2}[A-Z]{3}[0-9]{2})(?=[A-Z]{0,4}[0-9])(?=[0-9]{0,8}[A-Z]|"
        r"[0-9]{5})[A-Z0-9]{3,12})\s?[/,;(]?\s?",
    ),
    form(
        "id_label_behind",
        PhiType.ID,
        0.85,
        r"(?:MRN|mrn|CSN|FIN|[Aa]cct\b|[Aa]ccount\b|MR\#|HAR|NPI|DEA|DL|VIN|S/N|[Aa]ccession)",
        words="mrn csn fin acct account mr# har npi dea dl vin s/n accession",
        behind=r"(?<![\w-])(?P<phi>(?=(?:[A-Z\-]{0,4}[0-9]){3})[A-Z0-9](?:[A-Z0-9]|-(?=[A-Z0-9])){3,18})\s?[(\[]",
    ),
    # Vaccines and what else is given by lot: ``MMR YX9464``
    form(
        "id_lot_given",
        PhiType.ID,
        0.75,
        r"(?:rhogam|rhophylac|mmrv?|tdap|dtap|td|dtp|opv|ipv|hib|hep\s?[ab]|pcv\s?[0-9]{0,2}|ppsv\s?[0-9]{0,2}|"
        r"prevnar|pneumovax|shingrix|zoster|gardasil|hpv|varicella|varivax|influenza|flu|fluzone|fluarix|"
        r"engerix(?:-b)?|recombivax|havrix|twinrix|menactra|menveo|bexsero|pfizer|moderna|covid|bcg|ppd|tubersol|"
        r"aplisol|mesh|cement|liner|cup|stem)\s(?P<phi>(?-i:(?![0-9]{0,2}(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|"
        r"NOV|DEC)|[0-9]{1,4}[AP]M)(?=[A-Z]{0,3}[0-9])(?=[0-9]{0,6}[A-Z])(?=(?:[A-Z]{0,3}[0-9]){2})[A-Z0-9]{4,10}))"
        r"(?![A-Za-z0-9/-])",
        words="rhogam rhophylac mmr mmrv tdap dtap td dtp opv ipv hib hep pcv pcv13 pcv15 pcv20 ppsv ppsv23 prevnar "
        "pneumovax shingrix zoster gardasil hpv varicella varivax influenza flu fluzone fluarix engerix engerix-b "
        "recombivax havrix twinrix menactra menveo bexsero pfizer moderna covid bcg ppd tubersol aplisol",
        ignore_case=True,
    ),
    # ``W8590 54 230164``: number of a donation of blood (ISBT 128, 2.4.3)
    form(
        "id_donation",
        PhiType.ID,
        0.85,
        r"(?:units?|prbcs?|rbcs?|ffp|plasma|platelets?|plts?|cryo|donation|din|bag)\b(?:\s(?:no|number|unit|bag|id))?[\s:#.]{1,4}"
        r"(?P<phi>[a-z]\s?[0-9]{4}\s?[0-9]{2}\s?[0-9]{6}(?:\s?[0-9a-z])?)(?![0-9A-Za-z])",
        words="unit units prbc prbcs rbc rbcs ffp plasma platelet platelets plt plts cryo donation din bag",
        ignore_case=True,
    ),
    # ``Plan ID B1077 94225 39``, written in groups
    form(
        "id_grouped",
        PhiType.ID,
        0.8,
        r"(?:plan|member|policy|subscriber|insurance|secondary|primary|medicaid|uhid|health\scard|card)\b(?:\s(?:id|no|number|plan)\b)?"
        r"(?:[\s:#.]{1,8})(?P<phi>[a-z]{0,3}[0-9]{3,6}(?:\s[0-9]{2,6}){2,3})(?![0-9A-Za-z]|[/.,:][0-9])",
        words="plan member policy subscriber insurance secondary primary medicaid uhid health card",
        ignore_case=True,
    ),
    # ``claim C 22 417 300``, ``pension XC 417 300 22``: a letter apart, and groups
    form(
        "id_grouped",
        PhiType.ID,
        0.8,
        r"\w{3,9}\b(?:\s(?:no|number|num|id|file)\b\.?|\s?\#)?\s?[:.]?\s{1,4}"
        rf"(?P<phi>(?-i:[A-Z]{{1,3}})[ -][0-9]{{2,3}}(?:[ -][0-9]{{2,4}}){{2,3}})(?![0-9A-Za-z]|[/.,:\-][0-9]){NO_UNIT}",
        words="claim claims pension file policy member record registration service",
        ignore_case=True,
    ),
    # ``Chart : 331-207``: no range
    form(
        "id_grouped",
        PhiType.ID,
        0.8,
        r"\w{3,6}(?:\s(?:no|number|num|id)\b\.?|\s?\#)?\s?(?:[:#]\s{0,8}|(?<=\.)\s|(?<=no)\s|(?<=num)\s|(?<=number)\s)"
        r"(?P<phi>[0-9]{2,3}(?:-[0-9]{3}|(?:-[0-9]{2,3}){2}))" + END,
        words="chart hrn hrno folder record jacket",
        ignore_case=True,
    ),
    # ``HAR 6511 50244``, ``MR 114 5523``, ``Unit no. 04 82 96``
    form(
        "id_grouped",
        PhiType.ID,
        0.95,
        r"(?:har|mrn?|mr\#|csn|fin|acct|account|chart|med(?:ical)?\.?\srec(?:ord)?s?|(?:hosp(?:ital)?|unit|patient|pt|reg|file|case|record|"
        r"history|folder|card|badge|claim|census|roll)(?=\.?\s?(?:\#|no\b|number|num\b|nr\b|:)))\b\.?(?:\s?(?:\#|no\b\.?|number|num\b\.?|"
        r"nr\b\.?))?[\s:#.]{1,8}(?P<phi>(?=[0-9](?: ?[0-9]){5})[0-9]{2,6}(?: [0-9]{2,6}){1,3})(?![0-9A-Za-z]|[/.,:\-][0-9])"
        rf"{NO_UNIT}",
        words="har mr mrn mr# csn fin acct account chart med medical hosp hospital unit patient pt reg file case record history "
        "folder card badge claim census roll",
        ignore_case=True,
    ),
    form(
        "id_serial_grouped",
        PhiType.ID,
        0.85,
        r"(?i:s/n|serial(?:\s(?:no|number)\b\.?)?|sn)[\s:#.]{1,4}(?P<phi>[A-Z]{2,4}\s[0-9]{4,8}(?:\s[A-Z](?![\w'’]))?)(?![0-9A-Za-z])",
        words="s/n serial sn",
    ),
    # ``serial L 22F0417A R 22F0418B``: of a pair
    *(
        form(
            "id_serial_of_pair",
            PhiType.ID,
            0.85,
            rf"\w[\w/]{{1,6}}\b(?:\s(?:nos?|numbers?)\b\.?|\s?\#s?)?[\s:]{{1,4}}{first}{_SIDE}(?P<phi>{_SERIAL})",
            words="s/n sn sns serial serials ser",
            ignore_case=True,
        )
        for first in ("", rf"{_SIDE}{_SERIAL}[\s,;/]{{1,6}}(?:and\s)?")
    ),
    # ``Tape 2, side A, 0117-0205``
    form(
        "id_tape",
        PhiType.ID,
        0.7,
        r"side\s[ab12][,:]?\s(?:at\s)?(?P<phi>[0-9]{3,4}(?:\s?[-–]\s?[0-9]{3,4})?)" + END,
        words="side",
        ignore_case=True,
        before=r"\b(?:tape|cassette)\b[^\n]{0,20}",
    ),
    # ``Gate code 0912``
    form(
        "id_door",
        PhiType.ID,
        0.8,
        r"(?:gate|door|entry|access|garage|alarm|building|lock\s?box|key\s?pad)\s(?:code|combo|pin)(?:\sis|:|\s\#)?\s"
        r"(?P<phi>\#?[0-9]{3,6}\#?)(?![A-Za-z0-9]|[./-][0-9])",
        words="gate door entry access garage alarm building lock lockbox key keypad",
        ignore_case=True,
    ),
    form(
        "id_ending",
        PhiType.ID,
        0.7,
        r"(?:card|visa|mastercard|amex|account|acct|mrn|number|vin|policy|member|id|checking)"
        r"\s(?:\#\s?)?ending(?:\s(?:in|with))?:?\s(?P<phi>(?=[A-Z]{0,6}[0-9])[A-Z0-9]{4,8})\b",
        words="card visa mastercard amex account acct mrn number vin policy member id checking",
        ignore_case=True,
    ),
    # ``DR: CML/787909``
    form(
        "id_dictated",
        PhiType.ID,
        0.7,
        r"(?:dr|job|dict|trans)\s?:\s?[A-Z.]{2,8}\s?[/:]\s?(?P<phi>[0-9]{4,10})(?![0-9])",
        words="dr job dict trans",
        ignore_case=True,
    ),
    form(
        "id_plate",
        PhiType.ID,
        0.85,
        rf"(?!(?:pickup|car|truck|van)\s{_CLOCK})(?:licen[sc]e\s)?(?:plates?|tags?|vehicle|veh|"
        r"unit\s[0-9](?=\s[A-Z]{3}[ -][0-9])|rear-ended\sby|"
        r"struck\sby|hit\sby|car|truck|van|suv|sedan|pickup|motorcycle)(?:\s(?:number|no\.?|\#|is|with|w/|a|"
        r"an)){0,2}[\s:#=(,]{1,4}(?:tag\s|plates?\s)?(?P<phi>(?-i:(?=[A-Z \-]{0,6}[0-9])(?!(?:BP|HR|RR|ED|CT|MRI|DL|"
        r"VIN|ID|SSN|MRN|DOB|IN|ON|AT|OF)\b|[0-9]{1,2}(?i:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|"
        r"DEC))[A-Z0-9]{2,5}[\- ]?[A-Z0-9]{2,5}|[0-9][a-z]{3}[0-9]{3}|[a-z]{3}[ -]?[0-9]{3,4}))(?![A-Za-z0-9])"
        r"(?<![A-Z][0-9]-[A-Z][0-9])",
        words="license licence plate plates tag tags vehicle veh unit rear-ended struck hit car truck van suv sedan "
        "pickup motorcycle",
        ignore_case=True,
    ),
    # ``XOV-507 silver pickup``, ``D53O4 / exp 2025-08``, ``AB-3456 (MRN)``: what the words behind it tell
    form(
        "id_plate_behind",
        PhiType.ID,
        0.8,
        r"(?:(?:silver|white|black|red|blue|gray|grey|green|tan|maroon|dark|light)\s)?(?:pick-?up|sedan|suv|truck|"
        r"van|minivan|coupe|motorcycle|car|jeep|(?-i:Ford|Toyota|Honda|Chevy|Chevrolet|Dodge|Nissan|Subaru|"
        r"Hyundai))\b",
        words="silver white black red blue gray grey green tan maroon dark light pickup pick-up sedan suv truck van "
        "minivan coupe motorcycle jeep ford toyota honda chevy chevrolet dodge nissan subaru hyundai",
        ignore_case=True,
        behind=r"(?<![\w-])(?P<phi>[A-Z]{2,3}[ -]?[0-9]{3,4}|[0-9]{1,3}[ -]?[A-Z]{3}[0-9]{0,3})"
        r",?\s(?:on\s)?(?:an?\s)?",
    ),
)
