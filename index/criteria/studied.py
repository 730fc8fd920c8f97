"""What a trial with an eligibility list is about, as the registry's condition field says it, or without one its titles.

A list takes the disease under study for granted, or says it in words that were not understood. Without this statement a patient who
has nothing to do with the trial would violate nothing in it.
"""

import re
from collections.abc import Iterable

from index.conditions import TEXT, AllOf, Condition, Except, Finding
from index.trials import Criterion, Field, Trial
from index.vocabulary import vocabulary

_HEALTHY = "healthy_volunteer"
# "Healthy", "Healthy aging": "otherwise healthy", in the note of somebody ill, must not pass for it.
_OF_THE_HEALTHY = re.compile(r"(?:healthy|normal (?:volunteer|subject|participant|control)s?)\b")


def studied(trial: Trial, found: Iterable[Criterion]) -> tuple[Field, Finding] | None:
    """The field and what it says, unless an inclusion criterion requires that disease in words that were understood."""
    vocab = vocabulary()
    stated = trial.all("condition")
    fields = stated or tuple(f for f in trial.all("title", "official_title") if any(map(_is_named, _concepts(f.value))))
    if not fields:
        return None
    named = [_concepts(field.value) if stated else tuple(filter(_is_named, _concepts(field.value))) for field in fields]
    known = {c for concepts in named for c in concepts}
    wanted = {c for criterion in found if criterion.polarity == "inclusion" for c in required(criterion.condition)}
    if any(vocab.is_a(w, k) for w in wanted for k in known):
        return None
    unread = [" ".join(field.value.lower().split()) for field, concepts in zip(fields, named, strict=True) if not concepts]
    unknown = [_HEALTHY if _OF_THE_HEALTHY.match(words) else TEXT + words for words in unread]
    mesh = [c for field in trial.all("keyword") if field.role == "MeSH condition" and not known for c in _concepts(field.value)]
    healthy = [_HEALTHY] if any(field.value.strip().casefold() == "yes" for field in trial.all("healthy_volunteers")) else []
    concepts = tuple(dict.fromkeys([*(c for concepts in named for c in concepts), *mesh, *unknown, *healthy]))
    return fields[0], Finding(span=fields[0].span, concepts=concepts, studied=True)


def about_disease(criterion: Criterion) -> bool:
    """Whether the criterion is what `studied` found."""
    return isinstance(criterion.condition, Finding) and criterion.condition.studied


_ANY_CANCER = "cancer"
_WORD_BEFORE = re.compile(r"([A-Za-z][\w-]*)\s+$")
_PLAIN = frozenset(
    "advanced metastatic malignant recurrent refractory relapsed relapsing unresectable inoperable resectable locally solid stage invasive primary"
    " progressive residual incurable terminal late early rare multiple select selected various other any all some different specific of in with for"
    " from by on at to after during and or the a an their his her adult adults adolescent pediatric paediatric childhood children patients people"
    " persons survivors treating treated untreated suspected known new living having without active current previous prior"
    " tumor tumors tumour tumours post pre through versus via following under among between across".split()
)
"""Words in front of "cancer" that do not say which cancer it is."""


def _concepts(text: str) -> tuple[str, ...]:
    """The diseases that a condition field names, also turned round ("Carcinoma, Hepatocellular"), the narrowest alone.

    A cancer of a kind that the vocabulary does not know ("Zorpal Neoplasms") stays a phrase: it is not any cancer.
    """
    vocab = vocabulary()
    turned = " ".join(reversed(text.split(", ")))
    found: dict[str, None] = {}
    for words in (text, turned):
        for m in vocab.mentions(words, ("condition",)):
            before = _WORD_BEFORE.search(words, 0, m.start)
            kind = m.concept == _ANY_CANCER and before is not None and before[1].lower() not in _PLAIN
            found[TEXT + f"{before[1]} {m.surface}".lower() if kind and before is not None else m.concept] = None
    if len(found) > 1 and any(c.startswith(TEXT) for c in found):
        found.pop(_ANY_CANCER, None)
    return tuple(c for c in found if not any(d != c and vocab.is_a(d, c) for d in found))


def _is_named(concept: str) -> bool:
    """Whether a title's concept is a diagnosis, or a cancer of a kind that the vocabulary does not know."""
    return concept.startswith(TEXT) or _is_disease(concept)


def _is_disease(concept: str) -> bool:
    """Whether it is a diagnosis; symptoms and states are none."""
    row = vocabulary().diseases.get(concept)
    return row is not None and (bool(row.neoplasm) or row.kind in ("disease", "infection"))


def required(condition: Condition) -> tuple[str, ...]:
    """The diagnoses that every patient who meets the condition has; symptoms and states are none."""
    match condition:
        case Finding():
            return tuple(filter(_is_disease, condition.concepts))
        case AllOf():
            return tuple(c for item in condition.items for c in required(item))
        case Except():
            return required(condition.trigger)
        case _:
            return ()
