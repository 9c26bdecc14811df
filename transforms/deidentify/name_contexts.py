"""What stands before and after names in notes: titles, labels of header fields, signatures, relatives, credentials.

``MARKS`` begin at one of their words and end where a name begins; ``CREDENTIALS`` begin where a name ends.
"""

import re

from transforms.deidentify.forms import Form, form, words
from transforms.deidentify.lexicon import lexicon
from transforms.records import PhiType

_I = re.IGNORECASE
_NEXT_CAPITAL = r"(?=[\"“'(]?[A-ZÀ-ÖØ-Þ])"
_TITLES = r"(?:Drs?|Mr|Mrs|Ms|Miss|Prof|Doctor)\b\.?\s"

_LABELS = (
    r"patient(?:['’]?s)?(?:\sname)?|pt\.?(?:['’]s)?(?:\sname)?|name(?:\sof\s(?:patient|child|infant|mother|father|"
    r"guardian|provider|physician))?|"
    r"(?:full|legal|first|last|middle|maiden|preferred|client|given|family)\s(?:name|surname)|surname|"
    r"client(?:\sname)?|member(?:\sname)?|"
    r"(?:attending|admitting|referring|consulting|ordering|treating|discharging|primary|covering|supervising|"
    r"rendering|family|"
    r"operating|requesting|performing|interpreting|reading|emergency|ed|er|responsible|collaborating)"
    r"(?:\s(?:care\s)?(?:physicians?|providers?|doctors?|md|m\.d\.|surgeons?|cardiologist|radiologist|clinicians?|"
    r"nurse|attending))?(?:\s?\(s\))?(?:\sname)?|"
    r"(?:first|second|co-?|assistant|asst)\s?surgeon|surgeons?|assistants?|anesthesiologists?|anesthetist|"
    r"physicians?|providers?|doctors?|pcp|"
    r"resident(?:\sphysician)?|fellow|intern|rn|nurse(?:\spractitioner)?|np|pa-c|charge\snurse|scrub(?:\snurse)?|"
    r"circulator|"
    r"radiologist|cardiologist|pathologist|oncologist|neurologist|psychiatrist|psychologist|therapist|"
    r"technologist|technician|"
    r"tech|pharmacist|dentist|dietitian|social\sworker|case\smanager|counselor|interpreter|translator|"
    r"attn|attention|author|scribe|transcriptionist|transcriber|dictator|"
    r"(?:emergency\s)?contact(?:\sperson|\sname)?|next\sof\skin|nok|guardian|guarantor|subscriber|insured|"
    r"policy\s?holder|"
    r"responsible\sparty|caregiver|informant|historian|witness(?:ed)?|spouse|partner|wife|husband|mother|father|son|"
    r"daughter|sister|brother|parents?|mom|dad|health\scare\sproxy|proxy|poa|hcp|power\sof\sattorney|decision\smaker|"
    r"(?:dictated|transcribed|signed|electronically\ssigned|e-?signed|authenticated|reviewed|verified|approved|"
    r"ordered|"
    r"prepared|entered|performed|interpreted|read|reported|documented|written|completed|recorded|referred|seen|"
    r"examined|"
    r"evaluated|collected|requested|scribed|edited|typed|attested|cosigned|co-signed|authored|administered|"
    r"assisted|d)\sby"
)
_LABEL_WORDS = (
    "patient patient's patient’s patients pt pt's name full legal first last middle maiden preferred client "
    "given family surname member attending admitting referring consulting "
    "ordering treating discharging primary covering supervising rendering operating requesting performing "
    "interpreting reading emergency ed er "
    "responsible collaborating second co co-surgeon assistant asst surgeon surgeons assistants anesthesiologist "
    "anesthesiologists anesthetist physician "
    "physicians provider providers doctor doctors pcp resident fellow intern rn nurse np pa-c charge scrub "
    "circulator radiologist cardiologist pathologist "
    "oncologist neurologist psychiatrist psychologist therapist technologist technician tech pharmacist dentist "
    "dietitian social case counselor interpreter "
    "translator attn attention author scribe transcriptionist transcriber dictator contact next nok guardian "
    "guarantor subscriber "
    "insured policy policyholder caregiver informant historian witness witnessed spouse partner wife husband "
    "mother father son daughter sister brother parent "
    "parents mom dad health proxy poa hcp power decision dictated transcribed signed electronically e-signed "
    "esigned authenticated reviewed verified approved "
    "ordered prepared entered performed interpreted read reported documented written completed recorded referred "
    "seen examined evaluated collected requested "
    "scribed edited typed attested cosigned co-signed authored administered assisted d"
)
_DONE = (
    r"(?:dictated|transcribed|signed|authenticated|reviewed|verified|approved|ordered|prepared|entered|performed|"
    r"interpreted|documented|"
    r"referred|seen|examined|evaluated|followed|managed|treated|accompanied|attended|attested|authored|"
    r"administered|consulted|"
    r"operated\son|delivered|scribed|cared\sfor|recommended|prescribed|assisted|supervised|in|raised|adopted|"
    r"given|reported|requested|"
    r"sent|called|admitted|diagnosed|visited|up|counseled|interviewed)"
)
_KIN = (
    "wife husband spouse partner fiance fiancé fiancee fiancée son daughter mother father sister brother mom dad "
    "mum aunt uncle niece nephew cousin friend "
    "boyfriend girlfriend neighbor neighbour roommate caregiver caretaker guardian parent parents children sons "
    "daughters child twin twins sibling "
    "siblings in-law significant_other caseworker manager worker nurse aide attorney boss teacher therapist counselor "
    "pharmacist doctor physician "
    "surgeon cardiologist neurologist oncologist dentist provider pcp stepmother stepfather stepson stepdaughter "
    "stepbrother stepsister grandmother grandfather grandson "
    "granddaughter grandchild godmother godfather buddy foreman coworker co-worker classmate landlord"
)
KIN_WORDS = words(_KIN)
_INTRODUCED = (
    "this_is that_is "
    "i_am i'm i’m known_as a.k.a aka be_called "
    "discussed_with consulted_with paged notified informed contacted "
    "follow-up_with follow_up_with "
    "followup_with followed_up_with follows_with follows_up_with referred_to seen_with per call called asked "
    "thank thanks thank_you appointment_with visit_with return_to "
    "husband_of wife_of son_of daughter_of mother_of father_of care_of service_of office_of case_of ref hi hello "
    "hey morning afternoon evening bye okay alright attention attn "
    "all_right welcome welcome_back tell_me so under visited like"
)
_TOLD = (
    "ask_for moved_in_with moving_in_with lives_with lived_with stays_with staying_with married_to engaged_to dating "
    "my_name_is his_name_is her_name_is patient's_name_is child's_name_is baby's_name_is named nicknamed goes_by spoke_with "
    "spoke_to talked_with talked_to"
)
_TOLD_HERE = "|".join(_TOLD.replace("'", "['’]").replace("_", r"\s").split())
_INTRODUCED_HERE = "|".join(_INTRODUCED.replace(".", r"\.").replace("_", r"\s").split())
_PEOPLE = (
    "patient client veteran infant neonate baby baby_boy baby_girl pt pt. resident child subject member "
    "gentleman lady woman man boy girl male female "
    "individual person"
)

# Behind these stand no names in full: letter by letter, or initials.
SPELLED = "name_spelled"
INITIALS = "name_initials"
# Behind these stand names without capitals.
LOWER = "name_lower"
# Behind these a name that is a word is one where a verb of people follows.
ROLE = "name_role"
RELATIVE = "name_relative"
# Two to four letters that are a profession or a service; and these and others that are nobody's initials: departments, tests,
# findings, routes, words.
_SERVICES = (
    "md do rn np pa pt ot rd dr mr rt sw cm ma gp pcp pmd dds phd slp lpn lvn cna crna cnm msw fnp aprn emt pct hha mas pts "
    "ed er or ir ep id gi gu ob gyn ent ems icu ccu cvu nsu onc nsg him it pd fd va cps aps dcf dss dhs cdc fda vir vns cts "
    "ctc irb pmr vat rrt "
)
NO_INITIALS = words(
    _SERVICES
    + "ct cta mra mri xr us tte tee ekg ecg eeg emg cxr kub pet egd pft abg vbg lp bal pcr ihc eia ngs afb rpr "
    "dsm icd cpt dre mar emr ehr inr ppd a1c lab labs bmp cbc cmp cva tia bun crp esr wbc hgb hct plt ptt ua bnp tsh lft "
    "lfts psa rbc ef gfr auc bmi bsa fs bp hr rr wt ht hd tb fu dc dd dt pe ii iii iv vi im po sl sq pr ng ngt og gt gtt "
    "peg picc npo prn bid tid qid qd qhs asa chg abx ivf ns adm los pod lmp edc edd ega exp dob doa dol dos doe dod doi dor dov "
    "cc re vs dx rx hx tx fx sx nkda nka wnl nad nil end yes sob htn dm cad chf ckd uti dvt mi hpi ros pmh psh fhx shx dnr dni "
    "ama cns icp cvp scd scds xrt chemo rom adl nwb wbat uop bm rll lll rul lul ruq luq rlq llq meds cv heent ext abd neuro "
    "resp ap lat xyz abc xx xxx am pm est edt cst cdt mst pst pdt utc gmt hrs min ml kg mg mcg lb oz mm and the her his our "
    "my to in on at of by is he we no not as an be if so up she was for per you all ok"
)
# The same and others, where somebody is talked with or asked.
_NO_COLLEAGUES = words(
    _SERVICES
    + "ct us mri cta ekg hr bb bh bm ce cc ccm cd ci cl crs da dm dme dod ds ecf em epo ft gs hb hbo hh hpb hs ic ii il "
    "imc ipc kp la lac lic mcu mfm moc fob mgr mh nf nh nm ns nes nsr ntl nt og om op opd opat os osh oph pacu pc pcu "
    "pfs pg plc ps pta pvt qa rad rmo rsd sar sb sds ski smc snf so sp spo src ss ssu ts tcu tl tpn um ur uc ucc vs wc "
    "woc wcn wic acs bmt ccs cf fm hf hm ivr lt mom dad nok poa hcp usa mcc dpm we me he tv"
)
_INITIALS_HERE = re.compile(r"(?:[^\W\d_]\.?){1,4}")
# Initials behind a mark; without capitals before a pause.
_INITIALS = (
    r"(?P<phi>(?-i:[A-Z](?:\.?[A-Z]){1,2}\.?(?![\w'’\-])(?!\s[A-Z][a-z])|"
    r"[a-z]{2,3}(?=[ \t]*(?:[.,;|)]|\n|\Z)|[ \t]{2}|[ \t]at[ \t])))"
)


def are_initials(text: str, at: int, unmarked: bool = False, nobody: frozenset[str] = NO_INITIALS) -> bool:
    """Whether the letters at ``at`` may be somebody's initials; nothing else says so where they are ``unmarked``."""
    here = _INITIALS_HERE.match(text, at)
    folded, lists = "" if here is None else here[0].replace(".", "").lower(), lexicon()
    if folded in nobody or text.startswith("me", at):  # ``reviewed 3/27 ME``, but ``reviewed by me``
        return False
    if unmarked:
        return len(folded) < 3 or not any(folded in listed for listed in (lists.english, lists.terms, lists.no_names))
    return text[at].isupper() or len(folded) < 3 or folded not in lists.english


def _are_asked(text: str, at: int) -> bool:
    """Initials of whom somebody asks for something: no test and no finding, whatever its letters, does what is asked."""
    return are_initials(text, at, unmarked=True, nobody=_NO_COLLEAGUES)


def _are_colleagues(text: str, at: int) -> bool:
    return are_initials(text, at) and _are_asked(text, at)


MARKS: tuple[Form, ...] = (
    form(
        "name_title",
        PhiType.NAME,
        0.95,
        r"(?:Drs?|DRS?|Mr|MR|Mrs|MRS|(?<![0-9])(?<![0-9]\s)Ms|Messrs|Mx|Prof|PROF|Rev|(?<!him\s)(?<!her\s)(?<!me\s)Hon|Sgt|Capt|Lt|Col|Maj)\b\.?(?:\s(?:and|&)"
        r"\s(?:Mrs|Ms|Mr|Dr)\.?)?[ \t\n]{1,2}"
        r"|(?<![0-9])(?<![0-9]\s)(?:MS\.\s|ms\b ?\.?[ \t\n]{1,2})|(?:dr|mr|mrs|prof|miss)\b ?\.?[ \t\n]{1,2}"
        r"|(?:Miss|MISS|Madam|Professor|Doctor|DOCTOR|Sister|Father|Brother|Pastor|Rabbi|Reverend|Chaplain|Nurse|"
        r"Officer|Detective|Judge|Attorney|Aunt|"
        r"Uncle|Grandma|Grandpa|Coach|Senator)[ \t](?=[A-Z][a-z'’\-]|[A-Z]\.)",
        words="dr drs mr mrs ms messrs mx prof rev hon sgt capt lt col maj miss madam professor doctor sister father "
        "brother pastor rabbi reverend chaplain "
        "nurse officer detective judge attorney aunt uncle grandma grandpa coach senator",
    ),
    form(
        "name_header",
        PhiType.NAME,
        0.9,
        rf"(?:{_LABELS})\b[ \t*]{{0,3}}[:=][ \t*]{{0,12}}(?:\n[ \t]{{0,8}}(?=[A-Z]))?(?:{_TITLES})?",
        words=_LABEL_WORDS,
        ignore_case=True,
        before=r"(?:\A|[\n\t|;,(*>\-]|\s\s|\.\s)[ \t*#\-]{0,6}",
    ),
    # ``Guarantor POND, HOPE, 555-0142``
    form(
        "name_party",
        PhiType.NAME,
        0.85,
        rf"(?i:guarantor|subscriber|next\sof\skin|nok|emergency\scontact|power\sof\sattorney|"
        rf"health\scare\sproxy)[ \t]{{1,4}}(?=[A-Z])(?:{_TITLES})?",
        words="guarantor subscriber next_of_kin nok emergency_contact power_of_attorney health_care_proxy",
    ),
    form(
        "name_recipient",
        PhiType.NAME,
        0.85,
        rf"(?:cc['’]?d?|c\.c\.|to|from|re)[ \t]?:[ \t]{{0,8}}(?:{_TITLES})?",
        words="cc c.c cc'd to from re",
        ignore_case=True,
        before=r"(?:\A|[\n\t|;,(*>\-]|\s\s|\.\s)[ \t*#\-]{0,6}",
    ),
    form(
        "name_dear",
        PhiType.NAME,
        0.9,
        rf"dear[ \t](?:{_TITLES})?",
        words="dear",
        ignore_case=True,
        before=r"(?:\A|\n)[ \t]{0,4}",
    ),
    form(
        "name_signature",
        PhiType.NAME,
        0.9,
        r"(?:electronically|digitally|e-?)[\s\-]?(?:signed|authenticated|verified|co-?signed|reviewed)"
        r"(?:\sand\s\w{4,12})?(?:\sby|\son\sbehalf\sof)?[\s:]{1,3}" + rf"(?:{_TITLES})?",
        words="electronically digitally e-signed esigned",
        ignore_case=True,
    ),
    form(
        "name_closing",
        PhiType.NAME,
        0.9,
        r"(?:signed|dictated|transcribed|authenticated|sincerely|respectfully(?:\ssubmitted|\syours)?|"
        r"best\sregards|kind\sregards|warm\sregards|regards|"
        r"thank\syou|thanks|yours\struly|yours\ssincerely|cordially|best)"
        r"(?:,?\sby)?[,:.]?[ \t]{0,4}\n{1,4}[ \t]{0,40}(?=[A-Z])" + rf"(?:{_TITLES})?",
        words="signed dictated transcribed authenticated sincerely respectfully best kind warm regards thank thanks "
        "yours cordially",
        ignore_case=True,
        before=r"(?:\A|\n)[ \t]{0,8}",
    ),
    form("name_slash_s", PhiType.NAME, 0.9, r"/s/\s?", words="/s"),
    # ``that's U-R-B-A-N``
    form(
        SPELLED,
        PhiType.NAME,
        0.9,
        r"(?:that['’]?s|that\sis|spelled|spelling|spelt|last\sname|first\sname|name\sis|name|surname)[,:]?\s{1,2}"
        r"(?P<phi>[^\W\d_](?:(?:-|\.\s?|\s-\s)[^\W\d_]){2,24})(?![\w'’-])",
        words="that's that’s thats that_is spelled spelling spelt last_name first_name name_is name surname",
        ignore_case=True,
    ),
    # ``RPH INITIALS: SP``
    form(
        INITIALS,
        PhiType.NAME,
        0.8,
        rf"(?:initials|inits?)(?:[ \t]{{0,2}}[:=][ \t]{{0,8}}|\s){_INITIALS}",
        words="initials init inits",
        ignore_case=True,
    ),
    # ``Sonographer HS``, ``tech hs,``, ``by lab hs``
    form(
        INITIALS,
        PhiType.NAME,
        0.8,
        r"(?:sono(?:grapher)?|(?:cyto)?technologist|cytotech|"
        r"(?:rad\s)?tech|screener|phleb(?:otomist)?|transcriptionist|transcriber|typist|scribe|circulator|perfusionist|by\slab)"
        rf"(?:[ \t]{{0,2}}[:=][ \t]{{0,8}}|[ \t]){_INITIALS}",
        words="sono sonographer technologist cytotechnologist cytotech tech rad_tech screener phlebotomist "
        "phleb transcriptionist transcriber typist scribe circulator perfusionist by_lab",
        ignore_case=True,
        accepts=are_initials,
    ),
    # ``Rev: hs``, ``AUTOVERIFY/hs``
    form(
        INITIALS,
        PhiType.NAME,
        0.75,
        r"(?:rev|mdl|trans|typed|typ|dict|scr|qa|auto-?verif(?:y|ied)|verif(?:y|ied)|released|resulted|entered|checked|noted)"
        rf"[ \t]?[:=/][ \t]{{0,4}}{_INITIALS}",
        words="rev mdl trans typed typ dict scr qa autoverify auto-verify autoverified auto-verified verify verified released "
        "resulted entered checked noted",
        ignore_case=True,
        accepts=are_initials,
    ),
    # ``Ames, M.D./lsc``, ``Ames, NP:lsc``
    form(
        INITIALS,
        PhiType.NAME,
        0.7,
        r"(?:M\.?D|D\.?O|N\.?P|P\.?A(?:-C)?)\.?(?:[/:]|[ \t]/)[ \t]?(?P<phi>[a-z]{2,3})(?=[ \t]{2}|[ \t]?[/;\n]|[ \t]*\Z)",
        words="md m.d do d.o np n.p pa p.a",
        accepts=are_initials,
    ),
    # ``Our ref: Weatherspoon/bsn/342984``
    form(INITIALS, PhiType.NAME, 0.7, r"[Rr]ef: [A-Za-z][\w'-]{1,24}/(?P<phi>[a-z]{2,3})(?=/)", words="ref"),
    # ``Dietary: hs   Activities: mb``, of who were at a conference
    form(
        INITIALS,
        PhiType.NAME,
        0.7,
        r"(?:dietary|activit(?:y|ies)|nsg|nursing|social\s(?:services?|work)|ss|mds|don|adon|rehab|therapy|pharmacy|chaplain(?:cy)?|"
        r"housekeeping|admissions)[ \t]?:[ \t]{0,4}(?P<phi>(?-i:[a-z]{2,3}|[A-Z]{2,3}))(?=[ \t]*(?:[|;]|\n|\Z)|[ \t]{2})",
        words="dietary activity activities nsg nursing social_services social_service social_work ss mds don adon rehab therapy "
        "pharmacy chaplain chaplaincy housekeeping admissions",
        ignore_case=True,
        accepts=are_initials,
    ),
    # ``Transcribed by ARB``
    form(
        INITIALS,
        PhiType.NAME,
        0.8,
        rf"(?:by|By|BY):?[ \t]{_INITIALS}",
        words="by",
        before=r"\b(?:transcribed|typed|scribed|dictated|screened|drawn|collected|verified|entered|keyed|checked|poured|filled|"
        r"witnessed|charted)\s",
        accepts=are_initials,
    ),
    # ``Chart reviewed by SGC``, ``check June 14th by AWD``, ``biopsy by AWD on 3/5``
    form(
        INITIALS,
        PhiType.NAME,
        0.7,
        rf"by\s{_INITIALS}(?!\s[A-Z]|/)",
        words="by",
        before=r"\b(?:reviewed|signed(?:\s(?:out|off))?|noted|done|assisted|completed|administered|given|requested|placed|drawn|obtained|"
        r"started|read|relayed|updated|inserted|removed|called|[0-9](?:st|nd|rd|th)?)\s",
        accepts=are_initials,
    ),
    # ``Staffed w/ KW``, ``d/w KW``
    form(
        INITIALS,
        PhiType.NAME,
        0.65,
        r"(?:(?i:rounded|staffed|precepted|scrubbed|discussed|reviewed|spoke|talked|met|seen|covering|conferred)\s(?i:with\s|w/\s?)|(?i:d/w|s/w)\s)"
        r"(?P<phi>[A-Z]{2,3})(?=[.,;)]?(?:\s(?:and|re|about|by|on|in|at|who|this|today|[0-9])\b|\s*(?:\n|\Z))|[.;,]\s|\sand\s)",
        words="rounded staffed precepted scrubbed discussed reviewed spoke talked met seen covering conferred d/w s/w",
        accepts=_are_colleagues,
    ),
    # ``Ask KW to look at it``
    form(
        INITIALS,
        PhiType.NAME,
        0.65,
        r"(?:[Hh]ave|[Hh]ad|[Aa]sk(?:ed)?|[Ll]et|[Tt]ell|[Tt]old|[Rr]emind)\s(?P<phi>[A-Z]{2,3})\s(?:to\s)?"
        r"(?:look|see|call|know|sign|come|weigh\sin|double[ -]?check|follow|f/u|fax|"
        r"(?:check|review|read|send|order|take|page|schedule|cover)\s(?:on|in|with|w/|the|his|her|him|it|them|this|these|if|for))\b",
        words="have had ask asked let tell told remind",
        accepts=_are_asked,
    ),
    # ``lvm on cell, ab``
    form(
        INITIALS,
        PhiType.NAME,
        0.65,
        r"(?:lvm|lm|lmom|lmovm|lmtcb|vm\sleft|left\s(?:a\s)?(?:vm|msg|message|voicemail)|no\sanswer)\b[^.;\n]{0,60}?[,-]\s?"
        r"(?P<phi>(?!wcb|tcb|cb|fu|na|ok|rtc|vm|lm|msg|bp|wt|ht|bg|bs)(?-i:[a-z]{2,3}|[A-Z]{2,3}))(?=\.?\s*(?:\n|\Z)|\.?\s{1,2}(?-i:[A-Z0-9]))",
        words="lvm lm lmom lmovm lmtcb vm_left left no_answer",
        ignore_case=True,
        accepts=_are_asked,
    ),
    # ``First: Ames    MI: Q``
    form(
        INITIALS,
        PhiType.NAME,
        0.75,
        r"m\.?i\.?\s?[:=][ \t]{0,8}(?P<phi>(?-i:[A-Z]))\.?(?=\s|\||\Z)",
        words="mi m.i",
        ignore_case=True,
        before=r"\b(?:first|last|given|name|surname)\b[^\n]{1,28}",
    ),
    form(
        INITIALS,
        PhiType.NAME,
        0.75,
        r"middle(?:\s(?:init(?:ial)?|name)\b\.?)?\s?[:=][ \t]{0,8}(?P<phi>(?-i:[A-Z]))\.?(?=\s|\||\Z)",
        words="middle",
        ignore_case=True,
    ),
    form(
        INITIALS,
        PhiType.NAME,
        0.7,
        r"by\s(?P<phi>[A-Z]\.?[A-Z]\.?(?:[A-Z]\.?)?)(?=\son\s[0-9])",
        words="by",
        accepts=are_initials,
    ),
    # ``placed by IV team (hs)``
    form(
        INITIALS,
        PhiType.NAME,
        0.7,
        r"by\s(?:[A-Za-z]{2,12}\s){0,2}(?i:team|tech|lab|nurse|staff|pharmacy|dietary|transport|phleb|rn|rt|aide|clerk)\s"
        r"\((?P<phi>[a-z]{2,3})\)",
        words="by",
        accepts=are_initials,
    ),
    # ``reviewed 3/27 ME``, ``Addendum 02-14-2024 BC:``, ``Transcribed 05-MAY-2022 dlb.``
    form(
        INITIALS,
        PhiType.NAME,
        0.75,
        r"(?:reviewed|addendum|addended|transcribed|typed|signed|noted|checked|verified|edited|dictated|updated)\s(?:on\s)?"
        r"[0-9][0-9A-Za-z./\-]{2,10}\s(?P<phi>(?-i:[A-Z]{2,3}|[a-z]{2,3}(?=[.;]?(?:\s?(?:\n|\Z)|\.\s))))(?=[:.,;\n]|\s*\Z)",
        words="reviewed addendum addended transcribed typed signed noted checked verified edited dictated updated",
        ignore_case=True,
        accepts=are_initials,
    ),
    form(
        "name_by",
        PhiType.NAME,
        0.85,
        r"by\s(?:(?:the|her|his|their|our|my)\s(?:\w{3,12}['’]s\s)?(?:\w{3,16},?\s){1,2})?" + _NEXT_CAPITAL,
        words="by",
        before=rf"\b{_DONE}\s",
    ),
    # In text without capitals: ``hey dylan``, ``patient is christine hernandez``.
    form(
        LOWER,
        PhiType.NAME,
        0.7,
        r"(?:hi|hello|hey|morning|afternoon|thanks|bye|(?:patient|this|next)\sis),?\s(?=[a-z]{3})",
        words="hi hello hey morning afternoon thanks bye patient_is this_is next_is",
    ),
    # ``husb ray in to visit``, ``iv by marisela``
    form(
        LOWER,
        PhiType.NAME,
        0.7,
        r"[A-Z]{2,13}\s(?=(?-i:[a-z]{2}))",
        words="husb husband hubby wife dtr dght daughter son sis sister bro brother mom mother dad father girlfriend boyfriend "
        "friend neighbor niece nephew aunt uncle cousin grandson granddaughter partner spouse nurse rn lpn cna aide tech sitter "
        "by per",
        ignore_case=True,
    ),
    # ``CNM Marisabel:``, ``DIETITIAN LONG CONSULTED``
    form(
        ROLE,
        PhiType.NAME,
        0.8,
        r"\w{2,13}[:,]?\s(?=[A-Z])",
        words="rn lpn lvn cna cnm np fnp aprn arnp crna pharmd rph msw lcsw rrt slp otr dpt dietitian dietician nutritionist "
        "chaplain midwife doula paramedic phlebotomist sonographer sitter hospitalist intensivist interpreter",
    ),
    form(
        "name_told",
        PhiType.NAME,
        0.85,
        rf"(?i:{_TOLD_HERE}),?\s{_NEXT_CAPITAL}",
        words=f"{_TOLD} {_TOLD.replace(chr(39), '’')}",
    ),
    form(
        "name_introduced",
        PhiType.NAME,
        0.85,
        rf"(?i:{_INTRODUCED_HERE}),?\s{_NEXT_CAPITAL}",
        words=_INTRODUCED,
    ),
    form(
        "name_person",
        PhiType.NAME,
        0.85,
        r"[\w.]{2,10}(?:\s(?:[Bb]oy|[Gg]irl))?(?:['’]s)?[,:]?\s(?:is\s|was\s|named\s|called\s|-\s)?" + _NEXT_CAPITAL,
        words=_PEOPLE,
    ),
    form(
        RELATIVE,
        PhiType.NAME,
        0.8,
        r"(?!Child-)(?:significant\sother|[\w\-]{3,14})(?:\s(?:is|was|named|called)(?:\snamed|\scalled)?)?[,:]?\s"
        r"(?!\w{4,12}[\s-]speaking)" + _NEXT_CAPITAL,
        words=_KIN,
    ),
)
# Marks behind which a name comes for certain, so that an unknown word is one.
SURE = frozenset(
    {"name_title", "name_header", "name_party", "name_dear", "name_signature", "name_closing", "name_slash_s"}
)

# Marks behind which a capitalised word that is no English one is a name, in a list or not.
OFTEN = frozenset({RELATIVE, "name_recipient", "name_told"})
# Marks behind which the surname may come first: ``Okonkwo, Chidi``.
LAST_FIRST = (SURE | {"name_recipient"}) - {"name_title"}

CREDENTIALS = form(
    "name_credential",
    PhiType.NAME,
    0.9,
    r"(?:M\.?D\b\.?(?!\s?Anderson)|D\.O\.|DO\b(?!\s(?:NOT|not))|R\.?N\b\.?|BSN|MSN|DNP|F?NP(?:-[A-Z]{1,2})?|ARNP|"
    r"APRN|CRNP|CNP|ACNP|AGNP|PA-?C|"
    r"P\.A\.(?:-C\.?)?|PA|LPN|LVN|CNA|Ph\.?\s?D\b\.?|PHD|Pharm\.?\s?D\b\.?|PsyD|Psy\.D\.|D\.?D\.?S\b\.?|"
    r"D\.?M\.?D\b\.?|D\.?P\.?M\b\.?|DPT|PT|"
    r"OTR(?:/L)?|OT|SLP|CCC-SLP|MSW|LCSW|LICSW|LMSW|LMFT|LPC|LPCC|LCPC|LMHC|LADC|CADC|BCBA|PHN|RPSGT|RDMS|RVT|RDH|RD|RDN|LDN|RRT|CRNA|CNM|RPh|FACS|FACC|FACP|FAAP|"
    r"FACOG|FRCS|MBBS|M\.B\.B\.S\.|MBChB|"
    r"MPH|MHA|EMT(?:-P)?|CMA|RMA|CMT|Esq|Jr|Sr)(?![\w'’])",
    words="md m.d do d.o rn r.n bsn msn dnp np fnp np-c fnp-c fnp-bc arnp aprn crnp cnp acnp agnp pac pa-c p.a pa lpn "
    "lvn cna phd ph.d ph pharmd pharm.d pharm psyd psy.d "
    "dds d.d.s dmd d.m.d dpm d.p.m dpt pt otr otr/l ot slp ccc-slp msw lcsw licsw lmsw lmft lpc lpcc lcpc lmhc ladc cadc bcba "
    "phn rpsgt rdms rvt rdh rd rdn ldn rrt "
    "crna cnm rph facs facc facp faap facog frcs "
    "mbbs m.b.b.s mbchb mph mha emt emt-p cma rma cmt esq jr sr",
    before=r"[A-Za-zÀ-ÿ.](?:,\s?|\s)",
)

# Around a first name that stands alone.
PERSON_BEFORE = re.compile(
    r"(?:\b(?:patient|client|pt|mr|mrs|ms|with|and|for|like|about|hi|hello|hey|dear|tell|told|asked|ask|saw|see|"
    r"meet|met|named|by|thanks|"
    r"love|miss|help|helps|helped|her|his|my|our|their|of|to|from|regarding|re|concerning|case\sof|example,|"
    r"e\.g\.,?|is|was|as|on|"
    r"old|male|female|man|woman|boy|girl|so|well|okay|alright|now|than|that|if|when|because|mom|dad)[,:]?\s|"
    r"[\"“(]\s?)\Z",
    _I,
)
PERSON_AFTER = re.compile(
    r"['’]s\b|,?\s(?:is|was|has|had|states?|stated|reports?|reported|denies|denied|presents?|presented|says?|said|"
    r"complains?|complained|"
    r"notes|noted|feels?|felt|wants?|wanted|continues?|continued|came|comes|went|goes|lives|lived|will|would|who|"
    r"takes?|took|tells?|"
    r"told|describes?|described|admits?|admitted|agrees?|agreed|underwent|received|returns?|returned|works?|"
    r"worked|does|did|appears?|"
    r"appeared|tolerated|remains?|remained|needs?|needed|lost|also|can|could|should|may|got|gets|and\sI|and\sher|"
    r"and\shis)\b|,\s(?:a|an|age|aged|[0-9]{1,3}|who|I|you|your|how|what|so|can|let|thank|it|the)\b",
)
# Before a surname with an initial behind it: ``Reviewed with Smith J.``
WITH_BEFORE = re.compile(r"(?:\b(?:with|by|per|paged|called|attending|nurse|and)|/|:)\s\Z", _I)
# First names that are months: names only where a surname follows.
MONTH_NAMES = words("april june may august jan")
# Medicines that are first names too: names only where a person's verb follows.
MEDICINES = words("allegra yasmin yaz camila mirena kariva viola")
# Surnames that stand behind ``dr.`` in lower case as the words that they are.
NO_SURNAMES = words(
    "will may can said says here there then than case told well just like back came went now seen see call calls order "
    "orders note notes page pages visit visits office round rounds present likely only also still very again more less old "
    "new grade mean peak trace valve scan bone brain knee hip hand hands foot face spine hold held given due done out off "
    "down over help home happy please ask asks read reads set start stop check changes change flow pain flare drip station "
    "desk staff line supervisor"
)
# First names that are words, and that no sentence has behind a relative or a helper as the words that they are.
GIVEN_WORDS = words("al art bill buffy dawn don ed faith frank gene ginger hope joy mark max ned ray rose vera")
# A capitalised word behind which no name stands: an organisation, a place, a thing.
NO_NAME_AFTER = re.compile(
    r"\s(?:Hospital|Clinic|Medical|Center|Street|St|Avenue|Ave|Road|Rd|Drive|Lane|Boulevard|Blvd|Court|University|"
    r"College|School|Disease|Syndrome|"
    r"County|City|Beach|Health|Pharmacy|Institute|Foundation|Memorial|Nursing|Home|Manor|Park|Heights|Hills|"
    r"Springs|Valley|Falls|Island|Lake)\b"
)
# Words that are in the lists of names, stand capitalised beside marks, and are no names.
NOT_NAMES = words(
    "america africa asia europe dad mom mum daddy mommy grandma grandpa non "
    "the and or for with from of in on at to by as is was are were be been has had have not no yes none unknown "
    "nil n/a na tbd self same see per "
    "he she they it we you i his her their our my your this that these those who whom which what when where why "
    "how patient patients pt male female "
    "man woman boy girl baby infant child mother father sister brother son daughter wife husband parent parents "
    "family friend spouse partner "
    "doctor physician nurse surgeon attending resident fellow provider practitioner assistant anesthesia "
    "anesthesiologist department service "
    "hospital clinic center medical health care emergency surgery medicine internal general family primary "
    "cardiology neurology oncology "
    "radiology pathology psychiatry orthopedics urology pediatrics history physical exam examination assessment "
    "plan impression diagnosis "
    "procedure findings indication indications technique description complications specimen specimens "
    "medications allergies review systems "
    "social chief complaint present illness past vital signs laboratory data general heent neck chest lungs "
    "heart abdomen extremities skin "
    "neurologic neurological genitourinary musculoskeletal psychiatric follow-up followup discharge admission "
    "disposition condition date time "
    "dob age sex gender race mrn room bed ssn phone fax address city state zip email account number id note "
    "notes report record summary "
    "january february march april june july august september october november december jan feb mar apr jun jul "
    "aug sep sept oct nov dec "
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun today "
    "yesterday tomorrow "
    "ct mri mra cxr ekg ecg eeg emg icu er ed or ccu nicu picu pcp md do rn np pa phd dds dpm ii iii iv jr sr iv "
    "im po prn bid tid qid stat "
    "left right bilateral upper lower anterior posterior medial lateral normal abnormal positive negative acute "
    "chronic mild moderate severe "
    "stable good fair poor well spanish american african caucasian hispanic asian european chinese indian "
    "italian russian vietnamese korean japanese arabic portuguese jewish catholic muslim dear sincerely regards "
    "thanks thank electronically "
    "signed dictated transcribed blood pressure pulse temperature weight height oxygen glucose sodium potassium "
    "insulin aspirin tylenol lasix "
    "heparin coumadin versed fentanyl ativan haldol zofran percocet vicodin morphine lidocaine marcaine ancef "
    "betadine vicryl prolene monocryl "
    "hi hello hey okay ok alright so well mm-hmm yeah yep um uh oh god jesus please sorry mhm hmm great sure "
    "right let lets do does did if then "
    "anterior cervical lumbar thoracic because although however since after before during while there here also "
    "but all any each every some both "
    "upon preoperative postoperative operative therapy physical occupational speech home inc llc medicare "
    "medicaid next new old first second "
    "third last year years month months week weeks day days hour hours x xx xxx xyz abc mr mrs ms dr miss "
    "contin navigator hosp npo hx labs ref rev advice"
)
# Of these, those that are a person behind a title: ``Dr. Sun did see her``.
NAMES_BEHIND_TITLES = words("sun oh so good fair poor dear well great new old nurse jan")
