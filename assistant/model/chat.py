"""The language model itself, through LangChain: one call at a time, on a budget, with every failure one quiet line.

The only file that knows LangChain's chat models; it loads them at the first call. What a provider's exception says is never repeated:
it may hold a key or the text that was sent.
"""

import os
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from assistant.model.endpoint import Endpoint
from assistant.model.prompts import Filled
from assistant.results import PromptUse
from index.errors import ModelError
from index.text import Frozen

_COOLING = 30.0
"""Seconds for which a model that could not be reached, or was too slow, is left out."""
_CONNECT = 2.0
_CHARACTERS = 4
"""Characters of a token, roughly, for a prompt that has not been sent yet."""
_PACKAGES = {"openai": "langchain-openai", "ollama": "langchain-ollama", "anthropic": "langchain-anthropic"}


@dataclass(frozen=True, slots=True)
class Budget:
    """What one question may cost: calls, seconds in all, tokens sent and returned."""

    calls: int = 3
    seconds: float = 15.0
    tokens: int = 12_000


@dataclass(slots=True)
class Meter:
    """What one question has cost so far."""

    budget: Budget
    calls: int = 0
    seconds: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0
    prompts: list[PromptUse] = field(default_factory=list)

    @property
    def tokens(self) -> int:
        """Tokens both ways."""
        return self.input_tokens + self.output_tokens


class Chat:
    """A model that answers prompts. `model` stands in for LangChain's (any `BaseChatModel`); else it is made at the first call."""

    def __init__(self, endpoint: Endpoint, budget: Budget = Budget(), model: Any = None) -> None:
        self.endpoint = endpoint
        self.budget = budget
        self._model = model
        self._resting_until = 0.0

    def meter(self) -> Meter:
        """A fresh budget, for one question."""
        return Meter(self.budget)

    def ask(self, prompt: Filled, meter: Meter) -> Frozen:
        """The model's answer, an instance of the prompt's output model. Raises ModelError, in time, whatever goes wrong."""
        left = self.budget.seconds - meter.seconds
        size = (len(prompt.system) + len(prompt.user)) // _CHARACTERS
        if time.monotonic() < self._resting_until:
            raise ModelError("The language model is left out for a while after a failure.")
        if meter.calls >= self.budget.calls or left <= 0 or meter.tokens + size > self.budget.tokens:
            raise ModelError("The language model's budget for this question is spent.")
        meter.calls += 1
        meter.prompts.append(prompt.use)
        started = time.monotonic()
        said: list[Any] = []
        thread = threading.Thread(target=self._work, args=(prompt, left, said), daemon=True, name="language-model")
        thread.start()
        thread.join(left)
        meter.seconds += time.monotonic() - started
        if not said:
            self._resting_until = time.monotonic() + _COOLING
            raise ModelError(f"The language model did not answer within {self.budget.seconds:g} seconds.")
        if isinstance(said[0], ModelError):
            raise said[0]
        if isinstance(said[0], BaseException):
            raise self._failure(said[0]) from None
        return self._parsed(said[0], prompt, meter, size)

    def _work(self, prompt: Filled, seconds: float, said: list[Any]) -> None:
        """In a thread of its own, which is left behind when it is too slow. Appends the reply or what went wrong."""
        try:
            said.append(self._call(prompt, seconds))
        except BaseException as error:
            said.append(error)

    def _call(self, prompt: Filled, seconds: float) -> Any:
        if self._model is None:
            self._model = _made(self.endpoint, self.budget)
        from langsmith import tracing_context

        messages = [("system", prompt.system), ("human", prompt.user)]
        with tracing_context(enabled=False):  # whatever the environment says: a trace would hold the patient's text
            return self._model.with_structured_output(prompt.output, include_raw=True).invoke(messages)

    def _parsed(self, reply: Any, prompt: Filled, meter: Meter, size: int) -> Frozen:
        raw = reply.get("raw") if isinstance(reply, dict) else None
        usage = getattr(raw, "usage_metadata", None) or {}
        meter.input_tokens += int(usage.get("input_tokens") or size)
        meter.output_tokens += int(usage.get("output_tokens") or len(str(getattr(raw, "content", ""))) // _CHARACTERS)
        if (getattr(raw, "additional_kwargs", None) or {}).get("refusal"):
            raise ModelError("The language model refused.")
        parsed = reply.get("parsed") if isinstance(reply, dict) else reply
        if not isinstance(parsed, prompt.output):
            raise ModelError("The language model's answer was not of the form that was asked for.")
        return parsed

    def _failure(self, error: BaseException) -> ModelError:
        """One quiet line for whatever a provider raises, by the kind of exception alone."""
        kind = type(error).__name__.casefold()
        if "ratelimit" in kind or getattr(error, "status_code", None) == 429:
            self._resting_until = time.monotonic() + _COOLING
            return ModelError("The language model limits how often it can be asked.")
        if "timeout" in kind:
            self._resting_until = time.monotonic() + _COOLING
            return ModelError("The language model did not answer in time.")
        if isinstance(error, OSError) or "connect" in kind or "network" in kind:
            self._resting_until = time.monotonic() + _COOLING
            return ModelError(f"The language model at {self.endpoint.host} cannot be reached.")
        if "refusal" in kind or "contentfilter" in kind:
            return ModelError("The language model refused.")
        if "parser" in kind or "validation" in kind or "length" in kind or "jsondecode" in kind:
            return ModelError("The language model's answer was not of the form that was asked for.")
        return ModelError(f"The language model failed ({type(error).__name__}).")


def _made(endpoint: Endpoint, budget: Budget) -> Any:
    """LangChain's model: no retries, and for a local one no proxy and no redirection. Raises ModelError where its package is missing."""
    if endpoint.local:  # a server that does not run is found before seconds are spent on loading libraries
        address = urlsplit(endpoint.url)
        socket.create_connection((endpoint.host, address.port or 80), _CONNECT).close()
    options: dict[str, Any] = {"model_provider": endpoint.provider, "temperature": 0}
    if endpoint.url:
        options["base_url"] = endpoint.url
    try:
        match endpoint.provider:
            case "ollama":
                options |= {"client_kwargs": {"timeout": budget.seconds, "trust_env": not endpoint.local}, "num_predict": budget.tokens // 4}
            case "openai":
                options |= {"max_retries": 0, "max_tokens": budget.tokens // 4, **_openai(endpoint, budget)}
            case _:
                options |= {"timeout": budget.seconds, "max_retries": 0, "max_tokens": budget.tokens // 4}
        from langchain.chat_models import init_chat_model

        return init_chat_model(endpoint.model, **options)
    except ImportError:
        package = _PACKAGES.get(endpoint.provider, f"langchain-{endpoint.provider}")
        raise ModelError(f"Models of {endpoint.provider} need {package}.", f"Install it: pip install 'trialmatch[model]' {package}") from None


def _openai(endpoint: Endpoint, budget: Budget) -> dict[str, Any]:
    """A short wait for the connection; for a local server its own client, without proxies and redirections, and a key that is none."""
    from openai import DefaultHttpxClient, Timeout

    timeout = Timeout(budget.seconds, connect=_CONNECT)
    if not endpoint.local:
        return {"timeout": timeout}
    client = DefaultHttpxClient(timeout=timeout, trust_env=False, follow_redirects=False)
    return {"timeout": timeout, "http_client": client, "api_key": os.environ.get("OPENAI_API_KEY") or "none"}
