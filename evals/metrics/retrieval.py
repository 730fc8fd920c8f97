"""NDCG@10, P@10 and recall@k of ranked trials, through ir-measures; a topic without a ranking counts as 0."""

from collections.abc import Mapping

MEASURES = ("nDCG@10", "P@10", "R@10", "R@50", "R@190")


def per_topic(qrels: Mapping[str, Mapping[str, int]], run: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Each measure for each topic of `qrels` that has a relevant trial: {topic: {measure: value}}."""
    import ir_measures

    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    topics = {t: dict(docs) for t, docs in qrels.items() if any(level > 0 for level in docs.values())}
    table = {topic: dict.fromkeys(MEASURES, 0.0) for topic in topics}
    known = {topic: dict(ranked) for topic, ranked in run.items() if topic in topics and ranked}
    for value in ir_measures.iter_calc(measures, topics, known):
        table[value.query_id][str(value.measure)] = float(value.value)
    return table
