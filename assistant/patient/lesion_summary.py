"""The lesions of a whole note as facts: how many, in how many organs, the largest."""

import re

from assistant.patient.drafts import Draft
from assistant.patient.facts import Fact, Range
from assistant.patient.lesions import Lesion
from assistant.patient.organs import concept_of, organ_of
from assistant.patient.sampling import sample_date
from index.vocabulary import vocabulary


def finish(lesions: list[Lesion], draft: Draft) -> None:
    """Counts, organs and largest sizes over the whole note; what another sentence repeats is counted once."""
    primary = _primary_organs(draft.facts)
    metastatic: list[Lesion] = []
    tumours: list[Lesion] = []
    for lesion in lesions:
        for size in lesion.sizes:
            short = lesion.organ == "lymph node" and re.search(r"short", lesion.view.text[lesion.start : lesion.end + 12], re.IGNORECASE)
            draft.add(
                "measurement",
                "node_short_axis" if short else "lesion_size",
                "present",
                lesion.start,
                lesion.end,
                value=size,
                unit="cm",
                site=lesion.organ,
                when=sample_date(lesion.view, lesion.start, lesion.end),
            )
        outside = lesion.organ is not None and lesion.organ not in primary and lesion.organ != "liver"
        if lesion.named and lesion.organ == "liver" and "liver" in primary:
            continue  # intrahepatic metastases are no extrahepatic disease
        if lesion.organ == "lymph node" and not lesion.named:
            _possible(lesion, draft)  # a node with a size, not called a metastasis, is not counted as one
        elif lesion.named or outside:
            metastatic.append(lesion)
            for organ in lesion.organs:
                if concept_of(organ) != "metastasis":
                    draft.add("finding", concept_of(organ), "present", lesion.start, lesion.end)
            if not lesion.named:
                _possible(lesion, draft)
        else:
            tumours.append(lesion)
    _aggregate(tumours, "tumor_count", "tumor_size", draft)
    _aggregate(metastatic, "metastasis_count", "metastasis_size", draft)
    _organs(metastatic, primary, draft)


def _possible(lesion: Lesion, draft: Draft) -> None:
    draft.add(
        "finding",
        concept_of(lesion.organ),
        "possible",
        lesion.start,
        lesion.end,
        site=lesion.organ,
        reading=f"a lesion of the {lesion.organ} outside the primary's organ, not called a metastasis",
    )


def _organs(metastatic: list[Lesion], primary: set[str], draft: Draft) -> None:
    """How many organs hold metastases: those of the lesions, and those that the note names."""
    organs = {organ for lesion in metastatic for organ in (lesion.organs or ((lesion.organ,) if lesion.organ else ()))}
    named = [f for f in draft.facts if f.kind == "finding" and f.status == "present" and f.concept.endswith("_metastasis") and f.time != "past"]
    for fact in named:
        organ = organ_of(fact.concept.removesuffix("_metastasis").replace("_", " "))
        if organ and not (organ == "liver" and "liver" in primary):
            organs.add(organ)
    if not organs:
        return
    place = _span(metastatic)[:2] if metastatic else None
    reading = "organs counted: " + ", ".join(sorted(organs))
    value = Range.exactly(float(len(organs)))
    if place is not None:
        draft.add("measurement", "metastasis_organs", "present", *place, value=value, reading=reading)
    else:
        draft.facts.append(
            Fact(kind="measurement", concept="metastasis_organs", status="present", source=named[0].source, value=value, reading=reading)
        )


def _span(lesions: list[Lesion]) -> tuple[int, int, bool]:
    first = lesions[0]
    same = [lesion for lesion in lesions if lesion.view is first.view]
    return min(x.start for x in same), max(x.end for x in same), len(same) == len(lesions)


def _aggregate(lesions: list[Lesion], count_concept: str, size_concept: str, draft: Draft) -> None:
    """The largest size, and the count: added up within a sentence, the greater of two sentences that speak of one organ."""
    if not lesions:
        return
    start, end, whole = _span(lesions)
    sizes = [(size, lesion) for lesion in lesions for size in lesion.sizes]
    if sizes:
        largest, owner = max(sizes, key=lambda pair: pair[0].high if pair[0].high is not None else pair[0].low or 0.0)
        draft.add(
            "measurement",
            size_concept,
            "present",
            owner.start,
            owner.end,
            value=largest,
            unit="cm",
            site=owner.organ,
            reading="" if len(sizes) == 1 else "the largest of the sizes stated",
            when=sample_date(owner.view, owner.start, owner.end),
        )
    counted: dict[str | None, dict[int, tuple[float, float | None]]] = {}
    for lesion in lesions:
        if lesion.count is None:
            if not (lesion.plural and count_concept == "metastasis_count"):
                continue
            low, high = 2.0, None
        else:
            low, high = (lesion.count.low or 0.0) + (0 if lesion.count.low_inclusive else 1), lesion.count.high
        key = None if count_concept == "tumor_count" else lesion.organ
        sentence = counted.setdefault(key, {})
        old = sentence.get(lesion.view.start)
        sentence[lesion.view.start] = (low, high) if old is None else (old[0] + low, None if old[1] is None or high is None else old[1] + high)
    if not counted:
        return
    best = [max(by_sentence.values(), key=lambda pair: (pair[0], pair[1] or 0.0)) for by_sentence in counted.values()]
    total_high = None if any(high is None for _, high in best) else sum(high for _, high in best if high is not None)
    told = [lesion for lesion in lesions if lesion.count is not None]
    draft.add(
        "measurement",
        count_concept,
        "present",
        start,
        end,
        value=Range(low=sum(low for low, _ in best), high=total_high),
        reading=""
        if len(told) <= 1
        else "counted: "
        + ", ".join(lesion.view.text[lesion.start : lesion.end].strip() for lesion in told)[:200]
        + ("" if whole else " (from several sentences)"),
    )


def _primary_organs(facts: list[Fact]) -> set[str]:
    organs: set[str] = set()
    for fact in facts:
        if fact.kind != "finding" or fact.status != "present":
            continue
        row = vocabulary().diseases.get(fact.concept)
        if row is None or not row.neoplasm or "metasta" in fact.concept:
            continue
        if (
            vocabulary().is_a(fact.concept, "hcc")
            or vocabulary().is_a(fact.concept, "cholangiocarcinoma")
            or vocabulary().is_a(fact.concept, "liver_cancer")
        ):
            organs.add("liver")
        for word in (row.label, fact.concept.replace("_", " ")):
            organ = organ_of(word)
            if organ:
                organs.add(organ)
        if vocabulary().is_a(fact.concept, "rcc"):
            organs.add("kidney")
    return organs or {"liver"}
