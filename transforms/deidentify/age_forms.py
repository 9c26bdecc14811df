"""Ages over 89, as they are written in notes."""

from transforms.deidentify.forms import form
from transforms.records import PhiType

_OLD = "(?P<phi>9[0-9]|1[0-4][0-9])"
_NO_AGE = (
    r"(?!\s?(?i:°|degrees?|deg\b|mg|mcg|ml|cc\b(?!:)|kg|lbs?\b|pounds?|g\b|months?|days?|weeks?|hours?|hrs?\b|min|"
    r"seconds?|percent|per\b|units?|bpm|beats|mm|cm|inch|feet|ft\b|steps|miles|ra\b|room\sair|times|tabs?|pills?|"
    r"systolic|over\b|/)|[0-9%/:]|[.,\-][0-9])"
)
_TENS_AND_ONE = r"ninety(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine)\b)?"
_HUNDREDS = r"(?:one|a)[\s-]hundred(?:[\s-](?:and[\s-])?(?:one|two|three|four|five|six|seven|eight|nine|ten))?"
_WORDS = rf"(?P<phi>{_TENS_AND_ONE}|{_HUNDREDS})"
_KIN = (
    r"(?:mother|father|mom|dad|mum|husband|wife|spouse|brother|sister|aunt|uncle|grand(?:mother|father|ma|pa)|"
    r"great[\s-]aunt|great[\s-]uncle|son|daughter|partner|widow(?:er)?|caregiver|patient|pt|resident|neighbor|"
    r"friend|veteran|nana|gma|gpa|[mp]g[mf]|gentleman|lady|woman|man|she|he|who)"
)
_YEARS = (
    r"(?:years?[\s-]{0,2}(?:old|of\sage|young)|yrs?\.?[\s-]{0,2}(?:old|of\sage)|y[./]?\s?o\b|y\.\s?o\.|y/o|yo(?:f|"
    r"m)?\b|yr\.?s?\s?o\b|yrs?\.?\s(?:fe)?male|year[\s-](?:fe)?male|years?\s(?:man|woman|lady|gentleman)|yrs?\b|"
    r"y[fm]\b|y(?:[0-9]{1,2}m)?\b)"
)

AT_NUMBERS = (
    form(
        "age_years",
        PhiType.AGE,
        0.95,
        rf"{_OLD}(?:\s?(?:and\s(?:a\s)?half|½|\+))?[\s-]{{0,2}}(?i:{_YEARS}|years?(?=[,.;)])|something\b)",
        digits=(2, 3),
        then=" -\nyYa½+",
    ),
    form(
        "age_sex",
        PhiType.AGE,
        0.7,
        rf"{_OLD}(?:\s?M|F(?=\Z|\n)|\s?(?i:[mf])(?=\s(?i:fall|c/o|with|w/|s/p|from|found|who|here|presents?|"
        r"dementia|demented|pt|hx|h/o|sent|brought|adm|in\sNAD|DNR))|\s?/\s?[MF]|\s(?:fe)?male)\b(?!\s?[0-9])",
        digits=(2, 3),
        then=" MFmf/",
        before=r"(?:\A|[\n;|:.]\s{0,2}|(?<![0-9]{2}),\s{0,2}|[a-z],\s|\b(?:a|an|this|pt|patient|is|sex|old|age)\s)",
    ),
    # ``Mother is 94``, ``her sister Ann, 93, still drives``, ``grandmother (97)``
    form(
        "age_kin",
        PhiType.AGE,
        0.8,
        rf"{_OLD}(?=[,;)]|\.(?:\s|\Z)|\s?\Z|\s(?i:and|who|with|yo|in\sgood|in\s(?-i:[A-Z])[a-z]*|but|now|&|still|"
        r"alive|living|lives|resides|walks|uses|drives|needs|requires|healthy|deceased|a&w|d\.)(?![a-z]))",
        digits=(2, 3),
        before=rf"\b{_KIN}(?:,?\s(?-i:[A-Z](?:[^\W\d_]|['’\-]){{1,15}})){{0,2}}(?:,\s?|\s\(|:\s|,?\s(?:is|was|who\sis|"
        r"will\sbe|turns|aged?|just|d\.?|died(?:\sat)?)\s|['’]s\s|\s)(?:also\s|already\s|now\s|almost\s|nearly\s|about\s|"
        r"only\s|currently\s|herself\s|himself\s|age\s)?",
    ),
    form(
        "age_stated",
        PhiType.AGE,
        0.7,
        rf"{_OLD}\s(?i:and\s(?:uses|cooks|cares|takes\scare|needs|cannot|can['’]?t|no\slonger|wheelchair|bed(?:bound|ridden)|blind|"
        r"deaf|demented|lives?|living|still|frail|healthy|independent|retired|widowed|resid|walks|drives|"
        r"in\sgood|doing|has\s(?:lived|no|had)|remains))",
        digits=(2, 3),
        then=" ",
        before=r"(?<!sat\s)(?<!sats\s)(?<!o2\s)(?<!bp\s)(?<!hr\s)(?<!rate\s)(?<!pulse\s)(?<!temp\s)(?<!spo2\s)(?<!weight\s)(?<!map\s)"
        r"\b(?:is|was|at)\s(?:also\s|already\s|now\s|almost\s|nearly\s|currently\s)?",
    ),
    form(
        "age_at",
        PhiType.AGE,
        0.7,
        rf"{_OLD},\s(?i:she|he|the\spatient|they)\b",
        digits=(2, 3),
        then=",",
        before=r"\bat\s",
    ),
    form(
        "age_birthday",
        PhiType.AGE,
        0.9,
        rf"{_OLD}(?:st|nd|rd|th)\s(?:birthday|b-?day|year)\b",
        digits=(2, 3),
        then="snrt",
    ),
    form(
        "age_apposition",
        PhiType.AGE,
        0.6,
        rf"{_OLD},\s(?:retired|widowed|who|presents?|lives|an?\s|was\s|is\s|spry|DNR|still|with\s|from\s|healthy)",
        digits=(2, 3),
        then=",",
        before=r"[a-z]{3},\s",
    ),
)

AT_WORDS = (
    form(
        "age_labelled",
        PhiType.AGE,
        0.95,
        r"(?:aged?|ages)(?:\s?[/&]\s?(?:sex|sx|gender|race))?(?:\s?\((?:yrs?|years|y)\))?(?:\s(?:of|at|is|was|now|"
        rf"about|approximately|death|onset|approx|around)){{0,2}}[\s:=|_.*]{{1,16}}{_OLD}{_NO_AGE}",
        words="age aged ages",
        ignore_case=True,
    ),
    form(
        "age_died",
        PhiType.AGE,
        0.85,
        r"(?:died|dies|deceased|lived|passed|passed\saway|alive|living|turned|turning|turns|made\sit|there|expired|"
        r"d\.)(?:\s(?:at|to|until|till|aged?|about|be|almost|nearly|in\sher|in\shis|"
        rf"with)){{0,3}}\s{_OLD}{_NO_AGE}(?!\s(?:on\s[0-9]|(?-i:[a-z]{{1,2}})\s[0-9]))",
        words="died dies deceased lived passed alive living turned turning turns made there expired d",
        ignore_case=True,
    ),
    form(
        "age_own",
        PhiType.AGE,
        0.8,
        rf"(?:I['’]?m|I\sam)\s(?:now\s|already\s|almost\s)?{_OLD}(?=[,.;\"”!]|\syears|\sand\b)",
        words="i'm i’m im i_am",
    ),
    form(
        "age_sex_first",
        PhiType.AGE,
        0.7,
        rf"(?:M|F|Male|Female)\s?[/,]\s?{_OLD}\b(?![/%.]|\s?[a-z])",
        words="m f male female",
    ),
    form(
        "age_decade",
        PhiType.AGE,
        0.85,
        r"(?:90['’]?s|nineties|100['’]?s)\b",
        words="90s 90's 90’s nineties 100s 100's",
        ignore_case=True,
        before=r"\b(?:is|was|man|woman|male|female|patient|died|lived|people|person|lady|gentleman)\s(?:in|into|"
        r"to)\s(?:his|her|their|the|early|mid|late)(?:[\s-](?:early|mid|late))?[\s-]|\b(?:his|her|their|"
        r"my)[\s-](?:(?:early|mid|late)[\s-])?",
    ),
    form(
        "age_in_words",
        PhiType.AGE,
        0.9,
        rf"{_WORDS}[\s-]{{1,2}}(?:years?[\s-](?:old|of\sage|young)|yrs?\sold|y/?o\b)",
        words="ninety one_hundred a_hundred one-hundred",
        ignore_case=True,
    ),
    # ``She just turned ninety-eight``: ninety of nothing that is counted or measured
    form(
        "age_in_words_alone",
        PhiType.AGE,
        0.7,
        rf"(?P<phi>{_TENS_AND_ONE})(?![\w-]|[\s-](?:degree|percent|minute|second|hour|day|week|month|min|mile|"
        r"met(?:er|re)|feet|foot|pound|lb|milli|mg|cc|ml|unit|tablet|pill|capsule|times|over|some|beats?|per\b|"
        r"dollar|thousand|hundred|centi|gram|kilo|inch|stitch|step|pack|meeting|watt|odd|to|nine\shundred)|"
        r"[\s-]?[0-9%])",
        words="ninety",
        ignore_case=True,
    ),
    form(
        "age_labelled_in_words",
        PhiType.AGE,
        0.9,
        rf"(?:age(?:d|\sof)?|turn(?:ed|s|ing)|lived\sto(?:\sbe)?|reached)\s{_WORDS}\b",
        words="age aged turned turns turning lived reached",
        ignore_case=True,
    ),
    form("age_century", PhiType.AGE, 0.8, r"\w+", words="nonagenarian"),
    form(
        "age_century",
        PhiType.AGE,
        0.8,
        r"\w+",
        words="centenarian",
        before=r"\b(?:a|an|this|our|the|old|delightful|pleasant|spry|frail)\s",
    ),
)
