"""Words that narrow a finding: what a fact's own words say about the ones a criterion asks for."""

from assistant.check.logic import Truth
from assistant.patient.facts import Fact
from index.conditions import Qualifier

_ENTAILS: dict[Qualifier, tuple[Qualifier, ...]] = {
    "life_threatening": ("severe", "active", "clinically_significant"),
    "requires_hospitalisation": ("severe", "requires_treatment", "clinically_significant"),  # CTCAE 5.0: hospitalisation is grade 3
    "requires_systemic_treatment": ("requires_treatment", "active"),
    "requires_treatment": ("active",),
    "requires_drainage": ("symptomatic", "requires_treatment", "clinically_significant"),
    "symptomatic": ("clinically_significant",),
    "severe": ("clinically_significant",),
    "uncontrolled": ("active", "clinically_significant"),
    "acute": ("active",),
    "progressive": ("active", "unresolved"),
    "unstable": ("active",),
    "unresolved": ("active",),
    "histologically_confirmed": ("known",),
    "imaging_confirmed": ("known",),
    "curatively_treated": ("treated",),
    "minimal": ("mild",),
    "imaging_only": ("asymptomatic",),
    "controlled": ("stable",),
}
_CONTRARY: dict[Qualifier, tuple[Qualifier, ...]] = {
    "active": ("resolved", "curatively_treated"),
    "uncontrolled": ("controlled", "resolved", "stable"),
    "controlled": ("uncontrolled", "unstable"),
    "symptomatic": ("asymptomatic", "imaging_only", "resolved"),
    "asymptomatic": ("symptomatic",),
    "severe": ("mild", "minimal"),
    "mild": ("severe", "life_threatening"),
    "minimal": ("severe", "life_threatening"),
    "chronic": ("acute",),
    "acute": ("chronic",),
    "unstable": ("stable", "controlled"),
    "stable": ("unstable", "progressive", "uncontrolled"),
    "progressive": ("stable", "resolved"),
    "requires_drainage": ("minimal", "imaging_only", "asymptomatic"),
    "requires_hospitalisation": ("mild", "minimal"),
    "unresectable": ("resectable",),
    "resectable": ("unresectable", "metastatic"),
    "treated": ("untreated",),
    "untreated": ("treated", "curatively_treated"),
    "curatively_treated": ("untreated", "active", "progressive", "metastatic"),
    "known": ("suspected",),
    "suspected": ("known", "histologically_confirmed"),
    "unresolved": ("resolved",),
    "resolved": ("unresolved", "active", "progressive"),
    "life_threatening": ("mild", "minimal"),
    "clinically_significant": ("asymptomatic", "minimal", "imaging_only"),
    "imaging_only": ("symptomatic",),
}
BASIS: frozenset[Qualifier] = frozenset({"histologically_confirmed", "imaging_confirmed", "known"})
"""How a diagnosis was made. A clinician who states a diagnosis is taken at their word, with the remark that the basis is not stated."""

# A finding that is over is neither active nor uncontrolled nor symptomatic.
_PRESENT_TENSE: frozenset[Qualifier] = frozenset(
    {"active", "uncontrolled", "symptomatic", "unresolved", "progressive", "unstable", "requires_drainage"}
)


_BY_NAME: dict[str, tuple[Qualifier, ...]] = {
    "catheter_thrombosis": ("catheter_related",),
    "severe_infection": ("severe",),
    "life_threatening_bleeding": ("life_threatening", "severe"),
    "congenital_long_qt": ("congenital",),
    "active_tuberculosis": ("active",),
}
"""Concepts whose name says the qualifier."""


def stated(fact: Fact) -> frozenset[Qualifier]:
    """The fact's qualifiers with those they entail."""
    own = (*fact.qualifiers, *_BY_NAME.get(fact.concept, ()))
    found: set[Qualifier] = set(own)
    for qualifier in own:
        found.update(_ENTAILS.get(qualifier, ()))
    return frozenset(found)


def qualified(fact: Fact, wanted: Qualifier) -> Truth:
    """Whether the fact has a qualifier: true if it says so, false if it says the contrary, unknown if it says neither."""
    have = stated(fact)
    if wanted in have:
        return True
    if have & set(_CONTRARY.get(wanted, ())):
        return False
    if wanted in _PRESENT_TENSE and fact.time == "past":
        return False
    return None
