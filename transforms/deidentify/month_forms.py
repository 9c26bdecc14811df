"""Dates with the name of a month, or only that, as they are written in notes."""

from transforms.deidentify.forms import form
from transforms.deidentify.number_parts import DAY_NUMBER, NO_UNIT
from transforms.records import PhiType

# A full stop belongs to an abbreviation alone: behind ``February.`` a sentence, and perhaps a list, begins.
_MONTH_NAMES = (
    r"jan(?:uary|\.)?",
    r"feb(?:ruary|\.)?",
    r"mar(?:ch|\.)?",
    r"apr(?:il|\.)?",
    r"may",
    r"jun(?:e|\.)?",
    r"jul(?:y|\.)?",
    r"aug(?:ust|\.)?",
    r"sep(?:tember|t\b\.?|\.)?",
    r"oct(?:ober|\.)?",
    r"nov(?:ember|\.)?",
    r"dec(?:ember|\.)?",
)
MONTH = "(?i:" + "|".join(_MONTH_NAMES) + r")(?![A-Za-z])"
_DOTTED_MONTH = rf"(?:{MONTH}|(?i:may)\.)"  # before a day
_CAPITAL_MONTH = "(?:" + "|".join(f"[{name[0].upper()}](?i:{name[1:]})" for name in _MONTH_NAMES) + r")(?!\w)"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_GLUED_MONTH = "(?i:" + "|".join(name[:3] for name in _MONTH_NAMES) + ")"  # ``2018Mar09``
_ONLY_MONTHS = "January|February|July|September|October|November|December"  # that are no word and hardly a name
_FULL_MONTHS = "january february march april may june july august september october november december"
_SHORT_MONTHS = "jan feb mar apr jun jul aug sep sept oct nov dec"
_MONTH_WORDS = f"{_FULL_MONTHS} {_SHORT_MONTHS}"
_D = DAY_NUMBER
_DAY = rf"{_D}(?:\ ?(?:st|nd|rd|th|ST|ND|RD|TH)\b)?"
_Y4 = "(?:18|19|20|21)[0-9]{2}"
_Y = rf"(?:{_Y4}|['’]?[0-9]{{2}}(?!\s?(?i:st|nd|rd|th)\b))"
_SPACE = r"(?:[ \t]|\n(?:(?<!\.\n)|(?![0-9]{1,2}[.)]\s)))"  # behind a full stop, no number of a list's next line
_UNTIL = r"(?:[ \t]?[-–&][ \t]?|\s(?i:to|and|through|thru)\s)"
_OF = r"(?:,?\s(?i:of|in)\s)"
# ``mid-March``, ``last March``
_PART_OF_MONTH = r"(?:\b(?i:(?:early|mid|late)(?:\s(?:to|or)\s(?:mid|late))?|this|last|next|past|coming)[\s-])?"
_AND_DAY = rf"(?:{_UNTIL}{_DAY})?"
_AND_DATE = rf"(?:{_UNTIL}(?:{_CAPITAL_MONTH}\s)?{_DAY})?"
# German, French, Spanish, Italian and Portuguese; those that German and English share stand behind ``3.``
_FOREIGN_MONTHS = (
    "jänner januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre "
    "novembre décembre fevrier aout decembre enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre "
    "noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre janeiro fevereiro março maio "
    "junho julho setembro outubro novembro dezembro"
)
_FOREIGN_MONTH = f"(?i:{_FOREIGN_MONTHS.replace(' ', '|')})(?![^\\W\\d_])"
_UNIT = r"\s?(?:mg|ml|mcg|%|cm|mm|units?|tabs?)"
_ORDINAL = (
    r"(?i:(?:twenty|thirty)[\s-](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|first|second|third|"
    r"fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|"
    r"seventeenth|eighteenth|nineteenth|twentieth|thirtieth)\b"
)
_ORDINAL_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth twenty-first twenty-second "
    "twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirty-first"
)

AT_NUMBERS = (
    form(
        "date_year_month_day",
        PhiType.DATE,
        0.9,
        rf"(?:19|20)[0-9]{{2}}(?:[-/\s.]{MONTH}[-/\s]?{_DAY}(?![0-9:])|\s{_CAPITAL_MONTH}(?![ -]?[0-9])|"
        rf"{_GLUED_MONTH}[0-9]{{2}}(?![0-9]))",
        digits=(4, 4),
        then="-/ .JFMASOND",
    ),
    # ``the 5th of March``: the article goes with it
    form(
        "date_day_month",
        PhiType.DATE,
        0.9,
        rf"{_D}\s?(?i:st|nd|rd|th)\s(?i:day\s)?(?i:of)\s{MONTH}(?:,?\s{_Y4}(?![0-9]))?",
        digits=(1, 2),
        then=" snrtSNRT",
        behind=r"\b[Tt]he\s",
    ),
    form(
        "date_day_month",
        PhiType.DATE,
        0.9,
        rf"{_DAY}{_AND_DAY}(?:\s|[-/.]|\s(?i:day\sof|of)\s)?{MONTH}(?:,?\s?|[-/.]|{_OF}){_Y}"
        r"(?![0-9]|/[0-9]|:(?![0-2][0-9]:[0-5][0-9])[0-9])",
        digits=(1, 2),
    ),
    form(
        "date_day_month_only",
        PhiType.DATE,
        0.8,
        rf"(?:{_D}\s?(?i:st|nd|rd|th)\s(?i:day\s)?(?:(?i:of\s){MONTH}|{_CAPITAL_MONTH})|"
        rf"(?:{_D}[\s-]?|{_D}{_UNTIL}{_DAY}\s(?i:of\s)?){_CAPITAL_MONTH})(?<!\.)(?!['’]?[a-z])",
        digits=(1, 2),
    ),
    form(
        "date_day_foreign_month",
        PhiType.DATE,
        0.85,
        rf"{_D}(?:\.|er|º|°)?\s(?i:de\s)?(?:{_FOREIGN_MONTH}|(?<=\.\s)(?:April|August|September|November)\b)(?:\s(?i:del?\s)?{_Y4}(?![0-9]))?",
        digits=(1, 2),
        then=" .eº°",
    ),
    form(
        "date_day_month_lower",
        PhiType.DATE,
        0.8,
        rf"{_D}\s(?:january|february|april|june|july|august|september|october|november|december|jan|feb|apr|jun|jul|aug|"
        r"sept?|oct(?!\s(?:scan|slice|imag|macula))|nov|dec|mar(?:ch)?(?=[,.;:)\n]|\sat\b|\Z))(?![\w'’/-])",
        digits=(1, 2),
        then=" ",
    ),
)

AT_WORDS = (
    form(
        "date_foreign_month",
        PhiType.DATE,
        0.8,
        rf"{_FOREIGN_MONTH}\s(?i:del?\s)?{_Y4}(?![0-9])",
        words=_FOREIGN_MONTHS,
    ),
    form(
        "date_month_day_year",
        PhiType.DATE,
        0.95,
        rf"{_DOTTED_MONTH}{_SPACE}?[-/]?{_SPACE}?(?:the\s)?(?:{_DAY},\s)?{_DAY}{_AND_DAY}(?:,\s?|[-/]|\s|{_OF}){_Y}(?![0-9]|"
        r":[0-9]|\s?(?:mg|ml|mcg|am|pm|%|a\.m|p\.m)\b)",
        words=_MONTH_WORDS,
    ),
    form(
        "date_month_day",
        PhiType.DATE,
        0.85,
        rf"(?:{_CAPITAL_MONTH}|May\.){_SPACE}?[-/]?(?:the\s)?{_DAY}{_AND_DATE}(?![0-9/]|:[0-9]|{_UNIT}|\.[0-9])\b",
        words=_MONTH_WORDS,
    ),
    form(
        "date_month_day_lower",
        PhiType.DATE,
        0.8,
        r"(?:(?:january|february|april|june|july|august|september|october|november|december|march)\s|(?:jan|feb|"
        rf"apr|jun|jul|aug|sept?|oct|nov|dec)\.?\s|may\s(?={_D}(?:st|nd|rd|th|[,:]|[.;)]?$|\n|[.;)]\s|\s\(|"
        rf"\s(?:to|at|with|by|and|for)\s)))(?:the\s)?{_DAY}(?:{_UNTIL}(?:{MONTH}\s)?{_DAY})?(?![0-9/]|:[0-9]|{_UNIT}|\.[0-9]|\s(?:mile|"
        r"hour|hr|day|week|month|min|step|feet|inch|lb))\b",
        words=_MONTH_WORDS,
    ),
    # ``March fifth``, ``the fifth of March``
    form(
        "date_month_ordinal",
        PhiType.DATE,
        0.8,
        r"(?i:january|february|march|april|june|july|august|september|october|november|december|"
        rf"may(?=\sthe))\s(?:the\s)?{_ORDINAL}(?:,?\s(?:of\s)?{_Y4})?",
        words=_FULL_MONTHS,
    ),
    form(
        "date_ordinal_month",
        PhiType.DATE,
        0.8,
        rf"{_ORDINAL}\s(?:day\s)?of\s(?i:january|february|march|april|may|june|july|august|september|october|"
        rf"november|december)\b(?:,?\s(?:of\s)?{_Y4})?",
        words=_ORDINAL_WORDS,
    ),
    form(
        "date_month_name_year",
        PhiType.DATE,
        0.9,
        rf"{MONTH}(?:\s?(?:[-–/]|to|through|thru|and|or)\s?{MONTH})?(?:,?\s|{_OF}|[-/])(?:{_Y4}|"
        rf"['’][0-9]{{2}})(?![0-9])",
        words=_MONTH_WORDS,
        behind=_PART_OF_MONTH,
    ),
    form(
        "date_month_short_year",
        PhiType.DATE,
        0.8,
        rf"{_CAPITAL_MONTH}(?:[ /-]?(?:of\s)?(?:['’][0-9]{{2}}|[-/][0-9]{{2}})|\s(?:of\s)?(?:3[2-9]|[4-9][0-9]){NO_UNIT})"
        r"(?![0-9:/%]|\.[0-9])",
        words=_MONTH_WORDS,
    ),
    form(
        "date_in_month",
        PhiType.DATE,
        0.7,
        rf"(?:(?i:{MONTHS})(?<!may)(?<!MAY)|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)(?!\w|"
        rf"\s[0-9])(?:\s?(?:/|-|and|or|to|through|thru)\s?(?:{MONTHS})\b)?",
        words=_MONTH_WORDS,
        before=r"\b(?:in|since|last|until|till|during|early|late|mid|next|past|through|around|every|each|by|of|from|"
        r"before|after|this|as\sof)[\s-]|\b(?:beginning|end|middle|month|start|week)\sof\s|\bmonth\s(?:is|was|as)\s",
        behind=_PART_OF_MONTH,
    ),
    form(
        "date_in_month",
        PhiType.DATE,
        0.6,
        r"(?:jan|feb|apr|jun|jul|aug|sept|oct(?!\s(?:scan|slice|imag|macula))|nov|dec)\b\.?(?!['’])",
        words="jan feb apr jun jul aug sept oct nov dec",
        before=r"\b(?:in|since|until|till|during|early|late|mid|last|next)[\s-]",
        behind=_PART_OF_MONTH,
    ),
    form(
        "date_in_may",
        PhiType.DATE,
        0.7,
        r"(?i:may)(?![\w'’]|\s[0-9])",
        words="may",
        before=r"\b(?:in|since|last|until|till|early|late|mid|next)[\s-]|\b(?:beginning|end|middle|month)\sof\s|\bmonth\s(?:is|was|as)\s",
        behind=_PART_OF_MONTH,
    ),
    # A month alone is a date; what is also a word or a name needs more, before or behind it.
    form(
        "date_month",
        PhiType.DATE,
        0.6,
        rf"(?:{_ONLY_MONTHS})\b",
        words="january february july september october november december",
        ignore_case=True,
    ),
    form(
        "date_month_marked",
        PhiType.DATE,
        0.6,
        r"(?:March|April|May|June|August|MARCH|APRIL|JUNE|AUGUST)(?=[,:;.)/]|\s(?:labs?|flare|visit|clinic|scan|"
        r"mri|ct|echo|scope|recap|admission|recall|surgery|labs|appt|appointment|trip|hospitalization|vaccine|dose|"
        rf"flu|cycle|draw)\b|\s?[/–]|\Z|\n)(?:\s?[/–]\s?(?:{MONTHS})\b)?",
        words="march april may june august",
        before=r"(?:[(/,:–]|\b(?:recall|call|dexa|a1c|finished|due|mammo|battery|eri|review|visit|labs?|mammo|appt|"
        r"last|x))\s{0,2}",
    ),
    # ``said that it was "March"``
    form(
        "date_month_said",
        PhiType.DATE,
        0.6,
        r"(?:March|April|May|June|August)(?=[\"”'’,.])",
        words="march april may june august",
        before=r"\b(?:is|was|month|date|year|said|says|states|stated|answered)[,:]?\s[\"“'‘]",
    ),
    form(
        "date_month_due",
        PhiType.DATE,
        0.6,
        r"(?:March|April|May|June|August|MARCH|APRIL|MAY|JUNE|AUGUST)\b",
        words="march april may june august",
        before=r"\b(?:(?:recall|dexa|a1c|finished|due|mammo|battery|eri|call|appt)(?:\sfor)?|alabama|alaska|arizona|"
        r"arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|illinois|indiana|iowa|"
        r"kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|montana|"
        r"nebraska|nevada|hampshire|jersey|mexico|rico|york|carolina|dakota|ohio|oklahoma|oregon|pennsylvania|"
        r"island|tennessee|texas|utah|vermont|virginia|washington|wisconsin|wyoming)\s",
    ),
    form(
        "date_months",
        PhiType.DATE,
        0.7,
        rf"(?:{MONTHS})\s?(?:/|[–-]|to|through|thru|and|or)\s?(?:{MONTHS})\b",
        words=_FULL_MONTHS,
        ignore_case=True,
    ),
    form(
        "date_month_then",
        PhiType.DATE,
        0.6,
        r"(?P<phi>March|April|May|June|August)\s(?:labs?|flare|visit|clinic|scan|mri|ct|echo|scope|recap|admission|"
        r"surgery|appt|appointment|trip|hospitalization|results?)\b(?!\s(?:be|also|need|show)\b)",
        words="march april may june august",
    ),
)
