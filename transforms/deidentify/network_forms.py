"""What names a page, a computer or whoever signs in: URLs, IP and MAC addresses, user names."""

import re

from transforms.deidentify.forms import form
from transforms.deidentify.number_parts import is_no_version
from transforms.deidentify.written_names import is_initial_and_surname, is_made_of_a_name, is_no_prose, is_no_word
from transforms.records import PhiType

DOMAINS = (
    "com|org|net|edu|gov|mil|info|health|care|io|us|biz|uk|ca|de|app|me|clinic|online|cloud|dev|tv|ai|xyz|"
    "lan|intranet|example"
)
_PATH = r"[^\s<>\"'“”]{2,2000}(?<![.,;:!?)\]}'\"])"
# Names with figures in them (``jdoe12``, ``j_doe``), and words of notes that look alike.
_NO_USER = (
    r"(?!(?:covid|sars|prevnar|pneumovax|gardasil|menactra|type|stage|grade|class|day|dose|visit|phase|level|cycle|"
    r"week|room|unit|version|page|step|zone|part|figure|fig|table|num|no|omega|vitamin|vit|factor|tylenol|novolin|"
    r"humulin|humalog|dtap|tdap|ppsv|pcv|hpv|hiv|hsv|cmv|brca|kras|mg|ml|pgy|ppd|http|www|bmi|icd|cpt|po|iv|im|prn|"
    r"bid|tid|tsh|hgb|wbc|spo|fio|pao|gcs|phq|gad|cd|il|ca|er|pr|her|h|t|p|r|bp|hr|rr|wt|ht|x|q|temp|para|gravida|"
    r"approx)-?[0-9])"
)
_WITH_FIGURES = r"[a-z]{4,24}[0-9]{1,4}"
_JOINED = r"(?:[a-z]{2,24}[._][a-z]{1,24}|[a-z][._][a-z]{3,24})(?:-[a-z]{1,24})?[0-9]{0,4}"
_USER = rf"(?=[a-z])(?i:{_NO_USER})(?:{_JOINED}|{_WITH_FIGURES}|[a-z]{{1,3}}[0-9]{{3,7}}[a-z]?)(?![\w@]|[.\-][\w])"
_CAPITAL_USER = (
    rf"(?=[A-Z])(?i:{_NO_USER})(?:[A-Z]{{2,24}}[._][A-Z]{{1,24}}[0-9]{{0,4}}|[A-Z]{{4,24}}[0-9]{{1,4}}|[A-Z]{{1,3}}[0-9]{{3,7}}[A-Z]?)"
    r"(?![\w@]|[.\-][\w])"
)
_LETTERS = "(?:[a-z]{4,24}|[A-Z]{4,24})"
_HEX = "[0-9A-Fa-f]{1,6}"  # four are right, and programs print more where they go wrong
_ACTING = r"\b(?:by|from|to|as|with|and|pharmd|md|cosign)\s"
_DONE = (
    "viewed|printed|entered|signed|edited|opened|scribed|released|generated|accessed|verified|created|modified|filed|updated|"
    "dictated|transcribed|typed|addended|attested|reviewed|acknowledged|documented|charted|recorded|ordered|resulted|"
    "authenticated|approved|finali[sz]ed|amended|administered|submitted|completed|scanned|faxed|changed|exported"
)
_SIGNING = (
    rf"\b(?:(?:{_DONE}|co-?signed)\sby|user|login|auth|(?:e-?|co-?)?signed|portal\sas|chat\sto|shared\swith|req|edited|"
    r"author|dictated|transcribed|operator)\s?[:=]?\s"
)
_CREDENTIAL_BEFORE = (
    r"\b(?:m\.?d\.?|d\.?o\.?|mbbs|ph\.?d\.?|r\.?n\.?|b\.?s\.?n\.?|n\.?p\.?|a\.?p\.?r\.?n\.?|fnp(?:-c|-bc)?|crna|cnm|pa(?:-c)?|p\.?a\.?(?:-c)?|"
    r"lpn|lvn|cma|cna|dds|dmd|dpm|pharm\.?d\.?|rph|lcsw|msw|[pods]t|dpt|ot/?l|otr/l|slp|rd|rdn|rt|rrt|psyd|scribe|author|facs|facp)\s{1,2}"
)
_AUDITED = re.compile(
    r"\b(?:history|revisions?|versions?|audit|edits?|edited|changes|log|addend(?:um|a)|signatures?|signed|filed)\b",
    re.IGNORECASE,
)
_LONGEST_AUDIT = 160


def _is_user_in_audit(text: str, start: int) -> bool:
    """Whether what stands before a day and a time is a user's name: no word, behind ``revision history``."""
    return is_no_word(text, start) and _AUDITED.search(text, max(0, start - _LONGEST_AUDIT), start) is not None


_DAY, _TIME = "(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]", "[0-2][0-9]:[0-5][0-9]"
_DAY_AND_TIME = r"[0-9]{1,2}/[0-9]{1,2}/(?:[0-9]{4}|[0-9]{2}),?\s{1,2}(?:at\s|@\s?)?[0-9]{1,2}:?[0-9]{2}(?![0-9])"

AT_NUMBERS = (
    # ``jdoe12 2021-03-05T14:22:07Z``
    form(
        "id_user_stamped",
        PhiType.ID,
        0.75,
        rf"{_DAY}[Tt]{_TIME}",
        digits=(4, 4),
        then="-",
        behind=rf"(?<![\w.@/-])(?P<phi>{_USER}|{_CAPITAL_USER})\s{{1,2}}",
    ),
    # ``jd1234 03/05/21 14:22``
    form(
        "id_user_stamped",
        PhiType.ID,
        0.7,
        _DAY_AND_TIME,
        digits=(1, 2),
        then="/",
        behind=rf"(?<![\w.@/-])(?P<phi>{_NO_USER}(?:[a-z]{{2,3}}[0-9]{{4,7}}[a-z]?|{_JOINED}))\s{{1,2}}",
        accepts=is_no_prose,
    ),
    form(
        "id_user_stamped",
        PhiType.ID,
        0.7,
        rf"{_DAY}[Tt\s]{_TIME}",
        digits=(4, 4),
        then="-",
        behind=rf"(?<![\w.@/-])(?P<phi>{_USER}|{_CAPITAL_USER}|{_LETTERS})\s{{1,2}}",
        accepts=_is_user_in_audit,
    ),
    # ``-- jdoe 3/5/21 4:05p``, and at a line's start
    form(
        "id_user_stamped",
        PhiType.ID,
        0.7,
        _DAY_AND_TIME,
        digits=(1, 2),
        then="/",
        behind=r"(?:\A|\n|[-–—~]\s?)[ \t]{0,4}(?P<phi>[a-z]{4,24})\s{1,2}",
        accepts=is_initial_and_surname,
    ),
    form(
        "ip4",
        PhiType.IP,
        0.95,
        r"(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\.(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}(?:/[0-9]{1,2}|"
        r":[0-9]{2,5})?(?![0-9]|\.[0-9])",
        digits=(1, 3),
        then=".",
        accepts=is_no_version,
    ),
)

AT_WORDS = (
    form(
        "url",
        PhiType.URL,
        0.95,
        rf"(?i:https?|s?ftp|file|mailto|ldaps?|smb):(?://)?{_PATH}",
        words="http https ftp sftp file mailto smb ldap",
    ),
    form("url_www", PhiType.URL, 0.95, rf"(?i:www)\.{_PATH}", words="www"),
    # ``Username ab1234c``: a name with figures or a dot in it
    form(
        "id_user_named",
        PhiType.ID,
        0.85,
        rf"(?:user\s?(?:name|id)|log-?in(?:\s(?:id|name))?|logon(?:\s(?:id|name))?|net(?:work)?\s?id|epic\sid)\s{_NO_USER}"
        r"(?P<phi>(?=[a-z._\-]{1,24}[0-9]|[a-z]{1,24}[._][a-z]{2})[a-z](?:\w|[.\-](?=\w)){2,30})",
        words="user username userid login log-in logon network net netid epic",
        ignore_case=True,
    ),
    # ``Portal account jdoe reset``, ``Entered by user jdoe``, ``Epic message from jdoe on 2021-03-05``
    form(
        "id_user_named",
        PhiType.ID,
        0.75,
        r"(?:(?:[Ss]igned|[Ll]ogged)\s(?:in|on|out)\sas\s|(?:[Ll]ogin|[Uu]ser|[Aa]cct|[Ll]ogon|[Uu]serid)\s(?:as\s)?|[Aa]ccount\s(?=[a-z]{5,24}\s(?:was\s)?(?:re|un|dis|en)?"
        r"(?:set|locked|created|abled)\b)|[Mm]essage\sfrom\s(?=[a-z]{5,24}\son\s[0-9])|[Ss]aved\s(?:under|as|by)\s)"
        r"(?P<phi>[a-zà-ÿ]{5,24}[0-9]{0,3})(?![\w@.\-]\w)(?!\w)",
        words="account login user acct logon userid message saved signed logged",
        accepts=is_no_word,
    ),
    # ``Printed by: jdoe on 3/5/21``
    form(
        "id_user_acting",
        PhiType.ID,
        0.7,
        r"(?:[Pp]rinted|[Vv]iewed|[Aa]ccessed|[Oo]pened|[Ee]xported|[Ss]igned|[Ee]ntered|[Ee]dited|[Pp]erformed|[Vv]erified)\sby:?\s{1,3}"
        r"(?P<phi>[a-z]{5,24})(?=\s(?:on|at)\s[0-9]|\.?(?:\n|\Z))",
        words="printed viewed accessed opened exported signed entered edited performed verified",
        accepts=is_no_word,
    ),
    # ``sent 3/5 by jdoe.``, ``Released by jdoe``
    form(
        "id_user_acting",
        PhiType.ID,
        0.65,
        r"by:?\s(?P<phi>[a-z]{4,24})(?=[.,;:)]?(?:\s|\Z))",
        words="by",
        before=r"(?:[0-9]|\w(?:ed|en|wn|ne)|read|sent)\s",
        accepts=is_initial_and_surname,
    ),
    # ``Amended 03/05/2021 by jdoe: corrected``
    form(
        "id_user_acting",
        PhiType.ID,
        0.65,
        r"by:?\s(?P<phi>[a-z]{5,24})(?=[.,;:)]?(?:\s|\Z))",
        words="by",
        before=rf"\b(?:{_DONE})\s(?:on\s)?[0-9]{{1,4}}[/.-][0-9]{{1,2}}[/.-][0-9]{{1,4}}(?:\s[0-9]{{1,2}}:?[0-9]{{2}})?\s",
        accepts=is_no_word,
    ),
    # ``Reviewed: jdoe 20210305``
    form(
        "id_user_acting",
        PhiType.ID,
        0.65,
        r"[A-Za-z-]{4,13}[:=]\s?(?P<phi>[a-z]{4,24})(?=[,;]?\s(?:at\s|on\s|@\s?)?[0-9]|[ \t]*(?:\n|\Z))",
        words="reviewed verified typed transcribed entered edited checked signed released approved coded scanned printed keyed "
        "proofed",
        accepts=is_initial_and_surname,
    ),
    # ``Author=jdoe;``: of a program's own record
    form(
        "id_user_field",
        PhiType.ID,
        0.85,
        r"(?:author|user|operator|editor|signer|scribe|dictator|transcriptionist|typist|technician|verifier|modifier|creator|owner|"
        r"reviewer|enteredby|createdby|modifiedby|signedby)\s?=\s?['\"]?(?P<phi>[a-z](?:\w|[.\-](?=\w)){2,30})(?=['\"]?\s?(?:[;|&,\])]|\n|\Z))",
        words="author user operator editor signer scribe dictator transcriptionist typist technician verifier modifier creator "
        "owner reviewer enteredby createdby modifiedby signedby",
        ignore_case=True,
    ),
    form(
        "id_user",
        PhiType.ID,
        0.9,
        r"(?:user\s?(?:name|id)?|login(?:\s(?:id|name|as))?|log-?in\s(?:id|name)|logged\sin(?=\sas)|logon|"
        r"screen\sname|handle|portal(?:\s(?:id|user|account|login)|(?=\sas))|network\sid|net\s?id|epic\sid|skype|"
        r"twitter|instagram|insta|snapchat|tiktok|venmo|discord|user)\s?(?:is\s|[:=#]\s{0,20}|"
        r"\s{2,20}(?=[\w.\-]{0,30}[\d_])|as\s)['\"“]?(?P<phi>(?=[\w.\-]{0,30}[\d._\-]|"
        r"[\w.\-]{5})[A-Za-z0-9_][\w.\-]{2,40}(?<![.\-]))",
        words="user username userid login log-in log_in logged_in logon screen handle portal network net netid epic "
        "skype twitter instagram insta snapchat tiktok venmo discord",
        ignore_case=True,
    ),
)

AT_TOKENS = (
    # ``[03/05/21 14:22] jdoe: Progress note``
    form(
        "id_user_entering",
        PhiType.ID,
        0.75,
        rf"\]\s{{1,2}}(?P<phi>{_USER}|{_CAPITAL_USER}|{_LETTERS})(?=\s?:|\s[-–])",
        gates="entering",
        before=r"[0-9]:[0-5][0-9](?::[0-5][0-9])?(?:\s?[ap]\.?m\.?)?(?:\s[ecmp][sd]?t)?",
        accepts=is_no_word,
    ),
    # ``Jane Roe, MD [jroe]``
    form(
        "id_user_credentialed",
        PhiType.ID,
        0.75,
        rf"[(\[](?P<phi>{_USER}|{_CAPITAL_USER}|{_LETTERS})[)\]]",
        gates="user bracketed",
        before=_CREDENTIAL_BEFORE,
        accepts=is_no_word,
    ),
    form(
        "id_user_bracketed",
        PhiType.ID,
        0.7,
        rf"\[(?P<phi>{_USER}|{_CAPITAL_USER}|{_LETTERS})\]",
        gates="user bracketed",
        accepts=is_made_of_a_name,
    ),
    form(
        "ip6",
        PhiType.IP,
        0.95,
        rf"(?:[A-Za-z][A-Za-z0-9]{{0,11}}:)??(?P<phi>(?<![0-9A-Za-z])(?![0-9]{{1,2}}::[0-9]{{1,2}}(?![0-9A-Fa-f:]))(?:(?:{_HEX}:){{7}}{_HEX}|(?=[0-9A-Fa-f:]{{0,56}}::)"
        rf"(?=[A-Fa-f:]{{0,20}}[0-9])(?:(?:{_HEX})?:{{1,2}}){{1,8}}(?:(?:[0-9]{{1,3}}\.){{3}}[0-9]{{1,3}}|{_HEX}|"
        r"(?<=::)(?=/[0-9])))(?:%[A-Za-z0-9]{1,16})?)(?![\w:])",
        gates="colons",
    ),
    form(
        "id_mac",
        PhiType.ID,
        0.95,
        r"[0-9A-Fa-f]{2}(?P<sep>[:\-])[0-9A-Fa-f]{2}(?:(?P=sep)[0-9A-Fa-f]{2}){4}(?![0-9A-Fa-f:\-])",
        gates="colons pairs",
    ),
    form(
        "id_uuid",
        PhiType.ID,
        0.95,
        r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z])",
        gates="uuid",
    ),
    form(
        "url_domain",
        PhiType.URL,
        0.8,
        rf"[A-Za-z0-9][A-Za-z0-9\-]{{0,62}}(?:\.[A-Za-z0-9][A-Za-z0-9\-]{{0,62}}){{0,4}}\.(?i:{DOMAINS})"
        rf"\b(?:[/?#:][^\s<>\"'“”]{{0,2000}}(?<![.,;:!?)\]}}'\"]))?(?![a-z])",
        gates="domain",
    ),
    # ``(jdoe12)``, ``@j_doe``, ``j_doe``: what an underscore or a bracket makes a user's name
    form("id_user_at", PhiType.ID, 0.7, rf"@\s?(?P<phi>{_USER}|{_CAPITAL_USER})", gates="user"),
    form(
        "id_user_bracketed",
        PhiType.ID,
        0.7,
        rf"\((?P<phi>(?=[a-z.\-]{{0,40}}[0-9_]){_USER}|[a-z]{{3,24}}\.[a-z]{{3,24}})\)",
        gates="user",
    ),
    form(
        "id_user_bracketed",
        PhiType.ID,
        0.6,
        rf"\((?P<phi>{_CAPITAL_USER})\)",
        gates="user",
        accepts=is_made_of_a_name,
    ),
    form(
        "id_user_joined",
        PhiType.ID,
        0.7,
        r"(?:[a-z]{2,24}_[a-z]{1,24}|[A-Z]{2,24}_[A-Z]{1,24})[0-9]{1,4}(?![\w@]|[.\-]\w)",
        gates="user_joined",
    ),
    # ``Sent from j_doe``, ``viewed by j.doe``
    form(
        "id_user_acting",
        PhiType.ID,
        0.75,
        _USER,
        gates="user_figures user_joined dotted digits",
        before=_ACTING,
        accepts=is_no_prose,
    ),
    form(
        "id_user_acting",
        PhiType.ID,
        0.7,
        _CAPITAL_USER,
        gates="user_figures user_joined dotted digits",
        before=_ACTING,
        accepts=is_made_of_a_name,
    ),
    form(
        "id_user_signing",
        PhiType.ID,
        0.75,
        rf"(?:{_USER}|{_CAPITAL_USER})",
        gates="user_figures user_joined dotted digits",
        before=_SIGNING,
    ),
    # ``jd1234x``
    form(
        "id_user_figures",
        PhiType.ID,
        0.6,
        rf"{_NO_USER}[a-z]{{2,3}}[0-9]{{4}}[a-z](?![\w@]|[.\-]\w)",
        gates="digits",
    ),
    form(
        "id_user_figures",
        PhiType.ID,
        0.6,
        rf"{_NO_USER}[a-z]{{4,24}}[0-9]{{1,4}}(?![\w@]|[.\-]\w)",
        gates="user_figures",
        accepts=is_made_of_a_name,
    ),
    # ``0512 j.doe addendum``, ``jdoe12 10.2.3.4``
    form(
        "id_user_apart",
        PhiType.ID,
        0.6,
        r"[a-z]{2,24}(?:\.[a-z]{2,24})?[0-9]{0,4}(?=\s(?:addendum|===|\|)|\s[0-9]{1,3}(?:\.[0-9]{1,3}){3})",
        gates="user_figures dotted",
    ),
    form(
        "id_user_dotted",
        PhiType.ID,
        0.6,
        r"[a-z]{2,24}\.[a-z]{3,24}(?![\w@]|[.\-]\w)",
        gates="dotted",
        accepts=is_made_of_a_name,
    ),
)
