"""The words of eligibility prose: those that limit nothing, qualifiers, frames ("history of", "received"), connectors."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from index.conditions import Qualifier, Response, Window

# Words that limit nothing. A word that is not here, and that no leaf accounts for, is shown as not understood.
NOISE = frozenset(
    """a an the this that these those there any all each every some other another such certain various following above below listed patient
    patients subject subjects participant participants individual individuals person people persons volunteer volunteers men women man woman
    male female males females adult adults candidate's he she they them their his her its it you your who whom whose which will is are was were
    be been being am has have had having do does did must shall should may might can could would need needs needed to of in on at by for with
    from as into per via than then so too also and or nor either both neither if when whether while diagnosis diagnoses diagnosed diagnostic
    diagnose confirmed confirmation proven established documented documentation verified determined known defined meeting meet meets met fulfil
    fulfill fulfilling fulfilled presence present evidence evident existence exist exists existing suffer suffers suffering suffered experience
    experiences experienced
    experiencing study trial
    protocol clinical criteria criterion inclusion eligibility eligible enrolled enrolment enrollment entry screening baseline time visit day
    according accordance based using measured assessed evaluated assessment evaluation examination per definition defined adequate adequately
    acceptable sufficient satisfactory good appropriate normal function functions functional laboratory lab labs test tests testing value values
    result results parameters parameter level levels count counts routine indicated demonstrated condition conditions status history type types
    form forms kind currently current present presently now already previously prior previous past ever note e.g i.e etc namely including
    include includes included age aged satisfy satisfies years year old sexes genders gender and/or or/and evaluable known at least one only
    must's less more than equal requirement requirements required require requires within prior following specifically patient's subject's
    participant's participant’s not's also again about approximately however therefore thus been suitable considered provided shown seen found
    noted identified demonstrated undergoing no's one's once s t i ii ie eg vs versus regard regarding respect clearly obviously definitely
    unequivocally recently newly clear definite initially primarily regardless version v nci ctcae ctc criteria's recist mrecist who iwg
    response evaluation guidelines guideline unrestricted unlimited""".split()
)

ORGAN = frozenset(
    """organ organs marrow bone hematologic hematological haematological hematopoietic hematology haematology haematologic renal hepatic liver
    kidney coagulation blood cardiac pulmonary lung heart function functions reserve hepatorenal biochemical biochemistry chemistry chemistries
    cell picture end-organ major main vital important basically system systems clotting endocrine metabolic cardiovascular respiratory thyroid
    pancreatic cbc complete peripheral urine urinalysis""".split()
)
"""Words of "adequate bone marrow function": they limit nothing where a limit follows."""

_Q: tuple[tuple[str, Qualifier], ...] = (
    (
        r"poorly[- ]controlled|inadequately controlled|uncontroll?ed|not (?:well |adequately |medically )?controlled"
        r"|uncontrollable|not under control|unable to be controlled|cannot be controlled|(?:in)?sufficiently controlled",
        "uncontrolled",
    ),
    (r"well[- ]controlled|adequately controlled|(?:medically )?controlled", "controlled"),
    (r"asymptomatic|without symptoms|symptom[- ]free|no symptoms", "asymptomatic"),
    (r"(?:clinically )?symptomatic|with (?:clinical )?symptoms|with clinical manifestations", "symptomatic"),
    (r"life[- ]threatening", "life_threatening"),
    (
        r"(?<!non-)(?<!not )(?<!non )(?:clinically[- ](?:significant|relevant|important|meaningful)"
        r"|(?<!clinically )significant)",
        "clinically_significant",
    ),
    (r"(?:(?:moderate(?:ly)?|mild(?:ly)?)\s*(?:to|-to-|-|or|and/or|/)\s*)?severe(?:ly)?|serious|grave", "severe"),
    (r"mild(?:ly)?(?:\s*(?:to|-to-|-|or|and/or|/)\s*moderate(?:ly)?)?", "mild"),
    (r"active(?:ly)?|uncured", "active"),
    (r"chronic(?:ally)?|long[- ]standing|long[- ]term", "chronic"),
    (r"acute(?:ly)?", "acute"),
    (r"(?:clinically |hemodynamically )?unstable", "unstable"),
    (r"(?:clinically |radiologically |neurologically )?stable", "stable"),
    (
        r"(?:(?:patho-?)?histo(?:patho)?logic(?:al)?(?:ly)?|patholog(?:ic)?(?:al)?(?:ly)?|histopathological?(?:ly)?|biopsy"
        r"|cytolog(?:ic)?(?:al)?(?:ly)?|microscopic(?:ally)?)(?:(?:\s*(?:and/or|or|and|/"
        r"|,)\s*)(?:histo(?:patho)?logic(?:al)?(?:ly)?|cytolog(?:ic)?(?:al)?(?:ly)?|patholog(?:ic)?(?:al)?(?:ly)?"
        r"|immuno\w+))*[- ]*(?:confirmed|proven|diagnosed|documented|verified|established|-?confirmed|confirmation"
        r"|diagnosis|evidence|proof|documentation|demonstrated|determined|proved)(?:\s+(?:diagnosis"
        r"|evidence))?(?:\s+(?:of|for))?",
        "histologically_confirmed",
    ),
    (
        r"(?:confirmed|proven|diagnosed|documented|verified)\s+(?:(?:on|by|with|through|via|in"
        r"|using)\s+)?(?:a\s+)?(?:histo(?:patho)?log(?:y|ical)|patholog(?:y|ical)|biopsy|cytolog(?:y"
        r"|ical))(?:\s+(?:examination|or\s+cytolog(?:y|ical)|and/or\s+cytology|and\s+cytology|diagnosis|report"
        r"|evaluation))*",
        "histologically_confirmed",
    ),
    (
        r"(?:radiolog(?:ic)?(?:al)?(?:ly)?|radiographic(?:al)?(?:ly)?|imaging)[- ]+(?:confirmed|proven|diagnosed"
        r"|documented|detected|evident|evidence of|detectable)",
        "imaging_confirmed",
    ),
    (r"locally[- ]advanced", "locally_advanced"),
    (r"advanced(?=\s*(?:,|/|or\b|and/or\b)\s*(?:or\s+)?(?:metastatic|recurrent|unresectable|inoperable|relapsed|progressive))", "advanced"),
    (r"metasta(?:tic|si[sz]ed)|disseminated", "metastatic"),
    (r"unresectable|non-?resectable|inoperable|not (?:surgically )?resectable|surgically unresectable|non-?operable", "unresectable"),
    (r"(?:surgically )?resectable|operable", "resectable"),
    (r"recurrent|relapsed|relapsing|recurrence of", "recurrent"),
    (r"progressive|progressing", "progressive"),
    (r"untreated|treatment[- ]na[iï]ve|not (?:been )?(?:previously )?treated|previously untreated", "untreated"),
    (
        r"(?:curatively[- ]treated|treated with curative intent|cured|radically resected|(?:radically"
        r"|surgically) (?:cured|treated|resected|excised)|curatively resected|completely (?:resected|excised)"
        r"|adequately treated|surgically cured|(?:adequately|successfully|curatively|appropriately|definitively|properly|effectively"
        r"|sufficiently) (?:treated|resected|excised|managed))",
        "curatively_treated",
    ),
    (r"(?:previously )?treated", "treated"),
    (
        r"unresolved|unhealed|non-?healing|not (?:been )?(?:fully |completely )?(?:recovered|resolved|healed)|persistent"
        r"|ongoing|persisting",
        "unresolved",
    ),
    (r"resolved|healed|recovered", "resolved"),
    (r"congenital|inherited|hereditary", "congenital"),
    (r"catheter[- ](?:related|associated)|(?:port|line|device)[- ]related", "catheter_related"),
    (r"measurable", "measurable"),
    (r"minimal|trace|small amount of|a small amount of", "minimal"),
    (r"suspected|suspicion of|possible|probable", "suspected"),
    (
        r"only (?:radiologically|radiographically) detected|(?:radiologically|radiographically) detected only"
        r"|detected only (?:on|by) imaging|visible only on imaging|(?:radiologically|radiographically) detected",
        "imaging_only",
    ),
)
QUALIFIER = re.compile(
    "|".join(
        rf"(?P<q{i}>(?<![\w-])(?:clinically |medically |currently |potentially |unequivocally |persistently |rapidly "
        rf"|poorly controlled or )?(?:{pattern})(?![\w]))"
        for i, (pattern, _) in enumerate(_Q)
    ),
    re.I,
)


def qualifier(m: "re.Match[str]") -> Qualifier:
    """Which qualifier a match of `QUALIFIER` is."""
    return _Q[int((m.lastgroup or "q0")[1:])][1]


_WAY = (
    r"(?:histo(?:patho)?logic(?:al)?(?:ly)?|patholog(?:ic)?(?:al)?(?:ly)?|cytolog(?:ic)?(?:al)?(?:ly)?"
    r"|clinical(?:ly)?|radiolog(?:ic)?(?:al)?(?:ly)?|radiographic(?:al)?(?:ly)?|imaging|biopsy|histology|cytology"
    r"|pathology|biochemical(?:ly)?|non-?invasive(?:ly)?)"
)
MIXED_BASIS = re.compile(
    rf"(?<![\w-])(?=(?:{_WAY}|\W|and|or|/)*?(?:clinical|radio|imaging|non-?inv|biochem))(?=(?:{_WAY}|\W|and|or"
    rf"|/)*?(?:histo|patho|cyto|biops)){_WAY}(?:\s*(?:,\s*(?:and/or|or|and)?|and/or|or|and"
    rf"|/)\s*{_WAY})+[- ]*(?:confirmed|proven|diagnosed|documented|verified|established|evidence|diagnosis"
    rf"|confirmation|evident)(?:\s+(?:diagnosis|evidence))?(?:\s+of)?(?![\w])",
    re.I,
)
"""Tissue or images, as long as the diagnosis is made: it limits nothing."""

_TREAT = (
    r"(?:treatments?|interventions?|therap(?:y|ies)|treatment regimens?|medications?|agents?|drugs?|exposure"
    r"|administrations?|use|usage|uses|receipt|courses?|infusions?|regimens?)"
)
Status = Literal["received", "current", "planned", "needs", "candidate", "declined"]


@dataclass(frozen=True, slots=True)
class Frame:
    """How the things named in a clause concern the patient; inherited by the items of a list."""

    treatment: bool = False  # said with a verb of treating: what follows was, is or will be given
    status: Status | None = None
    ever: bool = False  # "history of", "prior"
    response: tuple[Response, ...] = ()
    qualifiers: tuple[Qualifier, ...] = ()
    window: Window | None = None
    verb: bool = False

    def over(self, below: "Frame") -> "Frame":
        """This frame with what it leaves open taken from `below`."""
        return Frame(
            treatment=self.treatment or below.treatment,
            status=self.status or below.status,
            ever=self.ever or below.ever,
            response=self.response or below.response,
            qualifiers=self.qualifiers,
            window=self.window or below.window,
        )


_HAVE = (
    r"(?:(?:who|that|which|and|or|is|are|has|have|had|having|been|be|being|must|should|previously|recently|already"
    r"|ever|also|currently|either|will|may|is expected to|was|were|either)\s+)*"
)
_ANY = (
    r"(?:\s+(?:any|an|a|the|prior|previous|other|at least one|one or more|≥\s*1|at least 1"
    r"|systemic(?= (?:treatment|therapy) with)|study|concomitant|concurrent|additional|ongoing|further))*"
)
_FRAMES: tuple[tuple[str, Frame], ...] = (
    # progression, failure, intolerance
    (
        rf"{_HAVE}(?:(?:disease|tumou?r|radiographic|documented|clinical|objective|confirmed|evidence of"
        rf"|radiologic(?:al)?)\s+)*(?:progress(?:ed|ion|ing|ive disease)"
        rf"|progressive disease)\s+(?:(?:of (?:the )?(?:disease|tumou?rs?|cancer))\s+)?(?:during or (?:after|following)"
        rf"|on or after|on and/or after|while on|while receiving|on|after|following|during|despite|through|under"
        rf"|with)(?:\s+(?:or\s+(?:after|on|following|during|within \w+ \w+ of)|the|a|an|at least one|at least 1|one|prior"
        rf"|previous|or intolerance to|treatment with|therapy with|last|most recent|their|first-?line(?= therapy with)"
        rf"|receiving|completion of|standard(?= treatment with)))*",
        Frame(True, "received", response=("progressed",), verb=True),
    ),
    (
        rf"{_HAVE}(?:refractory|resistant|non-?responsive|unresponsive|resistance)\s+to(?:\s+(?:or (?:relapsed"
        rf"|intolerant) (?:after|of|to)|prior|previous|the|at least one|standard(?= treatment with)|treatment with"
        rf"|therapy with))*",
        Frame(True, "received", response=("refractory",), verb=True),
    ),
    (
        rf"{_HAVE}(?:fail(?:ed|ure|ing)?|not responded|did not respond|inadequate response)(?:\s+(?:of|to|on|after|with"
        rf"|from|in|at least one|at least 1|one|or more|the|prior|previous|a|an|previously|treatment with|therapy with"
        rf"|to respond to))*",
        Frame(True, "received", response=("failed",), verb=True),
    ),
    (
        rf"{_HAVE}(?:intoleran(?:t|ce)|intolerable|unable to tolerate|could not tolerate|cannot tolerate|not tolerated?)\s*(?:of|to"
        rf"|for)?(?:\s+(?:the|prior|previous|treatment with|standard(?= treatment with)))*",
        Frame(True, "received", response=("intolerant",), verb=True),
    ),
    (
        rf"{_HAVE}relapsed?\s+(?:after|following|on|from)(?:\s+(?:the|prior|previous|at least one|or (?:refractory"
        rf"|progressed) (?:to|on)))*",
        Frame(True, "received", response=("progressed", "failed"), verb=True),
    ),
    # offered and refused: never a treatment received
    (
        rf"{_HAVE}(?:refus(?:e[sd]?|ing|als?\s+of)|declin(?:e[sd]?|ation\s+of)(?!\s+(?:in|of|to|from|by)\b)"
        rf"|(?:cho(?:ose|oses|osing|se|sen)|opt(?:s|ed|ing)?|elect(?:s|ed|ing)?|decid(?:e|es|ed|ing))\s+(?:not\s+to|against))"
        rf"(?:\s+(?:to\s+)?(?:receiv(?:e|ing)|undergo(?:ing)?|tak(?:e|ing)|us(?:e|ing)|have|pursue|be\s+treated\s+with|any|an|a|the|treatment\s+with"
        rf"|therapy\s+with|prior|available))*",
        Frame(True, "declined", verb=True),
    ),
    # planned, needed, candidate
    (
        rf"{_HAVE}(?:plan(?:s|ned|ning)?|scheduled|schedule|intend(?:s|ed|ing)?|intention|anticipat(?:ed|ing|ion of|es)"
        rf"|expect(?:ed|s|ing|ation)?|likely|going|expected)\s*(?:need for|requirement for)?\s*(?:to\s+(?:receive|undergo"
        rf"|require|need|take|use|start|begin|have|be treated with|be given))?(?:\s+(?:for|treatment with|of|to))*",
        Frame(True, "planned", verb=True),
    ),
    (rf"{_HAVE}(?:will|who will)\s+(?:receive|undergo|require|need|take|be treated with)", Frame(True, "planned", verb=True)),
    (
        rf"{_HAVE}(?:must|needs?\s+to|ha(?:s|ve)\s+to|requir(?:es?|ed)\s+to)\s+(?:take|receive|use|continue|be\s+on|be\s+treated\s+with)"
        rf"(?:\s+(?:the|any|a|an|use of|treatment with|therapy with|ongoing|taking|using|receiving))*",
        Frame(True, "needs", verb=True),
    ),
    (
        rf"{_HAVE}(?:initiation|commencement|start|starting)\s+of(?:\s+(?:any|a|an|the|new|treatment with|therapy with))*",
        Frame(True, "received", verb=True),
    ),
    (
        rf"{_HAVE}(?:in need of|need(?:s|ing)?(?: for)?|require[sd]?|requiring|requirements? (?:for|of)|dependen(?:t|ce"
        rf"|cy) on|indication for|indicated for|necessity of)(?:\s+(?:the|any|a|an|use of|treatment with|therapy with"
        rf"|ongoing|concomitant|concurrent|continuous|continued|long-term))*",
        Frame(True, "needs", verb=True),
    ),
    (
        rf"{_HAVE}(?:(?:suitable|eligible|appropriate|fit|amenable|considered|good|acceptable"
        rf"|an?)\s+)*(?:candidates?\s+(?:for|to(?: receive| undergo)?)|(?:suitable|eligible|amenable|appropriate|fit"
        rf"|accessible|indicated|qualified|candidate)\s+(?:for|to(?: receive| undergo)?))(?:\s+(?:the|any|a|an"
        rf"|treatment with|therapy with))*",
        Frame(True, "candidate", verb=True),
    ),
    # a history or a former course of it: over or not
    (
        rf"(?:{_HAVE})(?:an?\s+|any\s+|known\s+)*(?:histor(?:y|ies)|hx)\s+of\s+(?:receiving|having\s+received|taking|using|undergoing|use\s+of|exposure\s+to"
        rf"|receipt\s+of|{_TREAT}\s+(?:with|of|by|using))(?:\s+{_TREAT}\s+(?:with|of))?{_ANY}",
        Frame(True, "received", True, verb=True),
    ),
    (rf"{_HAVE}(?:(?:former|historical)\s+)+{_TREAT}\s+(?:with|of|to|by|using){_ANY}", Frame(True, "received", True, verb=True)),
    # being treated now
    (
        rf"(?:{_HAVE})(?:current(?:ly)?|concurrent(?:ly)?|concomitant(?:ly)?|ongoing|simultaneous(?:ly)?|continuous"
        rf"|continued|regular|daily|on-going|actively)(?:\s+(?:and/or|or|and)\s+(?:planned|anticipated|chronic"
        rf"|concomitant|concurrent|current|ongoing))?(?:\s+(?:or (?:concomitant|ongoing|concurrent)|and"
        rf"|systemic(?= (?:treatment|therapy) with)))*\s+(?:(?:receiv(?:ing|es?)|tak(?:ing|es?)|us(?:ing|es?)|on"
        rf"|undergoing|being treated with|treated with|receipt of|enrolled in|participating in)(?:\s+{_TREAT}\s+(?:with"
        rf"|of))?|{_TREAT}\s+(?:with|of|to|by|using))",
        Frame(True, "current", verb=True),
    ),
    (
        rf"(?:{_HAVE})(?:receiving|taking|using|undergoing|on treatment with|on therapy with|being treated with"
        rf"|under treatment with)(?:\s+{_TREAT}\s+(?:with|of))?{_ANY}",
        Frame(True, "current", verb=True),
    ),
    # was treated
    (
        rf"{_HAVE}(?:(?:prior|previous|past|earlier|recent|any|other)\s+)+{_TREAT}\s+(?:with|of|to|by"
        rf"|using|involving){_ANY}",
        Frame(True, "received", True, verb=True),
    ),
    (
        rf"(?:has|have|had|having|who|received|receive|receipt of|treated|been|previously"
        rf"|recently)?\s*\b{_HAVE}(?:received|receive|underwent|undergone|treated\s+(?:with|by|using)|given|administered"
        rf"|taken|used|exposed\s+to|exposure\s+to|receipt\s+of|had\s+(?:treatment|therapy)\s+(?:with|of)"
        rf"|had(?=\s+(?:prior|previous|any prior|major|surgery|chemo\w*|radio\w*|an? \w+ transplant))|initiated|started"
        rf"|completed|completion of){_ANY}(?:\s+{_TREAT}\s+(?:with|of|by|using))?{_ANY}",
        Frame(True, "received", verb=True),
    ),
    (
        rf"(?:any\s+)?(?:chronic|long-term|systemic|regular|continuous|frequent|daily|the|temporary|preventive"
        rf"|prophylactic|therapeutic|immediate|active|standard)?\s*\b{_TREAT}\s+(?:with|of(?!\s+(?:{_TREAT}"
        rf"|the disease)))(?:\s+(?:any|an|a|the|other|or|systemic(?=\s+treatment)|known))*",
        Frame(True, None, verb=True),
    ),
    (r"administered", Frame(True, "received", verb=True)),
    # had, has
    (
        r"(?:(?:a|any|the|with|has|have|had|prior|past|personal|medical|previous|known|documented|recent"
        r"|significant(?= medical)|clinical|positive|clear|definite)\s+)*\b(?:histor(?:y|ies)|hx)\s+(?:(?:of|or|and|/"
        r"|and/or)\s*)*(?:(?:current|presence|evidence|active|concurrent|present|recent|current (?:clinical )?evidence"
        r"|known|diagnosis|current diagnosis|concomitant|prior|any|the|having|being|a)\s+(?:of\s+)?)*(?:of\s+"
        r"|or\s+)?(?:any\s+|other\s+|a\s+)*",
        Frame(ever=True, verb=True),
    ),
    (
        r"(?:(?:current|present|active|concurrent)(?:ly)?\s*(?:and/or|or|and|/)\s*(?:(?:a|any|with)\s+)*(?:prior"
        r"|previous(?:ly)?|past|history of|historical|former)|(?:prior|previous|past|history)\s*(?:and/or|or|and"
        r"|/)\s*(?:any\s+|with\s+)?(?:current|present|concurrent|active|concomitant|ongoing))(?:\s+(?:diagnosis|evidence"
        r"|presence|history|use|treatment))?(?:\s+(?:of|with))?",
        Frame(ever=True, verb=True),
    ),
    (
        r"(?:previously|prior|previous|formerly|past|earlier|preceding)(?:\s+(?:diagnos(?:is|ed)|episodes?|occurrence"
        r"|evidence)(?:\s+(?:of|with|as))?)?",
        Frame(ever=True),
    ),
    (
        r"(?:any\s+)?(?:concurrent(?:ly)?|concomitant(?:ly)?|current(?:ly)?|ongoing|simultaneous(?:ly)?|coexisting"
        r"|co-existing|presently|comorbid|existing|pre-?existing|underlying)",
        Frame(status="current"),
    ),
)
FRAME = re.compile("|".join(rf"(?P<f{i}>(?<![\w-]){pattern}(?![\w-]))" for i, (pattern, _) in enumerate(_FRAMES)), re.I)


def frame(m: "re.Match[str]") -> Frame:
    """Which frame a match of `FRAME` is."""
    return _FRAMES[int((m.lastgroup or "f0")[1:])][1]


NEGATION = re.compile(
    r"(?<![\w-])(?:(?:has|have|had|is|are|was|were|do|does|did|must|should|shall|will|can|may|be|been|there is"
    r"|there are|there must be|with|who)\s+)*(?:not(?!\s+(?:limited|only|more|less|greater|lower|exceed|to exceed"
    r"|be (?:more|less|greater)|necessarily|applicable|yet reached))|no(?!\s+(?:more|less|greater|later|longer than"
    r"|other than|fewer|lower|higher|older|restriction|limit|earlier))|never|without|absence of|lack of|lacking"
    r"|free (?:of|from)|negative for|neither|denies|nor|none of|freedom from|exclusion of|not having)(?:\s+(?:be"
    r"|been|have|had|has|any|a|an|the|evidence of|sign of|signs of|known|currently|clinical evidence of"
    r"|prior evidence of|previously|clinical (?:or|and) \w+ evidence of|radiographic evidence of"
    r"|history or evidence of|of the following))*(?![\w])",
    re.I,
)
CONNECTOR = re.compile(
    r"\s*(?:;\s*(?:(?:and/or|and|or)(?![\w-]))?|,\s*(?:(?:and/or|and|or|as well as|nor|but|plus)(?![\w-]))?|(?<![\w/-])(?:and/or|and|or"
    r"|as well as|nor|plus|along with|together with|but)(?![\w-])|\s&\s)(?:\s*(?:/|,)\s*(?:or|and))?\s*",
    re.I,
)
# Behind these words a noun phrase is narrowed, not continued.
TAIL = re.compile(
    r"(?<![\w-])(?:requiring|requires?|required|needing|needs|that|which|who|whose|whom|where|due to|caused by"
    r"|causing|related to|relating to|secondary to|resulting (?:from|in)|associated with|because of|attributable to"
    r"|attributed to|arising from|originating (?:from|in)"
    r"|with(?:out)?|despite|after|following|before|prior to|until|unless|for|in|on|to|from|by|during|at|as|involving"
    r"|affecting|interfering|leading to|treated|managed|such as|including|includes|included|like|e\.?g\.?|i\.?e\.?"
    r"|namely|defined as|consisting of|characterized by|manifested by|evidenced by|demonstrated by|indicated by"
    r"|as evidenced|under|using|through|via|within|beyond|above|below|against|among|between|near|while|when|if|not"
    r"|can|cannot|could|may|might|must|should|will|would|is|are|was|were|has|have|had|being|extending|reaching"
    r"|invading|measuring|considered|deemed|assessed|judged|planned|scheduled|regardless|irrespective|only|amenable"
    r"|eligible|suitable|refractory|progressing|progressed|resistant|intolerant|except|excluding"
    r"|other than)(?![\w-])",
    re.I,
)
EXAMPLES = re.compile(
    r"(?:,\s*|(?<![\w-]))(?:(?:(?:which )?includ(?:ing|es?)(?:,? but (?:is |are )?not (?:limited|restricted) to)?"
    r"|such as|e\.\s?g\.?,?|eg\b,?|for example,?|for instance,?|like(?=\s+[a-z])|among others|i\.\s?e\.?,?|ie,|namely"
    r"|especially|particularly|in particular)[:,]?)\s*",
    re.I,
)
OPEN_LIST = re.compile(
    r",?\s*(?:\betc\b\.?|\bet cetera\b|\band so on\b|\band so forth\b|\.\.\.|\band others?\b(?!\s+\w)"
    r"|\bamong others\b)|\bincluding,? but not (?:limited|restricted) to\b|\b(?:is|are) not limited to\b"
    r"|\bor (?:others?|similar|equivalents?|the like)\b(?!\s+\w)",
    re.I,
)

__all__ = [
    "CONNECTOR",
    "EXAMPLES",
    "FRAME",
    "MIXED_BASIS",
    "NEGATION",
    "NOISE",
    "OPEN_LIST",
    "ORGAN",
    "QUALIFIER",
    "TAIL",
    "Frame",
    "Status",
    "frame",
    "qualifier",
    "replace",
]

WORD_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}
