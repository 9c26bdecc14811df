"""Social security numbers, and what is a number or a code of something by its shape."""

from transforms.deidentify.forms import form
from transforms.deidentify.locations import STATES
from transforms.deidentify.number_parts import END, GROUPS, NO_UNIT, is_no_catalogue
from transforms.deidentify.written_names import follows_a_city, is_surnames_initial
from transforms.records import PhiType

# Behind these five digits are counted, measured, paid, or a procedure's; or the word is none that labels anything.
_EXPLAINS = (
    "codes?|procedures?|services?|cpt4|hcpcs|counts?|platelets?|cells?|copies|load|titers?|titres?|levels?|peak(?:ed)?|probnp|ferritin|"
    "lipase|amylase|myoglobin|dimer|neutrophils|lymphocytes|leukocytes|steps|total|times?|paid|owes|cost|income|salary|charges?|"
    "epinephrine|dilution|visits?|billed|with|from|than|over|about|around|nearly|roughly|approximately|almost|until|that|this|were|"
    "been|have|only|another|between|some|into|which|reached|walked|suite"
)

# Ends of the names of files that are kept of somebody.
_FILES = (
    "dss ds2 dct wav mp3 mp4 m4a vox wma pdf doc docx rtf txt xml hl7 jpg jpeg png gif tif tiff bmp heic dcm mov avi xls xlsx "
    "csv eml msg zip"
)


def _is_no_zip_code(text: str, start: int) -> bool:
    return is_no_catalogue(text, start) and not follows_a_city(text, start)


AT_NUMBERS = (
    # ``PT: Ames,Pat 4471``: the last four, as veterans are filed
    form(
        "ssn_four_of_patient",
        PhiType.SSN,
        0.76,
        r"[0-9]{4}(?=[ \t]*(?:\n|\Z))",
        digits=(4, 4),
        before=r"\b(?:pt|patient|veteran|name)\s?:\s?(?-i:[A-Z])[\w'’-]{1,20},\s?(?-i:[A-Z])[\w'’-]{1,20}(?:\s[a-z]\.?)?\s{1,4}",
    ),
    form(
        "ssn",
        PhiType.SSN,
        0.95,
        r"[0-9]{3}(?P<sep>[\-–. ])[0-9]{2}(?P=sep)[0-9]{4}(?![0-9]|[.\-/][0-9])",
        digits=(3, 3),
        then="-–. ",
    ),
    form(
        "id_medicare",
        PhiType.ID,
        0.9,
        r"[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9][- ]?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9][- ]?"
        r"[AC-HJKMNP-RT-Y]{2}[0-9]{2}(?![0-9A-Za-z])",
        digits=(1, 1),
        then="ACDEFGHJKMNPQRTUVWXY",
    ),
    # Joined by hyphens: not years, hours of a shift, a drug's code or a procedure's with its modifier.
    form(
        "id_dashed",
        PhiType.ID,
        0.6,
        r"(?<![0-9]-)(?<!CPT\s)(?<!code\s)(?<!NDC\s)(?<!NDC:\s)(?<!NDC#\s)(?<!ndc\s)(?<!normal\s)(?!(?:19|"
        rf"20)[0-9]{{2}}-(?:(?:19|20)[0-9]{{2}}|[0-9]{{2}})(?![0-9\-]))(?!(?:[01][0-9]|"
        rf"2[0-4])[0-5][0-9]-(?:[01][0-9]|2[0-4])[0-5][0-9](?![0-9\-]))(?![0-9]{{5}}-(?:2[0-9]|5[0-9]|7[6-9]|8[0-2]|"
        rf"9[0-9])(?![0-9\-]))(?:(?=[0-9\-]{{8}})[0-9]{{2,14}}(?:-[0-9]{{2,8}}){{1,4}}|"
        rf"[0-9]{{2}}-[0-9]{{4}}){END}{NO_UNIT}",
        digits=(2, 14),
        then="-",
        accepts=is_no_catalogue,
    ),
    form(
        "id_digits",
        PhiType.ID,
        0.6,
        rf"(?![0-9]{{3,6}}0{{3}}(?![0-9]))[0-9]{{6,24}}(?<!0{{5}})(?![0-9]|,[0-9]{{3}}|\.[0-9])(?![A-Za-z]){NO_UNIT}",
        digits=(6, 20),
        accepts=is_no_catalogue,
    ),
    # ``35.922047``: a licence, or a place on the map; nothing is measured so finely
    form("id_decimals", PhiType.ID, 0.6, r"[0-9]{2}\.[0-9]{6}(?![0-9])", digits=(2, 2), then="."),
    # ``00123``: what begins with noughts is no quantity.
    form("id_noughts", PhiType.ID, 0.6, rf"00[0-9]{{3}}{END}{NO_UNIT}", digits=(5, 5)),
    form(
        "id_mixed",
        PhiType.ID,
        0.6,
        r"(?:[0-9]{5,14}[A-Z]{1,3}[0-9]{0,12}|[0-9]{4}[A-Z]{1,3}[0-9]{4,12})(?![0-9A-Za-z])(?<![0-9]U)(?<!UI)",
        digits=(4, 14),
        then="ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        accepts=is_no_catalogue,
    ),
    # ``19-41498-P``, ``16-S1-17202``: of a meter, of a specimen
    form("id_mixed_dashed", PhiType.ID, 0.7, rf"[0-9]{{2}}-[0-9]{{4,6}}-[A-Z]{{1,2}}{END}", digits=(2, 2), then="-"),
    form("id_specimen", PhiType.ID, 0.75, rf"[0-9]{{2}}-[A-Z][0-9]-[0-9]{{4,7}}{END}", digits=(2, 2), then="-"),
    # ``0331:C00921S``: the day and the number of a specimen
    form(
        "id_specimen",
        PhiType.ID,
        0.75,
        rf"[0-9]{{4}}:[A-Z]{{1,3}}[0-9]{{4,7}}[A-Z]{{0,2}}{END}",
        digits=(4, 4),
        then=":",
    ),
    # ``GP/21/0331``
    form(
        "id_slashed",
        PhiType.ID,
        0.65,
        rf"[0-9]{{2,4}}/(?!(?:19|20)[0-9]{{2}}(?![0-9]))[0-9]{{4,7}}{END}",
        digits=(2, 4),
        then="/",
        behind=r"(?<![\w/.])[A-Z]{2,5}/",
    ),
    # ``receipt 55391``: what no word before it explains, no measure, code or count
    form(
        "id_labelled_five",
        PhiType.ID,
        0.5,
        rf"(?![0-9]{{3}}00|99[2-4])[0-9]{{5}}{END}(?!,[0-9]){NO_UNIT}",
        digits=(5, 5),
        before=rf"(?:\A|[^a-z])(?!(?:{_EXPLAINS})\b)(?-i:[a-z]{{4,20}})[.:]?[ \t]{{1,4}}",
        accepts=_is_no_zip_code,
    ),
    # ``25-B-3756``, ``79-V-541969``
    form(
        "id_mixed_dashed",
        PhiType.ID,
        0.7,
        rf"[0-9]{{2,4}}-[A-Z]{{1,3}}-?[0-9]{{3,8}}{END}",
        digits=(2, 4),
        then="-",
        accepts=is_no_catalogue,
    ),
    form(
        "id_card",
        PhiType.ID,
        0.8,
        r"[0-9]{4} (?:[0-9]{4} [0-9]{4} [0-9]{4}(?: [0-9]{1,4})?|[0-9]{6} [0-9]{5})(?! ?[0-9]|[/.,][0-9])",
        digits=(4, 4),
        then=" ",
    ),
    # ``1 85 05 78 006 084 36``: France's, with the year and the month of birth
    form(
        "id_nir",
        PhiType.ID,
        0.85,
        r"[12] [0-9]{2} (?:0[1-9]|1[0-2]) [0-9][0-9AB] [0-9]{3} [0-9]{3}(?: [0-9]{2})?(?! ?[0-9]|[/.,][0-9])",
        digits=(1, 1),
        then=" ",
    ),
    form(
        "id_groups",
        PhiType.ID,
        0.6,
        r"[0-9]{3} [0-9]{3} [0-9]{3}(?! ?[0-9]|[/.,][0-9]|\s?(?:mg|ml|cal))",
        digits=(3, 3),
        then=" ",
        before=r"(?:\A|[^0-9\s,/.]\s{0,30}|\n\s?[0-9]{1,2}\.\s|\s{4})",
    ),
    form(
        "id_plate_shape",
        PhiType.ID,
        0.7,
        r"[1-9][A-Z]{3}[0-9]{3}(?![0-9A-Za-z])",
        digits=(1, 1),
        then="ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    ),
    # ``28364 (Arizona)``: a licence and who granted it
    form(
        "id_licence",
        PhiType.ID,
        0.7,
        rf"[0-9]{{4,8}}(?=\s\((?i:{'|'.join(STATES.values())})\))",
        digits=(4, 8),
        then=" ",
    ),
    # ``07 82 96    3 19 48``: filed by its last pair, the day of birth beside it
    form(
        "id_pairs",
        PhiType.ID,
        0.7,
        r"[0-9]{2,3} [0-9]{2} [0-9]{2}(?=[ \t]{2,12}[0-9]{1,2} [0-9]{1,2} (?:19|20)?[0-9]{2}(?![0-9]))",
        digits=(2, 3),
        then=" ",
        before=r"(?:\A|\n)[ \t]{0,8}",
    ),
    # The first column of a table.
    form(
        "id_column",
        PhiType.ID,
        0.7,
        r"(?P<phi>[0-9]{5,12})(?:\s?\||\t)",
        digits=(5, 12),
        then=" |\t",
    ),
)

AT_WORDS = (
    # ``AB_0331_0912.wav``
    form(
        "id_file",
        PhiType.ID,
        0.75,
        r"[A-Za-z0-9]+(?![\w-]|\.\w)",
        words=_FILES,
        ignore_case=True,
        behind=r"(?<![\w.@-])(?=[A-Za-z._-]{0,40}[0-9](?:[A-Za-z._-]{0,12}[0-9]){2})[\w.-]{3,56}\.",
    ),
    form(
        "ssn_labelled",
        PhiType.SSN,
        0.95,
        r"(?:ssn|ss\s?(?:\#|no\b\.?|num\b)|s\.s\.n?\.?|social\ssecurity|soc\.?\ssec\.?|"
        r"social(?=[\s:\#]{1,3}[0-9Xx*]{3}[\- ]))(?:\s(?:number|no\.?|num|\#))?\s?(?:\(?(?:last\s(?:four|"
        r"4)(?:\sdigits)?|l4)\)?)?(?:\s(?:is|of|ends?(?:\s(?:in|with))?|ending(?:\s(?:in|with))?|verified\sas|"
        r"xxx-xx))?[\s:\#=.|_*\-–]{0,24}(?P<phi>[0-9Xx*\#]{3}[\-\s–.]?[0-9Xx*\#]{2}[\-\s–.]?[0-9]{4}|"
        r"[0-9]{4})(?![0-9])",
        words="ssn ss s.s s.s.n social soc",
        ignore_case=True,
    ),
    form(
        "ssn_last_four",
        PhiType.SSN,
        0.9,
        r"(?:last\s?(?:four|4)(?:\s(?:digits))?(?:\s(?:of\s)?(?:ssn|ss\#?|social(?:\ssecurity)?(?:\snumber)?))?|l4|"
        r"veteran:\s[A-Z][\w'’\-]{1,24}\s/)(?:\s(?:is|are|:))?[\s:\#=,]{1,3}(?P<phi>[0-9]{4})(?![0-9])",
        words="last last4 l4 veteran",
        ignore_case=True,
    ),
)

AT_TOKENS = (
    form(
        "id_udi",
        PhiType.ID,
        0.9,
        r"\(01\)\s?[0-9]{14}(?:\s?\([0-9]{2}\)\s?[0-9A-Z]{1,20}){0,4}",
        gates="parenthesis",
    ),
    form(
        "ssn_masked", PhiType.SSN, 0.95, r"[xX*#]{3}[\-–\s][xX*#]{2}[\-–\s](?P<phi>[0-9]{4})(?![0-9])", gates="masked"
    ),
    form(
        "id_vin",
        PhiType.ID,
        0.9,
        r"(?=[A-Z]{0,10}[0-9])(?=[0-9]{0,10}[A-Z])[A-HJ-NPR-Z0-9]{17}(?![0-9A-Za-z])",
        gates="digits extension pair",
    ),
    # ``AMES,PAT   A4471``: the surname's initial and the last four, as veterans are filed
    form(
        "id_initial_and_four",
        PhiType.ID,
        0.75,
        rf"[A-Z]-?[0-9]{{4}}{END}",
        gates="digits",
        accepts=is_surnames_initial,
    ),
    # ``W8590 54 230164``: number of a donation of blood (ISBT 128, 2.4.3)
    form(
        "id_donation",
        PhiType.ID,
        0.8,
        r"[A-Za-z][0-9]{4} [0-9]{2} [0-9]{6}(?: [0-9A-Z](?![\w'’.-]))?(?![0-9A-Za-z]|[/.:][0-9])",
        gates="digits",
    ),
    # ``SP59:L98365``: of a specimen
    form(
        "id_specimen",
        PhiType.ID,
        0.75,
        r"[A-Z]{1,3}-?[0-9]{2}[:\-][A-Z]{0,2}[0-9]{4,7}(?:[\-.][0-9A-Z]{1,3})?(?![0-9A-Za-z])",
        gates="digits extension",
    ),
    # Letters and a long number written as one: ``AB1234567``, ``S21-12345``, ``MRN00123``.
    form(
        "id_code",
        PhiType.ID,
        0.7,
        r"(?!NCT|PMID|PMC|ISO|ICD|CPT|COVID|RBC|WBC|NDC|LOINC|RXCUI|"
        r"SNOMED|[ACGT][0-9]{5}[ACGT](?![0-9A-Z]))(?:[A-Z]{1,5}(?:[0-9]{2,4})?-?[0-9]{5,15}[A-Z]{0,2}(?:-[0-9]{1,4})?|"
        r"[A-Z]{1,2}[0-9]{4}[A-Z]{2})(?![0-9A-Za-z])",
        gates="digits extension",
        accepts=is_no_catalogue,
    ),
    form(
        "id_code_lower",
        PhiType.ID,
        0.6,
        r"(?!nct|nda|ind)[a-z]{1,3}-?[0-9]{6,12}[a-z]?(?![0-9A-Za-z])",
        gates="digits extension",
    ),
    # ``GB93PITW55383148579181``: letters and digits of an account, a licence, a bar code.
    form(
        "id_long_code",
        PhiType.ID,
        0.7,
        r"(?=(?:[A-Z]{0,8}[0-9]){4})(?=[0-9]{0,12}[A-Z])[A-Z0-9]{10,34}(?![0-9A-Za-z])",
        gates="digits extension pair",
    ),
    form(
        "id_code_dashed",
        PhiType.ID,
        0.65,
        r"(?!COVID|SARS|ICD|CPT|(?:WBC|RBC|CPK|LDH?|ALT|AST|SGOT|SGPT|SPGT|GGTP?|HGB|HCT|PLTS?|ESR|BUN|CK|BNP|ALP|"
        r"TSH|ANC|AFP|CEA|PSA|CRP|HCG|LDL|BS|FBS|VL|IGE)-[0-9]{3,6}(?![0-9A-Z\-]))(?:[A-Z]{1,4}[0-9]{0,4}"
        r"(?:-[A-Z0-9]{2,6}){0,4}-[0-9]{4,12}(?:-[0-9A-Z]{2,6}){0,2}|[A-Z]{1,2}[0-9]{2}-[0-9]{3,6}|"
        r"[A-Z][0-9]{2,3}(?:-[0-9]{1,4}){3,4})(?![0-9A-Za-z])",
        gates="digits pair",
        accepts=is_no_catalogue,
    ),
    form(
        "id_hash",
        PhiType.ID,
        0.7,
        r"(?<![Mm]odel)(?<![Mm]odel\s)(?<!MODEL\s)(?<![Pp]roduct\s)(?<![Ii]mage\s)(?<![Ii]mages\s)(?<![Ss]eries\s)"
        r"(?<![Cc]at\s)(?<![Cc]atalog\s)(?<!REF\s)(?<![Pp]art\s)(?<!NDC)(?<!NDC\s)(?<![Cc]ode\s)(?<!CPT\s)"
        rf"#[:\s]{{0,3}}(?P<phi>{GROUPS}|(?![0-9]{{1,3}}-[0-9]{{1,3}}(?![0-9\-]))(?=(?:[A-Z\-]{{0,4}}[0-9]){{4}})"
        rf"[A-Z0-9](?:[A-Z0-9]|-(?=[A-Z0-9])){{3,20}})(?![0-9A-Za-z]|/[0-9]){NO_UNIT}",
        gates="hash",
        accepts=is_no_catalogue,
    ),
)
