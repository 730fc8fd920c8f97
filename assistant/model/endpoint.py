"""Which model, and where it runs: what the setting says, without loading anything."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from index.errors import SettingsError

_PLACES = {
    "openai": (("OPENAI_BASE_URL", "OPENAI_API_BASE"), "https://api.openai.com/v1"),
    "anthropic": (("ANTHROPIC_BASE_URL", "ANTHROPIC_API_URL"), "https://api.anthropic.com"),
    "ollama": (("OLLAMA_HOST",), "http://127.0.0.1:11434"),
}
"""Where a provider's package sends to: the variables that it reads, and its default."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model at a place. `url` is empty for a provider whose place is not known here; that is never taken for local."""

    provider: str
    model: str
    url: str

    @property
    def host(self) -> str:
        """The machine's name, or the provider's."""
        return urlsplit(self.url).hostname or f"the servers of {self.provider}"

    @property
    def local(self) -> bool:
        """Whether it runs on this machine: a loopback address. A name is not looked up, save `localhost`."""
        if not self.url or self.host == "localhost":
            return self.host == "localhost"
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def line(self) -> str:
        """What the page says about it."""
        name = f"Language model {self.model} ({self.provider})"
        if self.local:
            return f"{name} on this machine, {self.host}: it may reword and suggest; it decides nothing."
        leaves = "patient text leaves this machine, without the identifiers that are recognised"
        return f"{name} at {self.host}: {leaves}. It may reword and suggest; it decides nothing."


def endpoint(setting: str, environment: Mapping[str, str] = os.environ) -> Endpoint:
    """The endpoint of a setting, `provider:model` or `provider:model@http://host:port/v1`. Raises SettingsError."""
    named, _, url = setting.strip().partition("@http")
    provider, _, model = named.partition(":")
    if not (provider.replace("_", "").isalnum() and model):
        raise SettingsError(f"The model {setting!r} is not written as provider:model.", "For instance: ollama:llama3.1")
    variables, usual = _PLACES.get(provider, ((), ""))
    url = f"http{url}" if url else next((environment[v].strip() for v in variables if environment.get(v, "").strip()), usual)
    if url and "://" not in url:
        url = f"http://{url}"
    if url and urlsplit(url).hostname == "0.0.0.0":  # what a server is told to listen on, not where it is reached
        url = url.replace("0.0.0.0", "127.0.0.1", 1)
    return Endpoint(provider, model, url)
