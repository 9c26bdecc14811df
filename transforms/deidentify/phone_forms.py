"""Telephones, faxes, pagers and extensions, as they are written in notes."""

from transforms.deidentify.forms import form
from transforms.deidentify.number_parts import END, NO_UNIT, TIME_OF_DAY
from transforms.deidentify.written_names import follows_a_name
from transforms.records import PhiType

_EXTENSION = (
    r"(?:,?\s{0,2}(?:x|extn?\.?|extension|EXTN?\.?|Extn?\.?|X|#)\s?:?\s?[0-9]{1,6}(?![0-9A-Za-z])|(?:/|"
    r"\sor\s)[0-9]{4,5}(?![0-9/])|/[0-9]{1,2}(?![0-9/]))?"
)
_CLOCK = rf"(?!{TIME_OF_DAY}(?![0-9\-]))"  # four digits that are no time of day
_YEAR = r"(?!(?:19[0-9]{2}|20[0-2][0-9])(?![0-9\-]))"
_SHORT = r"[0-9](?:[0-9]{3,5}|-[0-9]{4})"  # within a hospital: ``4471``, ``54471``, ``5-0188``
_LOCAL = r"(?=(?:[+()\-. \t]{0,3}[0-9]){4})\+?\(?[0-9][0-9()\-. \t]{2,17}[0-9]"

_TWO_TIMES = rf"(?!\s?{TIME_OF_DAY}\s{TIME_OF_DAY})"
# Numbers that begin with the nought of their country's long-distance calls, as they are printed there.
_NATIONAL = (
    r"0[1-9][0-9]{3}[\s\-](?:[0-9]{6}|[0-9]{3}[\s\-][0-9]{3})|"  # 01632 960983
    r"0[1-9][0-9]{2}[\s\-][0-9]{3}[\s\-][0-9]{3,4}|"  # 0113 496 0182
    rf"0[1-9][0-9]?{_TWO_TIMES}[\s\-][0-9]{{4}}[\s\-][0-9]{{4}}|"  # 020 7946 0018
    r"0[1-9](?P<pairs>[\s.\-])[0-9]{2}(?:(?P=pairs)[0-9]{2}){3}|"  # 01 99 00 12 34
    r"0[1-9][0-9]{1,4}[\s\-][0-9]{5,8}(?:-[0-9]{1,4})?|"  # 0171 3920044
    r"0[1-9][0-9]{1,4}\s?/\s?(?:[0-9]{5,8}|[0-9]{2,4}[ \-][0-9]{1,4})(?:[ \-][0-9]{1,4}){0,2}|"  # 0541/555-0144
    r"0[6-9][0-9]{4}[\s\-][0-9]{5}|"  # 098450 12345
    r"01[\s\-](?:[0-9]{2}[\s\-][0-9]{4}|[0-9]{3}[\s\-][0-9]{3})[\s\-][0-9]{4}|"  # 01 55 5123 4478
    r"1[38]00[\s\-][0-9]{3}[\s\-][0-9]{3}"  # 1300 975 711
)

AT_NUMBERS = (
    form(
        "phone",
        PhiType.PHONE,
        0.9,
        rf"(?:1[\s.\-]{{0,2}}\(?)?[2-9][0-9]{{2}}(?:\)[\s.\-]{{0,2}}|\s?[.\-–/]\s?|\s)[0-9]{{3}}(?:\s?[.\-–]\s?|\s/\s|"
        rf"\s)?[0-9]{{4}}(?![0-9]){_EXTENSION}",
        digits=(1, 4),
        then=" \t\n.-–/)(",
    ),
    form(
        "phone_local",
        PhiType.PHONE,
        0.7,
        rf"[2-9][0-9]{{2}}[\-.–][0-9]{{4}}(?![0-9]|[.\-/][0-9]|\)){NO_UNIT}{_EXTENSION}",
        digits=(3, 3),
        then="-.–",
    ),
    # ``Ames 555 0142``: no amount and a time of day
    form(
        "phone_after_name",
        PhiType.PHONE,
        0.65,
        rf"(?![1-9](?:[05]0|[27]5) {TIME_OF_DAY}(?![0-9]))[2-9][0-9]{{2}} [0-9]{{4}}(?![0-9A-Za-z]|[ ./,:-][0-9])"
        rf"{NO_UNIT}",
        digits=(3, 3),
        then=" ",
        before=r"[a-z][ \t]{1,4}",
        accepts=follows_a_name,
    ),
    # ``4-5512``, within a hospital
    form(
        "phone_within",
        PhiType.PHONE,
        0.55,
        rf"(?:[2-9]-(?!19|20)[0-9]{{4}}|0-(?!19|20)[0-9]{{2}}(?!00)[0-9]{{2}}){END}{NO_UNIT}(?![\-–]|\sto\s)",
        digits=(1, 1),
        then="-",
        before=r"(?:[a-z]\.?:?\s|[(:]\s?)",
    ),
    # ``4471 (nights)``, ``43750 pager``
    form(
        "phone_told_behind",
        PhiType.PHONE,
        0.75,
        rf"(?P<phi>{_SHORT})\s?(?:\((?:nights?|days?|weekends?|cell|pager|pgr|office|direct|work|home|fax|charge)\)|"
        r"\s?(?:pager|pgr|beeper)\b)",
        digits=(4, 6),
        then=" (",
    ),
    # The last column of a table of people on call.
    form(
        "phone_column",
        PhiType.PHONE,
        0.7,
        rf"{_YEAR}[0-9]{{4,5}}(?=[ \t]*(?:\n|\Z))",
        digits=(4, 5),
        before=r"(?:[^\W\d_]|[.,])[ \t]{3,31}",
    ),
    # ``Ames 4471``: a name that is no word, and neither a year nor a time of day
    form(
        "phone_after_name",
        PhiType.PHONE,
        0.65,
        rf"{_YEAR}{_CLOCK}(?![0-9]{{2,3}}00(?![0-9]))[0-9]{{4,5}}(?=[ \t]*(?:[\n,;)(.]|\Z|[A-Z]|for\b|x\s|if\b|"
        r"with\b|w/))(?!\.[0-9]|,[0-9])",
        digits=(4, 5),
        before=r"[a-z][ \t]",
        accepts=follows_a_name,
    ),
    form(
        "phone_trunk",
        PhiType.PHONE,
        0.85,
        r"(?![0-9]{4,5}-[0-9]{4}-[0-9]{2}(?![0-9\-]))(?:011[\s\-][1-9][0-9]{0,2}|00[1-9][0-9]{1,2}[\s\-][0-9]{1,4})(?:[\s\-.]?[0-9]{2,4}){2,4}(?![0-9])",
        digits=(3, 5),
        then=" -",
    ),
    form(
        "phone_national",
        PhiType.PHONE,
        0.8,
        rf"(?:{_NATIONAL})(?![0-9]|[/.:,\-][0-9]){NO_UNIT}{_EXTENSION}",
        digits=(2, 6),
        then=" \n-./",
    ),
    form(
        "phone_with_extension",
        PhiType.PHONE,
        0.85,
        rf"1?[2-9][0-9]{{2}}[2-9][0-9]{{6}}(?=,?\s{{0,2}}(?i:x|ext)){_EXTENSION}",
        digits=(10, 11),
    ),
)

AT_WORDS = (
    form(
        "phone_paged",
        PhiType.PHONE,
        0.8,
        r"pages?\s(?:(?:me|us|him|her|them)\s)?(?:to|@|\#)\s?(?P<phi>[0-9]{4,5})(?![0-9]|[/\-.][0-9])",
        words="page pages",
        ignore_case=True,
    ),
    form(
        "phone_labelled",
        PhiType.PHONE,
        0.9,
        r"(?:(?:tele)?phone|tel|telephone|t[eé]l[eé]phone|telefon|tel[eé]fono|tél|cell(?:phone|ular)?|cel(?:ular)?|mobile|mob|"
        r"m[oó]vil|whatsapp|landline|switchboard|hotline|helpline|fax|fx|pager|pgr|beeper|beep|bpr|bleep|blp|ascom|vocera|"
        rf"voalte|dect|cisco|spectralink|dial|voice\s?mail|vm|direct(?:\sline)?|hot\s?line|(?:call\s?back|cb)(?!\s{TIME_OF_DAY}(?![0-9\-]))|"
        r"text|house\sphone|(?-i:ph|"
        rf"Ph|PH)|home|work|office|after\shours|line)\b(?:\s(?:number|no\b\.?|num|id|holder|is|at(?!\s{TIME_OF_DAY}(?![0-9\-]))|on|or|office|home|work|phone|\#))?[\s.:#=(|_]{{1,24}}(?![0-9]\.[0-9])"
        rf"(?P<phi>{_LOCAL}){END}{NO_UNIT}{_EXTENSION}",
        words="phone telephone tel téléphone telefon telefono teléfono tél cell cellphone cellular cel celular mobile mob movil "
        "móvil whatsapp landline switchboard hotline helpline fax fx pager pgr beeper beep bpr bleep blp ascom vocera "
        "voalte dect cisco spectralink dial voicemail voice vm direct hotline hot callback cb text house ph after",
        ignore_case=True,
    ),
    form(
        "phone_bleep",
        PhiType.PHONE,
        0.85,
        r"(?:pager|pgr|beeper|bpr|bleep|blp|vocera|ascom|dect)\b(?:\s(?:number|no\b\.?|id|is|at|on))?[\s.:#=(|_]{1,4}"
        r"(?P<phi>[0-9]{3})(?![0-9A-Za-z]|[./\-][0-9])",
        words="pager pgr beeper bpr bleep blp vocera ascom dect",
        ignore_case=True,
    ),
    # ``home phone ending in 0139``
    form(
        "phone_ending",
        PhiType.PHONE,
        0.8,
        r"ending\s(?:in\s|with\s)(?P<phi>[0-9]{4})(?![0-9A-Za-z])",
        words="ending",
        ignore_case=True,
        before=r"\b(?:phone|cell|mobile|number|line|no\.?|\#)\s",
    ),
    form(
        "phone_area",
        PhiType.PHONE,
        0.85,
        r"area\scodes?\s?(?:is\s|now\s|[:#(]\s?)?(?P<phi>[2-9][0-9]{2})(?![0-9A-Za-z]|[./\-][0-9])",
        words="area",
        ignore_case=True,
    ),
    # ``call 4471``: not ``called 0430``, which is a time
    form(
        "phone_called",
        PhiType.PHONE,
        0.85,
        r"(?:call(?:ed|ing)?|contact(?:ed)?|reach(?:ed|able)?|paged?|bleeped|telephone|phone)\b(?:\sback)?(?:\s(?:me|us|"
        r"him|her|them))?(?:\s(?:w/|with|for)\s(?:any\s)?questions)?(?:\s(?:at|on|number|the|"
        rf"is))?(?:\shome)?[\s.:#=(]{{1,4}}(?:{_CLOCK}|(?<=page\s)|"
        rf"(?<=pager\s)){_YEAR}(?P<phi>{_LOCAL}){END}{NO_UNIT}{_EXTENSION}",
        words="call called calling contact contacted reach reached reachable page paged bleeped telephone phone",
        ignore_case=True,
    ),
    form(
        "phone_extension",
        PhiType.PHONE,
        0.9,
        rf"(?:(?:ext|extn|xtn|poste|durchwahl|anexo|ramal)\b[.:]?\s?[\#\-]?:?\s{{0,12}}(?=[0-9]{{3}}|[0-9]-|[0-9]{{2}}\s?[();,\n])|"
        rf"extension\s?[\#:]?\s?(?:is\s)?(?=[0-9]{{4}}|[0-9]-))(?P<phi>[0-9]{{2,6}}|"
        rf"[0-9]-[0-9]{{4}}){END}(?!\s?(?:deg|°|/))",
        words="ext extn xtn poste durchwahl anexo ramal extension",
        ignore_case=True,
    ),
    # ``Page me with questions, 4471``, ``Text for any concerns: x331``
    form(
        "phone_called",
        PhiType.PHONE,
        0.8,
        r"(?:page|call|text|ring|phone|bleep|beep|contact|reach|message|ask)\b(?:\s[\w.'’]{1,16}){0,3}\s(?:with|w/|for|if|re)\s[^\n.;:?0-9]{0,24}"
        r"(?:questions|question|concerns|issues|problems|needs|needed|changes|clarification|details|results|\?s|qs)\b(?:(?:\s|,\s|/)?(?:or|and|/)\s?"
        rf"(?:questions|concerns|issues|problems|changes))?[\s.,:;–(-]{{1,4}}(?:(?:at|on|to|pager|pgr|p|ext|is)\b\.?\s?|[x@\#]\s?)?{_YEAR}"
        rf"(?P<phi>{_SHORT}|(?<=x)[0-9]{{3}}){END}{NO_UNIT}(?!\s?(?:h\b|hrs|hours))",
        words="page call text ring phone bleep beep contact reach message ask",
        ignore_case=True,
    ),
    # ``Ames, RN   x 331``: in a signature, no distance and no times
    form(
        "phone_extension",
        PhiType.PHONE,
        0.7,
        r"x[ \t]{1,3}(?![0-9]{0,3}[05]0(?![0-9]))(?P<phi>[0-9]{3,5})(?=[ \t]*(?:[\n;)|]|\Z))",
        words="x",
        ignore_case=True,
        before=r"(?:[,;|]|(?:\A|[^a-z])(?!(?:amb|walk|gait|step|bolus|ns|lr|rep|set|jog|ran|propel|mobil|w/?c|f?ww|rw)[a-z]{0,8}\b)"
        r"(?-i:[A-Z][A-Za-z]{1,20}\.?))[ \t]{1,8}",
    ),
    # ``Smith PGY-2 p4471``, ``Attending p: 4471``
    form(
        "phone_short_label",
        PhiType.PHONE,
        0.8,
        rf"(?:p|pgr|pic|(?<=\()pg|pg(?=[.:]|\s?\#))\b[.:]?\s?\#?(?P<phi>{_SHORT}|(?<=\(p\s)[0-9]{{4}}){END}{NO_UNIT}(?!\s?[-–/])",
        words="p pgr pic pg",
        ignore_case=True,
    ),
    form(
        "phone_grade",
        PhiType.PHONE,
        0.75,
        rf"pgy\s?-?\s?[1-9]\s(?:p|pgr|pager|x|\#)?\.?:?\s?(?P<phi>{_SHORT}){END}",
        words="pgy pgy1 pgy2 pgy3 pgy4 pgy5 pgy6",
        ignore_case=True,
    ),
    # ``Results were called to Ames in the ED at 4471``
    form(
        "phone_called",
        PhiType.PHONE,
        0.75,
        rf"(?:called|reported|phoned|relayed|given|communicated|read\sback|faxed)\s(?:in\s)?to\s(?:[^\s,;]{{1,20}}\s){{1,6}}at\s{_CLOCK}{_YEAR}"
        r"(?P<phi>[0-9]{3,5})(?![0-9A-Za-z:]|[./\-][0-9])(?!\s?(?:hours|hrs|h\b|am\b|pm\b|a\.m|p\.m|on\s[0-9]))",
        words="called reported phoned relayed given communicated read faxed",
        ignore_case=True,
    ),
    # ``no answer at 555 0142``, ``left VM at 555-0142``
    form(
        "phone_called",
        PhiType.PHONE,
        0.8,
        rf"at\s(?P<phi>[2-9][0-9]{{2}}[ .\-][0-9]{{4}}){END}{NO_UNIT}",
        words="at",
        ignore_case=True,
        before=r"\b(?:answer(?:ed|s)?|picked\sup|vm|voice\s?mail|message|msg|lvm|reached|home|cell|work|try|tried|dialed|rang|texted|faxed)\s",
    ),
    # ``Contact Dr. Ames at 4471``, ``covering: Ames (4471)``, ``coordinator Ames 4471``
    form(
        "phone_of_someone",
        PhiType.PHONE,
        0.75,
        r"(?i:contact|reach|call|page|text|covering|coverage|cover|consult|coordinator|liaison|on\scall|oncall|"
        r"sign-?out|signout|planner|navigator|attending|fellow|resident|intern|hospitalist|charge|days|nights|with|"
        rf"from|by|dr)\b[.:]?(?:\s(?:to|from|at|is|for|rn|nurse|dr)\b\.?:?){{0,2}}(?:,?\s(?:Dr\.?|"
        rf"(?-i:[A-Z][\w.'’\-]{{0,20}}))){{1,4}}[,:]?\s(?:at\s|x\s?|\#|p\s?|pgr\s)?(?:{_CLOCK}{_YEAR}|"
        rf"\((?=[0-9]{{4,5}}\)){_YEAR})(?P<phi>{_SHORT}){END}{NO_UNIT}",
        words="contact reach call page text covering coverage cover consult coordinator liaison on_call oncall "
        "sign-out signout planner navigator attending fellow resident intern hospitalist charge dr",
    ),
    form(
        "phone_shift",
        PhiType.PHONE,
        0.8,
        rf"(?:days|nights|weekends|weekdays|evenings|after\shours)[,:]?\s(?P<phi>{_CLOCK}{_SHORT})(?=\)|;|\n|\Z|,)",
        words="days nights weekends weekdays evenings after",
        ignore_case=True,
    ),
    form(
        "phone_vanity",
        PhiType.PHONE,
        0.8,
        r"(?:1[\s.\-])?8(?:00|88|77|66|55|44|33)[\s.\-][A-Z0-9]{3}-?[A-Z0-9]{4}\b",
        words="800 888 877 866 855 844 833 1-800 1-888 1-877 1-866 1-855",
    ),
)

AT_TOKENS = (
    form(
        "phone_international",
        PhiType.PHONE,
        0.9,
        r"(?<![0-9])\+[1-9][0-9]{0,2}(?:\s?\(0\))?(?:[\s\-]{1,2}|\.(?=[0-9]))?\(?[0-9]{1,4}\)?/?(?:(?:[\s\-]{1,2}|\.(?=[0-9]{2}))?"
        rf"\(?[0-9]{{2,4}}\)?){{1,5}}(?<=[0-9) .\-/\n]{{8}})(?![0-9]|[./:][0-9]){NO_UNIT}{_EXTENSION}",
        gates="plus",
    ),
    form(
        "phone_parenthesis",
        PhiType.PHONE,
        0.95,
        rf"\([0-9]{{3}}\)\s{{0,2}}[.\-]?\s?[0-9]{{3}}\s?[.\-–\s]?\s?[0-9]{{4}}(?![0-9]){_EXTENSION}",
        gates="parenthesis",
    ),
    # ``(06172) 55 71 98``, ``(08) 9321 4477``, ``(55) 5123-4478``
    form(
        "phone_parenthesis_national",
        PhiType.PHONE,
        0.9,
        r"\((?:(?=(?:[)\s\-/]{0,3}[0-9]){8})0[1-9][0-9]{0,4}\)[\s\-/]{0,2}[0-9]{2,8}(?:[\s\-][0-9]{2,5}(?![0-9]|[./:][0-9])){0,4}|"
        rf"[1-9][0-9]\)\s?[0-9]{{4,5}}[\s\-]?[0-9]{{4}})(?![0-9]|[./:][0-9]){NO_UNIT}{_EXTENSION}",
        gates="parenthesis",
    ),
    form(
        "phone_pager_p",
        PhiType.PHONE,
        0.7,
        rf"p(?P<phi>{_CLOCK}[0-9]{{4,5}}|(?<=\(p)[0-9]{{4}}(?=\))|[2-9]-[0-9]{{4}}){END}{NO_UNIT}",
        gates="digits pair",
    ),
    # ``x4471``: the letter goes with it
    form(
        "phone_extension_x",
        PhiType.PHONE,
        0.85,
        rf"(?<![A-Za-z0-9])[xX]{_SHORT}{END}{NO_UNIT}",
        gates="extension",
    ),
)
