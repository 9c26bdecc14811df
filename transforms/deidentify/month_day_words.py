"""Words around ``3/5`` that tell whether it is a day of a month: before it, unless said otherwise."""

from transforms.deidentify.forms import words

# After these it is a date.
SURE = words(
    "on since until till date dated admitted discharged seen mon tue tues wed thu thur thurs fri sat sun monday "
    "tuesday wednesday thursday friday saturday sunday d/c dos doa dod doi lmp edc edd exp expires expiration lkw "
    "due examined written returned evaluated reviewed noted onset start started starts starting began finished "
    "stopped placed implanted collected received signed cosigned updated scheduled arrival request requested called "
    "visited treated filed sealed rec'd recd injured hurt fell delivered delivery died born moved rn lpn lvn md do "
    "np pa pa-c cna ma dds phd aprn crna rrt lcsw pharmd"
)
# After these it is a date whatever follows: ``DATE 7/16 UNIT 5E``.
LABELS = words("date dated dos doa dod doi dob lmp edc edd")
# After these it is one where what was found then is told, too: ``on 3/5 was negative``
THAT_DAY = words(
    "on since dated collected drawn sent mon tue tues wed thu thurs fri sat sun monday tuesday wednesday thursday friday "
    "saturday sunday"
)
# After these with ``of``, too.
EVENTS = words(
    "wk wks wkend weekend month appt appointment encounter transfer call message email fax record records refill fill order rx "
    "mammogram mammo pap bx cath pet dexa egd ua cbc bmp cmp tte tee pft pfts cx bcx ucx us film imaging meeting session "
    "culture cultures result results lab labs film films ct mri cxr xray xrays x-ray x-rays scan scans echo "
    "echocardiogram ekg ecg study studies note notes letter visit visits report reports consult consultation biopsy "
    "surgery admission discharge procedure exam examination appointment dose injection week night morning afternoon "
    "evening day swab swabs panel specimen specimens imaging ultrasound colonoscopy endoscopy"
)
# After these it is a date unless it is scored.
DATED = words(
    "ended ending effective from thru through by before after around this next last visit lab labs culture cultures "
    "ct cta mri mra cxr echo xray ekg ecg surgery biopsy appointment appt follow-up followup f/u birth between admit adm "
    "note recheck addendum conference again tdap flu covid read postop preop inr creat cr a1c week wk weekend event "
    "recert pov rov transmission interrogation egd eeg pft pfts colonoscopy mammo mammogram dexa "
    "w/e wk hgb hb hct plts tsh ldl psa cea crp esr bnp trop troponin ua ucx bcx lactate ferritin hba1c cbc bmp cmp lipids"
)
# After these it is one where who did it follows: ``given 3/5 by Ames``
GIVEN = words("given administered infused transfused drawn held hung applied inserted removed changed pulled repeated")
# In the sentence of what is drawn, a value follows the day: ``INR drawn 3/5 = 2.4``
DRAWN = words(
    "drawn draw collected inr pt/inr hgb hb hct plt plts cr creat bun k na tsh a1c wbc anc glucose bnp trop lactate ferritin "
    "level"
)
# After these, and after these with ``of``, it is a score.
SCORED = words(
    "grade gr strength power score scores scored scoring rated rating rates pain scale motor muscle stage titer "
    "titre vision ratio murmur reflex reflexes pulse pulses bp every q apgar apgars gcs dtr dtrs node nodes day "
    "session step trial criteria pn accuracy factor fraction measure measures measured measuring roughly another"
)
SCORED_OF = words(
    "score scores scale total strength power reading readings ratio fraction grade average titer apgar apgars "
    "pressure gcs mmse moca phq pain level levels maximum out acuity vision"
)
# Before a number that may be a score these are no more than part of a sentence about it.
PERHAPS_SCORED = words(
    "a an over ms about at with approximately approx x the than only and one two three by take takes took ate gave "
    "given"
)
SCALES = words(
    "bims ymrs mdq madrs panss bprs aims cgi dast crafft flacc mna sppb frail cdr nrs vas monofilament "
    "monofilaments serial sevens 7s "
    "phq phq-2 phq-9 phq9 gad gad-7 gad7 moca mmse slums gds ess epworth bdi nihss ciwa ciwa-ar cows audit audit-c "
    "fast braden morse berg tinetti poma barthel katz lawton epds scared vanderbilt m-chat ham-d hamd y-bocs ybocs "
    "pcl pcl-5 ace ace-iii naming recall digit iop acuity bipap cpap ps lotrel entresto percocet norco trails "
    "drawing drawings wbc pupils perrl perrla oswestry scat fim boston gleason oncotype cores sessions "
    "stop-bang stopbang cage bpp latch katz ballard sofa qsofa curb-65 "
    "goals visits attended completed guaiac hemoccult hemocult fobt stool stools"
)
# What is written as two numbers of which the first may be the greater.
PAIRS = words(
    "pupils perrl perrla iop bipap cpap ps ipap ratio bp bps pressure wbc lotrel entresto percocet norco suboxone "
    "acuity pulse epap bilevel simv tonometry apgar apgars buprenorphine naloxone bup bup/nx nph odds vytorin azor caduet"
)
PRESSURES = words("bp bps pressure pressures pulse measured measure measures")
# What is scored, rated or measured, and stands before the number in the same sentence.
EXAMINED = words(
    "flexion flexor flexors flexes extension extensor extensors extends dorsiflexion dorsiflexors dorsiflexor "
    "hamstring hamstrings reflex reflexes patella patellar patellae brachioradialis pulse pulses murmur murmurs "
    "grade graded grades score scored scores scoring rate rated rates rating measure measures measured measuring "
    "weak weakness gastrocnemius gastroc tibialis effaced effacement dilated dilation strength power motor muscle "
    "muscles mmt mrc abduction abductors adduction inversion invertors eversion evertors plantar grip ehl edl fhl "
    "apb epl biceps triceps deltoid deltoids quad quads iliopsoas memory dtr dtrs jerk jerks achilles ankle ankles "
    "knee knees hip hips wrist wrists elbow elbows shoulder shoulders radial dorsalis pedal femoral hsm sem pain "
    "scale apgar apgars pupil pupils perrl vision acuity visual snellen recall word words objects oriented "
    "orientation mmse moca slums phq gad gcs nihss cas gds ess epworth aldrete katz lawton berg braden morse norton "
    "barthel tinetti tug ciwa cows bishop mallampati asa gleason nottingham centor wells boston bbps couinaud "
    "titmus waddell beighton ishihara jobe inch inches diameter bipap cpap peep ps ipap vent node nodes core cores "
    "sessions goal goals tasks trials visits attempts sets reps steps paresis tone edema tonsil tonsils total "
    "impairment severity distress anxiety mood suds stress energy sleep function difficulty fraction ratio titer "
    "interossei interosseous finger fingers thumb toe toes lue rue lle rle bue ble facial gag cranial lortab norco "
    "vicodin percocet suboxone lotrel advair entresto hctz trocar trocars attended completed correct scored bristol "
    "fast stage level class oncotype birads deauville gestation week weeks wk wks ega cervix station iop c/d abg "
    "abgs sat sats every tab tabs bp bps pressure sbp wbc extremity extremities"
)
# What is scored or measured, in whatever words that is said.
RATED = (EXAMINED | SCALES | SCORED | SCORED_OF | PAIRS) - words(
    "attended completed trials visits visit sessions session goals day week weeks wk wks tab tabs every step fast sleep "
    "function lotrel entresto percocet norco suboxone lortab vicodin advair hctz buprenorphine"
)
