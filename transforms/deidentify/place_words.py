"""The words by which places are told: states, kinds of facilities, words that name one and words that never do."""

from transforms.deidentify.forms import words

STATES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|"
    "Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|"
    "Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|"
    "Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|"
    "West Virginia|Wisconsin|Wyoming|Puerto Rico|District of Columbia"
)
ABBREVIATIONS = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|"
    "RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|PR|D\\.C\\.|N\\.Y\\."
)
# Parts of other countries that stand behind a town: provinces, British counties, states of India and of Germany.
REGIONS = tuple(
    name.replace("_", " ")
    for name in words(
        "British_Columbia Alberta Saskatchewan Manitoba Ontario Quebec Québec New_Brunswick Nova_Scotia "
        "Newfoundland Prince_Edward_Island "
        "Yukon Nunavut Bedfordshire Berkshire Buckinghamshire Cambridgeshire Cheshire Cornwall Cumbria Derbyshire "
        "Devon Dorset Durham "
        "East_Sussex West_Sussex Essex Gloucestershire Hampshire Herefordshire Hertfordshire Kent Lancashire "
        "Leicestershire Lincolnshire "
        "Merseyside Norfolk Northamptonshire Northumberland Nottinghamshire Oxfordshire Rutland Shropshire "
        "Somerset Staffordshire Suffolk "
        "Surrey Warwickshire West_Midlands Wiltshire Worcestershire Yorkshire North_Yorkshire South_Yorkshire "
        "West_Yorkshire Powys Gwynedd "
        "Ceredigion Dyfed Pembrokeshire Carmarthenshire Clwyd Gwent Fife Aberdeenshire Lanarkshire Ayrshire "
        "Perthshire Midlothian Antrim "
        "Tyrone Fermanagh Maharashtra Gujarat Rajasthan Karnataka Kerala Tamil_Nadu Telangana Andhra_Pradesh "
        "Uttar_Pradesh Madhya_Pradesh "
        "West_Bengal Bihar Punjab Haryana Odisha Assam Goa Bayern Hessen Sachsen Thüringen Niedersachsen Nordrhein-Westfalen"
    )
)
# Abbreviations of states that are also a degree, a finding or a word: a known city or a ZIP code must stand beside them.
AMBIGUOUS_STATES = words(
    "AL AR CA CO CT DC DE FL GA HI IA ID IL IN KS LA MA MD ME MI MN MO MS MT NC ND NE NH NM OH OK OR PA PR RI SC SD TX UT "
    "VA VT WA"
)
# Of these, the ones that also stand behind a person's name: ``Karen L. Dubois, PA``.
CREDENTIAL_STATES = words("DC MA MD MS PA")
CITY_ALIASES = frozenset(
    ("new york city", "nyc", "philly", "vegas", "san fran", "washington dc", "st. louis", "st. paul")
)
# Words that begin a place's name and are not left behind when its last word is found: ``Port Ellery``, ``Cape Sorrel``.
CITY_BEGINNINGS = words(
    "port cape fort ft ft. mount mt mt. saint st st. new old north south east west lake point pointe san santa santo los "
    "las el la glen grand palm upper lower little big great bay camp castle cedar oak pine rock white black red green"
)

INSTITUTIONS = [
    word.replace("_", " ")
    for word in words(
        "ucsf ucla ucsd usc uci mgh bwh bidmc nyu upmc ohsu vumc mskcc uwmc utmb utsw chop chla musc uic uihc md_anderson "
        "johns_hopkins john's_hopkins mayo_clinic cleveland_clinic kaiser_permanente kaiser cedars-sinai cedar_sinai "
        "cedars_sinai mount_sinai mt_sinai sloan_kettering memorial_sloan_kettering stanford nyu_langone northwestern "
        "geisinger intermountain dana-farber beth_israel brigham massachusetts_general mass_general duke vanderbilt emory "
        "baylor sutter tufts montefiore weill_cornell columbia_presbyterian ny_presbyterian new_york_presbyterian "
        "newyork-presbyterian uw_med hackensack ascension scripps ochsner sentara"
    )
]

# Of these, the ones that are also criteria, scales, treatments: a preposition must stand before them.
ALSO_INSTRUMENTS = words("vanderbilt duke chop stanford")

# Words of a facility's name that end in a full stop and no sentence.
SHORTENED = words("Med. Univ. Hosp. Reg. Gen. Mem. Natl. Comm. Inst. Bros. Assoc.")

# Words of a facility's kind or of what leads up to its name: they name none by themselves, beside all English words.
GENERIC = words(
    "the of and for at in on de la this that our her his their a an outside local same day emergency outpatient inpatient "
    "dr mr mrs ms md icu er or ed va pcp ob gyn obgyn ent gi gu ct mri ir pt ot acute hiv tb copd hospital hospitals clinic "
    "clinics medical center health surgery"
)
# What leads up to a facility's name in text in capitals.
LEADING_UP = words("AT FROM TO IN ON BY VIA WITH WAS IS WERE THE SEEN SENT HAS HAD PER WHO")
# English words that do name a facility when they stand before its kind.
NAMING = words(
    "memorial methodist baptist presbyterian lutheran mercy providence trinity sacred holy grace hope good samaritan general "
    "regional county university veterans deaconess sisters shriners jewish catholic adventist episcopal mount saint st st. "
    "north south east west northern southern eastern western northwest northeast southwest southeast central valley lake "
    "river hill hills park oak pine cedar maple willow elm rose sunrise sunset golden silver green spring springs meadow "
    "garden riverside lakeside hillside bay ocean mountain forest summit crest pleasant harbor bridge gateway liberty union "
    "national state city community children's women's first heritage evergreen eagle cross stone brook field view mission "
    "mayo kaiser cleveland sunny shady port cape"
)
# Shops, restaurants, clubs and carers with many houses; those that are words too need a capital.
CHAINS = words(
    "aldi amedisys amtrak amvets applebee's applebees apria arby's arbys autozone bass_pro bayada best_buy bi-lo brookdale "
    "burger_king caremark carl's_jr casey's caseys chick-fil-a chipotle circle_k costco cracker_barrel cvs davita denny's "
    "dennys dollar_general dollar_tree domino's dominos duane_reade dunkin dunkin' family_dollar fedex five_guys flying_j "
    "food_lion fred_meyer fresenius giant_eagle goodwill greyhound habitat_for_humanity harris_teeter home_depot hy-vee "
    "ihop ikea jiffy_lube kfc kindred kohl's kohls kroger kum_&_go labcorp lidl lincare little_caesars lowe's lowes macy's "
    "macys mcdonald's mcdonalds meijer menards olive_garden panera petsmart piggly_wiggly pizza_hut planet_fitness popeyes "
    "publix quest quiktrip ralphs red_lobster rite_aid royal_farms safeway salvation_army sam's_club save-a-lot sheetz "
    "sonic starbucks stop_&_shop stop_and_shop subway taco_bell target tim_hortons tractor_supply trader_joe's u-haul uhaul "
    "vfw waffle_house wal-mart walgreens walmart wawa wegmans wendy's wendys whataburger whole_foods winco winn-dixie ymca "
    "ywca"
)
CHAINS_THAT_ARE_WORDS = words("goodwill greyhound kindred quest sonic subway target")
# Behind an article, these are none: ``the CVS exam``.
CHAINS_NOT_BEHIND_THE = CHAINS_THAT_ARE_WORDS | {"cvs"}
# Specialties that a group of doctors is named by: ``Larkin Nephrology Associates``.
SPECIALTIES = (
    "cardiology oncology neurology nephrology urology gastroenterology endocrinology rheumatology pulmonology podiatry "
    "ophthalmology psychiatry orthopedic orthopaedic cardiovascular pulmonary kidney vascular dental counseling anesthesia"
)
COURTS = "superior district circuit probate municipal juvenile supreme magistrate chancery"
GUARDIANS = "guardianship fiduciary conservatorship protective"
# Kinds that follow no common word unless it names: ``Tidewater Clinic``. Before others the name must be in a list.
STRONG_KINDS = words(
    "hospital hospitals hosp hosp. medical clinic clinics nursing rehabilitation rehab manor health healthcare hospice "
    "university cancer heart care school elementary high middle assisted retirement senior church associates pathology "
    "imaging laboratories llp llc pllc inc inc. corp corp. ltd freight logistics trucking mutual insurance fire ambulance "
    "police sheriff sheriff's sheriff’s family internal primary pediatrics dermatology orthopedics orthopaedics ob/gyn "
    f"foundry shipyard brewery radiology {COURTS} {GUARDIANS} {SPECIALTIES}"
)
# In capitals, where a heading may be meant, a kind is one of these or of several words: ``CANCER CENTER``.
CAPITALS_KINDS = words(
    "hospital hospitals hosp clinic clinics university manor pharmacy elementary academy college hospice pediatrics"
)
# Kinds that are cities' names too: ``the University of …``.
FACILITY_WORDS = words("university college hospital institute church lodge lake park plaza village general united")
# Wards, teams and services, written in capitals as some hospitals write their names.
NO_PLACES = words(
    "icu or er ed pacu ccu nicu picu micu sicu cticu cvicu gi gu ent ob gyn obgyn ir ct mri pt ot iv im po prn snf ltac ltc "
    "rehab ems usa us va md np pa dr pcp pmd hospice home clinic hospital emergency operating recovery intensive labor "
    "cardiology oncology neurology surgery medicine radiology urology orthopedics pediatrics psychiatry day xyz abc abcd "
    "general medical room unit floor x"
)
# What a ward or service ends with: ``transferred to Postanesthesia Care Unit``.
UNITS = words("unit room department service suite lab floor")
# Payers that are programs: they name no one's employer or insurer.
PROGRAMS = words(
    "medicare medicaid none no self private commercial unknown n/a na ppo hmo epo yes uninsured va tricare workers "
    "worker's cobra"
)

KIND_WORDS = (
    "hospital hospitals hosp general oncology medical med outpatient community family walk-in walkin urgent free clinic "
    "clinics health healthcare nursing rehab rehabilitation hospice infirmary sanatorium sanitarium care convalescent manor "
    "assisted retirement senior memory cancer heart eye spine children's children’s institute university college elementary "
    "high middle school academy pharmacy surgery surgical surgicenter imaging radiology pathology laboratory laboratories "
    "labs physicians associates specialists dialysis church shelter correctional prison jail inc llc llp pllc ltd "
    "corporation corp company industries foundation trust lodge villa village terrace gardens estates apartments plaza mall "
    "park lake river beach airport inn hotel bank library internal primary pediatrics dermatology orthopedics orthopaedics "
    "fire ambulance police sheriff sheriff's sheriff’s freight logistics trucking mutual insurance foundry shipyard brewery "
    f"{COURTS} {GUARDIANS} {SPECIALTIES}"
)
# Hospitals that are called by a faith alone.
FAITHS = "baptist methodist presbyterian lutheran deaconess adventist shriner shriners mercy"
HOME_WORDS = (
    "live lives living reside resides residing resident moved born raised grew travel travels traveled travelled traveling "
    "travelling native trip vacation vacationing vacationed originally home house town city village county suburb relocated "
    "relocating flew drove go goes going went drive drives driving return returns returned returning back commute commutes "
    "commuting winters summers flying hails"
)
NEAR_WORDS = "in from near at to outside around of downtown via through visiting our the"
CARED_WORDS = "at to from in by with for"
EMPLOYER_WORDS = (
    "work works worked working employed job retire retires retired carrier aide trucker volunteer volunteers "
    "student teaches teacher teaching employee position "
    "employer employment formerly foreman welder driver commutes commuting employer workplace place guarantor "
    "subscriber insured policyholder policy coworker co-worker colleague arbeitet angestellt "
    "travaille trabaja"
)
STREET_WORDS = words(
    "street st avenue ave road rd boulevard blvd drive dr lane ln court ct place pl way terrace circle"
)
LABEL_WORDS = (
    "facility hospital clinic pharmacy school practice birthplace hometown health insurance insurer payer payor"
)
