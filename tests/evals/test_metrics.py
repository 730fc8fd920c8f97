"""Each metric on a handful of items whose answer is plain."""

import pytest

from evals import metrics
from evals.metrics.evidence import sentence_f1
from evals.metrics.retrieval import per_topic
from evals.metrics.unsupported_numbers import numbers, unsupported
from evals.results import Item


def item(expected: str, got: str, cluster: str = "", **values: float | str | bool | None) -> Item:
    return Item(id="x", asked="", expected=expected, got=got, right=expected == got, cluster=cluster, values=values)


def test_worst_errors_are_counted_apart() -> None:
    """An open trial, a closed trial and an undecided one are three different errors."""
    items = [
        item("EXCLUDED", "NO_EXCLUSION_FOUND"),
        item("NO_EXCLUSION_FOUND", "EXCLUDED"),
        item("EXCLUDED", "CANNOT_DETERMINE"),
        item("NOT_FIT", "NOT_FIT"),
    ]
    assert metrics.false_open(items).value == 1
    assert metrics.false_excluded(items).value == 1
    assert metrics.needless_unknowns(items).value == 1
    assert metrics.accuracy(items).value == 0.25
    assert metrics.accuracy(items).over == 4


def test_a_missing_answer_is_wrong() -> None:
    """A fault is neither right nor left out of the mean."""
    items = [item("PASS", "FAULT"), item("PASS", "PASS")]
    assert metrics.accuracy(items).value == 0.5
    assert metrics.class_scores(items, "PASS")[1] == 0.5


def test_precision_and_recall_of_a_class() -> None:
    """Two FAIL expected, one found, one more given wrongly."""
    items = [item("FAIL", "FAIL"), item("FAIL", "PASS"), item("PASS", "FAIL"), item("PASS", "PASS")]
    precision, recall, f1, expected = metrics.class_scores(items, "FAIL")
    assert (precision, recall, f1, expected) == (0.5, 0.5, 0.5, 2)


def test_a_block_passed_over() -> None:
    """FAIL expected and PASS given is the error that hurts."""
    assert metrics.blocks_passed_over([item("FAIL", "PASS"), item("FAIL", "UNKNOWN"), item("PASS", "FAIL")]).value == 1


def test_clusters_widen_the_interval() -> None:
    """Ten equal answers of one patient are not ten observations."""
    values = [1.0] * 10 + [0.0] * 10
    alone = metrics.clustered_interval(values, [str(i) for i in range(20)])
    together = metrics.clustered_interval(values, ["a"] * 10 + ["b"] * 10)
    assert alone is not None and together is not None
    assert together[0] <= alone[0] and together[1] >= alone[1]
    assert metrics.clustered_interval([1.0, 1.0], ["a", "a"]) is None


def test_confusion_keeps_labels_that_only_came_out() -> None:
    """A label nobody expected still shows."""
    table = metrics.confusion([item("PASS", "FAIL"), item("PASS", "PASS")], "t", ("PASS", "FAIL"))
    assert table.rows == ("PASS",) and table.columns == ("PASS", "FAIL") and table.cells == ((1.0, 1.0),)


def test_abstention() -> None:
    """One abstention due and given, one given and not due, one due and not given."""
    items = [
        item("", "", abstained=True, unanswerable=True),
        item("", "", abstained=True, unanswerable=False),
        item("", "", abstained=False, unanswerable=True),
    ]
    assert metrics.abstention_precision(items).value == 0.5
    assert metrics.abstention_recall(items).value == 0.5


def test_citations() -> None:
    """Means count answers with expected evidence; literalness counts citations."""
    items = [
        item("", "", precision=0.5, recall=1.0, citations=2, literal=2),
        item("", "", precision=0.0, recall=0.0, citations=1, literal=0),
        item("", "", precision=None, recall=None, citations=0, literal=0),
    ]
    assert metrics.citation_precision(items).value == 0.25
    assert metrics.citation_recall(items).value == 0.5
    assert metrics.citation_literalness(items).value == pytest.approx(0.6667)


def test_evidence_sentences() -> None:
    """F1 of sets of sentence numbers."""
    assert sentence_f1(frozenset({1, 2}), frozenset({2, 3})) == 0.5
    assert sentence_f1(frozenset(), frozenset()) == 1.0
    assert sentence_f1(frozenset(), frozenset({1})) == 0.0


def test_numbers_leave_markers_ids_and_dates_aside() -> None:
    """[1], NCT01234567, 001, I11.2 and 2026-11-20 are no statements."""
    assert numbers("001 [1] asks for 75 (NCT01234567, I11.2) as of 2026-11-20, 1,500.0 and 3 trials.") == ["75", "1500"]


def test_unsupported_numbers() -> None:
    """A number needs a source, or a line that shows it was computed."""
    assert unsupported("The limit is 80.", ["PLT ≥75×10^9/L"]) == ["80"]
    assert unsupported("The limit is 75.", ["PLT ≥75×10^9/L"]) == []
    assert unsupported("by RECIST v1.1 criteria, in 3 trials", ["by RECIST v1.1 criteria"]) == [], "a version is no tally"
    assert unsupported("600,000 IU/kg or 5,000 steps", ["600,000 IU/kg; fewer than 5,000 steps"]) == []
    assert unsupported("10 mg/kg\nComputed: 10 × 72 = 720 mg", ["10 mg/kg for 72 kg"]) == []


def test_latency() -> None:
    """Nearest rank."""
    figures = metrics.latency([item("", "").model_copy(update={"seconds": s}) for s in (0.1, 0.2, 0.3, 0.4, 1.0)])
    assert [figure.value for figure in figures] == [0.3, 1.0]


def test_retrieval_counts_a_topic_without_a_ranking() -> None:
    """A topic that got nothing back scores zero, it does not vanish."""
    table = per_topic({"a": {"d1": 2, "d2": 0}, "b": {"d3": 1}, "c": {"d4": 0}}, {"a": {"d1": 2.0, "d2": 1.0}})
    assert set(table) == {"a", "b"}
    assert table["a"]["nDCG@10"] == 1.0 and table["b"]["nDCG@10"] == 0.0
    assert table["a"]["P@10"] == pytest.approx(0.1)
