"""Street addresses, post boxes, ZIP codes with a label or behind a state, rooms and beds."""

from transforms.deidentify.forms import form
from transforms.deidentify.locations import STATES
from transforms.deidentify.place_words import ABBREVIATIONS
from transforms.deidentify.written_names import follows_a_city
from transforms.records import PhiType

_KIND = (
    r"(?:(?i:street|avenue|road|boulevard|drive|lane|court|circle|place|terrace|parkway|highway|trail|square|alley|"
    r"plaza|crescent|turnpike|expressway|causeway|esplanade|quay|broadway)\b|(?:(?i:blvd|pkwy|hwy|tpke|ave|rd|ln|"
    r"cir|ter|trl|sq|plz|xing)|St|ST|Dr|(?<!BY )(?<!TO )(?<!PER )(?<!WITH )(?<!SEE )(?<!\.\s)DR|Ct|Pl|PL)\b\.?|"
    r"(?:Way|WAY|Loop|LOOP|Pike|Cove|Run|Row|Path|Bend|Ridge|"
    r"Crossing|Hollow|Wharf|Mews|Landing|Grove|Glen|Commons|Heights|Knoll|Bluff|Creek|Canyon|Trace|Meadows?|Walk|"
    r"Point|Pass|Vista|Gardens?|Estates|Park|Hill|Bypass|Bayou|Overlook)\b|(?<=[0-9]{2}\s)View\b)"
)
_UNIT = (
    r"(?:[,\s]{1,2}(?i:apt|apartment|suite|ste|unit|floor|fl|bldg|building|room|rm|lot|trailer|trlr|spc|space|"
    r"\#)\.?\s?\#?\s?(?i:[0-9]{1,5}-?[a-z]?|[a-z]-?[0-9]{0,4})\b)?"
)
_NAME = r"[A-ZÀ-ÖØ-Þ](?:[^\W\d_]|['’.\-]){0,25}"
_WAY = r"(?i:north|south|east|west)(?i:east|west)?"
# Of British post codes.
POST_AREAS = (
    "AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|FY|G|GL|GU|HA|HD|"
    "HG|HP|HR|HS|HU|HX|IG|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|"
    "RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
)
_ORDINAL_WORD = (
    r"(?i:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|last|final|rib|toe)"
)
_MILE = r"(?:,?\s(?i:at\s|near\s)?(?i:mile(?:\s?(?:marker|post))?|mm|exit)\s\#?[0-9]{1,3}\b)?"
_TIME = r"(?![AaPp]\.?\s?[Mm]\b)"
_STATES = "|".join([*STATES, *STATES.values()])

AT_NUMBERS = (
    form(
        "street",
        PhiType.LOCATION,
        0.9,
        rf"[0-9]{{1,6}}[A-Z]?(?:-[0-9]{{1,4}}|\s1/2|½)?,? {_TIME}(?:(?:[NSEW]{{1,2}}\.?|"
        rf"{_WAY}) )?(?:(?:{_NAME}(?<![A-Za-z]{{4}}\.)|"
        rf"[0-9]{{1,3}}(?i:st|nd|rd|th)|(?:of|the|de|la|del|los|las)) ){{1,4}}?{_KIND}(?: {_KIND})?(?: "
        rf"(?:[NSEW]{{1,2}}|{_WAY})\b)?{_UNIT}",
        then=" ,-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    ),
    # ``12 elm st``, written without capitals
    form(
        "street_lower",
        PhiType.LOCATION,
        0.75,
        rf"[0-9]{{1,6}}[a-z]?(?:-[0-9]{{1,4}}|\s1/2)? (?!(?:mile|block|time|day|week|month|year|hour|minute|min|"
        rf"feet|ft|foot|step|flight|car|"
        r"people|person|other|lane|way|story|unit|bed|room|of|in|on|to|and|or|x|yo|y|the|man|woman|male|"
        rf"female)s?\b)(?:[nsew]{{1,2}}\.? |(?:north|south|east|west) )?(?:(?!(?:at|of|in|on|to|and|or|the|with|"
        rf"from|per|by|for|an|his|her|ms)\s)[a-z]{{2,16}} |[0-9]{{1,3}}(?:st|nd|rd|th) ){{1,3}}?(?:street|avenue|"
        r"ave|road|rd|boulevard|blvd|lane|ln|drive|court|parkway|pkwy|highway|hwy|terrace|circle|(?:st|pl|ct|dr|cir|sq|way|place|"
        rf"pike|trail|trl|loop|ridge)(?=[,.;\n]|\sapt|\sunit|\s{{2}}|\Z))\b{_UNIT}",
        then=" -abcd",
    ),
    form(
        "street_block",
        PhiType.LOCATION,
        0.8,
        rf"[0-9]{{2,5}} (?:block of|[Bb]lk of) (?:(?:[NSEW]\.?|{_WAY}) )?{_NAME}(?: {_NAME}){{0,2}}",
        digits=(2, 5),
        then=" ",
    ),
    # ``991 Via Verde``, ``1200 Broadway``
    form(
        "street_unlike",
        PhiType.LOCATION,
        0.8,
        rf"[0-9]{{1,6}}[A-Z]?(?:\s1/2)? (?:(?:[NSEW]\.?|{_WAY}) )?(?:(?:Via|Vía|Calle|[Rr]ue|Camino|Avenida|Paseo|Alameda|"
        rf"Rua|Rancho|"
        r"Vista|Corte|Plaza|Circulo|Carretera|Arroyo|Villa|Mesa|Loma|Avenue|Route)(?: (?:de|del|la|las|los|el|of|"
        rf"the)){{0,2}}(?: {_NAME}){{1,3}}|Broadway|Embarcadero|Bowery){_UNIT}",
        then=" ",
    ),
    form(
        "street_numbered",
        PhiType.LOCATION,
        0.85,
        rf"[0-9]{{1,6}}\s(?:[NSEW]\.?\s)?(?:(?:(?:{_NAME}|to)\s){{0,4}}(?i:road|rd\.?|route|rte\.?|rt\.?|highway|"
        r"hwy\.?)|(?:(?i:fm|sr)|CR|(?<=[0-9]{{3}}\s)(?i:cr)|(?i:county\s(?:road|rd\.?|highway|hwy)|state\s(?:route|road|highway)|"
        rf"us\s(?:hwy|highway|route))))\s[0-9]{{1,4}}[A-Z]?\b(?:\s(?:[NSEW]{{1,2}}|{_WAY})\b)?{_UNIT}",
        then=" ",
    ),
    form(
        "street_ordinal",
        PhiType.LOCATION,
        0.75,
        r"[0-9]{1,3}(?i:st|nd|rd|th)\s(?:(?i:street|avenue|ave|boulevard|blvd)|St|Rd|Pl|Place|"
        r"Terrace)\b\.?(?:\s(?:clinic|office|campus|location|hospital|shelter|branch)\b)?",
        digits=(1, 3),
        then="snrtSNRT",
    ),
    # ``NE 14th Pl``: the direction says that it is a street
    form(
        "street_ordinal",
        PhiType.LOCATION,
        0.8,
        r"[0-9]{1,3}(?i:st|nd|rd|th)\s(?i:street|st|avenue|ave|boulevard|blvd|road|rd|place|pl|court|ct|lane|ln|way|drive|dr|terrace|ter)\b",
        digits=(1, 3),
        then="snrtSNRT",
        behind=r"(?<![\w.])(?:N|S|E|W|NE|NW|SE|SW|ne|nw|se|sw)\.?\s",
    ),
    form(
        "street_corner",
        PhiType.LOCATION,
        0.7,
        rf"[0-9]{{1,3}}(?:st|nd|rd|th)\s(?:and|&)\s{_NAME}|[0-9]{{1,3}}(?:ST|ND|RD|TH)\s(?:AND|&)\s(?!{_ORDINAL_WORD})[A-Z]{{3,20}}\b",
        digits=(1, 3),
        then="snrtSNRT",
        before=r"\b(?:at|near|of|(?-i:on)|corner)\s",
    ),
    # ``corner of Larch and 5th``, ``near Birch & 22nd``
    form(
        "street_corner",
        PhiType.LOCATION,
        0.7,
        r"[0-9]{1,3}(?i:st|nd|rd|th)(?![\w\-])"
        r"(?!\s(?i:rib|toe|finger|digit|nerve|ventricle|metatarsal|metacarpal|grade|day|week|month|time|dose))",
        digits=(1, 3),
        then="snrtSNRT",
        behind=r"(?:(?<=\b(?i:at) )|(?<=\b(?i:near) )|(?<=(?i:corner) )|(?<=(?i:corner of) )|(?<=(?i:intersection of) ))"
        rf"(?!{_ORDINAL_WORD})(?:{_NAME}\s)?(?:[A-Z][a-z]{{2,20}}|[A-Z]{{4,20}})\s(?:and|AND|&)\s",
    ),
    # A street of any kind, told by the flat behind it.
    form(
        "street_unit",
        PhiType.LOCATION,
        0.85,
        rf"[0-9]{{1,6}} {_NAME}(?: (?:de|del|la|las|los|el|of|the|{_NAME})){{0,4}},? (?i:apt|apartment|unit|ste|"
        rf"suite)\b\.? ?#?(?:[0-9]{{1,5}}-?[A-Z]?|[A-Z]-?[0-9]{{0,4}})\b",
        then=" ",
    ),
    # British post codes (``LS9 7TF``) and Canadian ones (``V1Y 1T2``), found at their second half.
    form(
        "post_code_british",
        PhiType.LOCATION,
        0.85,
        r"(?<=[0-9A-Z] )(?!1ST|2ND|3RD|[0-9](?:TH|HR|LB))[0-9][ABD-HJLNP-UW-Z]{2}(?![\w'’\-])",
        digits=(1, 1),
        then="ABDEFGHJLNPQRSTUWXYZ",
        behind=rf"(?<![\w.\-])(?:{POST_AREAS})[0-9][0-9A-Z]? ",
    ),
    form(
        "post_code_canadian",
        PhiType.LOCATION,
        0.85,
        r"(?<=[0-9][A-Z] )[0-9][A-Z][0-9](?![\w'’\-])",
        digits=(1, 1),
        then="ABCEGHJKLMNPRSTVWXYZ",
        behind=r"(?<![\w.\-])(?:(?:BC|AB|SK|MB|ON|QC|NB|NS|PE|NL|YT|NT|NU),?\s{1,2})?[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z] ",
    ),
    # ``Goethestr. 112``, ``Robert-Koch-Straße 4 a``
    form(
        "street_german",
        PhiType.LOCATION,
        0.85,
        r"(?:(?<=str\. )|(?<=Str\. )|(?<=Straße )|(?<=Platz )|(?<=Allee )|(?<=Weg )|(?<=straße )|(?<=strasse )|"
        r"(?<=platz )|(?<=allee )|(?<=gasse )|(?<=weg )|(?<=damm )|"
        r"(?<=[a-zäöüß] )(?=[0-9]{1,4}(?: ?[a-h])?,?\s{1,2}(?:D-)?[0-9]{5}\s[A-ZÄÖÜ]))[0-9]{1,4}(?: ?[a-h])?(?![\w.%/])",
        digits=(1, 4),
        behind=rf"(?<![\w\-])(?:{_NAME}\s)?[A-ZÄÖÜ][^\W\d_]{{1,24}}(?:-[A-ZÄÖÜ][^\W\d_]{{1,24}}){{0,3}}\.?\s",
    ),
    form(
        "zip_plus_four", PhiType.LOCATION, 0.7, r"[0-9]{5}-[0-9]{4}(?![0-9A-Za-z]|[.\-/][0-9])", digits=(5, 5), then="-"
    ),
    form(
        "zip_behind",
        PhiType.LOCATION,
        0.85,
        r"[0-9]{5}(?:-[0-9]{4})?(?![0-9A-Za-z]|[.\-/][0-9])",
        digits=(5, 5),
        before=rf"(?:\b(?:{_STATES})\b\.?,?\s{{1,4}}|\b(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|blvd|court|"
        rf"ct|way|apt\.?\s?[0-9]{{1,4}}[a-z]?|unit\s[0-9]{{1,4}}),\s)",
    ),
    # ``Lindenstr. 14, 06120 Halle``
    form(
        "zip_behind",
        PhiType.LOCATION,
        0.8,
        r"[0-9]{5}(?=\s[A-ZÄÖÜ][a-zäöüß])",
        digits=(5, 5),
        then=" ",
        before=r"(?:str|straße|strasse|platz|allee|weg|gasse|damm|ring)\.?\s[0-9]{1,4}(?:\s?[a-h])?,\s{1,2}",
    ),
    form(
        "zip_of_city",
        PhiType.LOCATION,
        0.75,
        r"[0-9]{5}(?:-[0-9]{4})?(?![0-9A-Za-z]|[.\-/][0-9]|,[0-9]{3})",
        digits=(5, 5),
        before=r"[a-z]\s",
        accepts=follows_a_city,
    ),
)

AT_WORDS = (
    form(
        "po_box",
        PhiType.LOCATION,
        0.95,
        r"(?:p\.?\s?o\.?\s?b(?:ox)?\.?|post\soffice\sbox|pob|pmb|(?:rr|hc|psc|rural\sroute)\s?\#?[0-9]{1,3},?\sbox)"
        r"\s?\#?\s?[0-9]{1,7}(?![0-9])|general\sdelivery(?=,\s[A-Za-z])",
        words="po p.o p post pob pmb rr hc psc rural general",
        ignore_case=True,
    ),
    # ``corner of Larch and Birch``, ``intersection of Larch St & 5th``
    form(
        "street_corner",
        PhiType.LOCATION,
        0.7,
        r"(?i:corner|intersection)\s(?:(?i:of)\s)?(?P<phi>(?!(?:Left|Right|Mouth|Lip|Eye)\b)[A-Z][a-z]{2,20}"
        r"(?:\s(?:St|Ave|Rd|Blvd|Street|Avenue|Road)\b\.?)?\s?(?:and|&|/)\s?(?:[A-Z][a-z]{2,20}|[0-9]{1,3}(?:st|nd|rd|th)))\b",
        words="corner intersection",
    ),
    form(
        "state_labelled",
        PhiType.LOCATION,
        0.85,
        rf"(?i:state)[ \t]{{0,4}}[:=][ \t]{{0,8}}(?P<phi>{ABBREVIATIONS})(?![\w.])",
        words="state",
    ),
    form(
        "zip_labelled",
        PhiType.LOCATION,
        0.95,
        r"zip(?:\s?codes?)?(?:\sis)?[\s:#=|]{1,16}(?P<phi>[0-9]{5}(?:-[0-9]{4})?)(?![0-9])",
        words="zip zipcode",
        ignore_case=True,
    ),
    form(
        "zip_area",
        PhiType.LOCATION,
        0.8,
        r"(?:area|postal\scode|zone|excludes|covers|serves)\s?:?\s(?P<phi>[0-9]{5}(?:-[0-9]{4})?)(?![0-9])",
        words="area postal zone excludes covers serves",
        ignore_case=True,
    ),
    # ``Plot 88, Sector 14``, ``Flat 2, 7 Station Approach``, ``RR#3, Site 12``
    form(
        "street_flat",
        PhiType.LOCATION,
        0.8,
        r"(?:Flat|FLAT|Plot|PLOT|House|HOUSE|Door|DOOR|Unit|UNIT|H\.?\s?No|D\.?\s?No|RR|R\.R\.|Site|SITE|Lot|LOT|Villa|VILLA)\.?"
        r"(?:\s[Nn]o\.?)?\s?#?[0-9]{1,4}[A-Za-z]?(?:[-/][0-9]{1,4}){0,3}"
        rf"(?:,\s(?:(?:Sector|SECTOR|Phase|PHASE|Block|BLOCK|Site|SITE|Comp|COMP|Box|BOX|Floor)\.?\s#?[0-9A-Z]{{1,5}}|[0-9]{{1,4}}[A-Za-z]?\s"
        rf"{_NAME}(?:\s{_NAME}){{0,3}})){{1,3}}\b",
        words="flat plot house door unit h.no h_no d.no d_no rr r.r site lot villa",
    ),
    # ``Am Markt 3a, 48149 Münster``
    form(
        "street_german_at",
        PhiType.LOCATION,
        0.8,
        rf"(?:Am|An\sde[rmn]|Im|In\sder|Auf\sde[rm]|Zu[rm]|Unter\sden|Hinter\sde[rmn]|Alte[rs]?|Neue[rs]?|Große|Kleine)\s{_NAME}(?:\s{_NAME})?\s"
        r"[0-9]{1,4}\s?[a-h]?(?=,?\s{1,2}(?:D-)?[0-9]{5}\s[A-ZÄÖÜ])",
        words="am an im in auf zur zum unter hinter alte alter altes neue neuer neues große kleine",
    ),
    form(
        "highway",
        PhiType.LOCATION,
        0.75,
        r"(?:Highway|Hwy\.?|County\s(?:Road|Rd\.?|Highway|Hwy)|State\s(?:Route|Road|Highway)|Interstate|Route|Rte\.?|"
        r"Rural\sRoute|US\s(?:Highway|Hwy|Route)|US-?|(?<=[nfg]\s)I-(?!1(?:23|25|31)\b))\s?(?:[0-9]{1,4}[A-Z]?)\b(?!\.[0-9])"
        rf"{_MILE}",
        words="highway hwy county state interstate route rte rural us i",
        before=r"\b(?:on|off|along|near|at|of|from|to|down|via|:)\s|\d\s|[,(]\s?",
    ),
    # ``I-88 at the Ellery exit``, ``FM 1189``, ``mile marker 41``: no iodine, no flow
    form(
        "highway",
        PhiType.LOCATION,
        0.75,
        r"I-(?!1(?:23|25|31)\b)[0-9]{1,3}(?=,?\s(?i:at|near|exit|mile|mm|ramp|n|s|e|w|[nsew]b|north|south|east|west|(?:north|south|east|west)bound)\b)|"
        r"(?:FM\s(?:(?<=\bon\sFM\s)|(?<=\boff\sFM\s)|(?<=\bnear\sFM\s)|(?=[0-9]{4}))|RM\s(?=[0-9]{4}))[0-9]{3,4}(?![\w%/]|[.-][0-9]|\s?(?i:ml|cc|mg|hz|mhz|l)\b)"
        rf"{_MILE}|"
        r"(?i:mile\s?(?:marker|post)|milepost)\s\#?[0-9]{1,3}(?:\.[0-9])?(?![\w%])",
        words="i fm rm mile milemarker milepost",
    ),
    # ``Ellery State Park, site 12``, ``Larch RV park lot 9``
    form(
        "place_in_park",
        PhiType.LOCATION,
        0.75,
        r"(?:site|lot|space|spc|trailer|cabin)\s\#?[0-9]{1,3}[A-Z]?\b",
        words="site lot space spc trailer cabin",
        ignore_case=True,
        before=r"\b(?:park|campground|campsite|court|estates|village|camp|koa|marina),?\s",
    ),
    # ``TX Lic. 4471``, ``license (TX 20448)``: the state that gave it
    form(
        "state_of_licence",
        PhiType.LOCATION,
        0.75,
        r"[Ll]ic(?:en[cs]e)?\b|LIC(?:EN[CS]E)?\b|DL\b",
        words="lic license licence dl",
        behind=rf"(?<![\w.,])(?P<phi>(?!MD|DC|PA|ID)(?:{ABBREVIATIONS}))\s(?:(?i:medical|nursing|driver['’]?s?|board)\s)?",
    ),
    form(
        "state_of_licence",
        PhiType.LOCATION,
        0.75,
        rf"(?i:lic(?:en[cs]e)?|dl)\b\.?(?:\s(?i:no|number))?[\s:#.,(-]{{1,4}}(?P<phi>{ABBREVIATIONS})[\s#:-]{{1,3}}(?=[A-Z]?[0-9]{{4}})",
        words="lic license licence dl",
    ),
    # ``One Hospital Drive``
    form(
        "street_in_words",
        PhiType.LOCATION,
        0.8,
        rf"(?:One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten) (?:{_NAME} ){{1,3}}?(?:Street|Avenue|Road|Boulevard|"
        rf"Drive|Lane|Court|Circle|Place|Parkway|Plaza|Way|Square)\b{_UNIT}",
        words="one two three four five six seven eight nine ten",
    ),
    form(
        "address_labelled",
        PhiType.LOCATION,
        0.8,
        r"(?i:address|addr|residence|lives\sat|resides\sat|residing\sat|living\sat|dispatched\sto|home\saddress|"
        r"evicted\sfrom|moved\sto|mailed\sto|staying\sat|(?:pick\s?up|mailing|street|home)(?=:))(?i:\sis|"
        rf"\sverified|\son\sfile)?[\s:|]{{1,24}}(?P<phi>[0-9]{{1,6}}[A-Z]? (?:(?:[NSEW]\.?|{_WAY}) "
        rf")?{_NAME}(?: {_NAME}){{0,3}}(?<![a-z]{{4}}\.){_UNIT})",
        words="address addr residence lives resides residing living pickup pick dispatched mailing home evicted "
        "moved mailed staying street",
    ),
    form(
        "street_name",
        PhiType.LOCATION,
        0.75,
        r"(?:Street|Avenue|Boulevard|Lane|Road|Drive|Parkway|Highway|Blvd|Ave)\b",
        words="street avenue boulevard lane road drive parkway highway blvd ave",
        behind=r"(?:[A-Z][a-z'’]{1,20}\s){1,3}",
    ),
)
