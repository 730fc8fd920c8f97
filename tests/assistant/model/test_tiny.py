"""A real network with random weights behind a real server on loopback: nonsense comes out, and none of it reaches the user."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from assistant import Assistant
from assistant.model import LanguageModel
from tests.assistant.model.models import Completion, Server, with_model

TODAY = date(2026, 11, 20)
_WORDS = (
    "the patient is eligible excluded not 001 002 [1] [2] [7] platelets 75 90 lenvatinib pembrolizumab cure safe dose mg requires fits trial "
    "zebra quartz violet harbour because always stroke “ ” ≥ < and or no yes dies today take stop"
).split()


@pytest.fixture(scope="module")
def babble() -> Callable[[str, int], str]:
    """Words of a tiny Llama with random weights, after a prompt."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    vocabulary = {word: n for n, word in enumerate(["[UNK]", *dict.fromkeys(_WORDS)])}
    words = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()  # type: ignore[assignment]
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, unk_token="[UNK]")
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=len(vocabulary), hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2, max_position_embeddings=256
    )
    model = LlamaForCausalLM(config).eval()

    def generate(prompt: str, length: int = 12) -> str:
        ids = tokenizer(" ".join(prompt.split()[-60:]), return_tensors="pt")["input_ids"]
        with torch.no_grad():
            made = model.generate(ids, max_new_tokens=length, do_sample=True, pad_token_id=0, eos_token_id=None)
        return str(tokenizer.decode(made[0, ids.shape[1] :]))

    return generate


def _filled(user: str, babble: Callable[[str, int], str]) -> dict[str, Any]:
    """Nonsense in the form that was asked for, as a server with constrained decoding gives it."""
    numbers = [json.loads(line)["number"] for line in user.splitlines() if line.startswith('{"number"')]
    if numbers:
        return {"sentences": [{"number": n, "text": babble(user, 12)} for n in numbers]}
    if user.startswith("Note:"):
        made = {"status": "present", "value": None, "unit": None, "choice": None}
        return {"facts": [{"quote": babble(user, 2), "concept": babble(user, 1), **made} for _ in range(4)]}
    return {"concepts": [babble(user, 2)], "trials": [babble(user, 1)]}


@pytest.mark.parametrize("constrained", [True, False])
def test_no_unsupported_word_reaches_the_user(
    plain: Assistant, serve: Callable[[Completion], Server], babble: Callable[[str, int], str], constrained: bool
) -> None:
    def complete(request: dict[str, Any]) -> tuple[int, str]:
        user = request["messages"][1]["content"]
        return 200, json.dumps(_filled(user, babble)) if constrained else babble(user, 40)

    server = serve(complete)
    tiny = with_model(plain, LanguageModel(server.setting))
    for question in ("Lowest platelet count accepted in 001?", "What is the dose of lenvatinib in 001?", "Which trials accept Child-Pugh B?"):
        before, after = plain.ask(question, as_of=TODAY), tiny.ask(question, as_of=TODAY)
        assert (after.text, after.citations, after.kind) == (before.text, before.citations, before.kind)
        assert after.model is not None and after.model.calls >= 1
        if constrained:
            assert after.model.failure is None and sum(after.model.rejected.values()) == after.model.sentences > 0
        else:
            assert "not of the form" in str(after.model.failure)
    before_, after_ = (a.match("58M HCC BCLC-C CP A6 ECOG1 plt 82k", as_of=TODAY) for a in (plain, tiny))
    assert after_.trials == before_.trials and not after_.proposals
    assert server.requests and all(r["model"] == "tiny" for r in server.requests)
