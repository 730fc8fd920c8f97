"""Prompts: one file each in `prompts/`, versioned, with declared inputs and output model.

    ---
    id: phrase
    version: 1
    inputs: question, sentences
    output: Draft
    ---
    ... what the model is told, the same every time ...
    === user ===
    ... what it is given, with {{question}} and {{sentences}} ...

What is given is filled in once: braces inside a value stay what they are.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.model.outputs import OUTPUTS
from assistant.results import PromptUse
from assistant.settings import PROMPTS
from index.errors import TrialmatchError
from index.text import Frozen

_VARIABLE = re.compile(r"\{\{(\w+)\}\}")
_KEYS = ("id", "version", "inputs", "output")
_USER = "\n=== user ===\n"


class PromptError(TrialmatchError):
    """A prompt file that is not well formed, or a prompt that is filled with other variables than it declares."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A prompt ready to be sent."""

    use: PromptUse
    system: str
    user: str
    output: type[Frozen]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt file: `use` names it in a trace (id, version, the start of the SHA-256 of the file)."""

    use: PromptUse
    inputs: tuple[str, ...]
    output: type[Frozen]
    system: str
    user: str

    def fill(self, values: Mapping[str, str]) -> Filled:
        """The prompt with its variables filled in. Raises PromptError for a variable that is missing or not declared."""
        missing, unknown = sorted(set(self.inputs) - set(values)), sorted(set(values) - set(self.inputs))
        if missing or unknown:
            raise PromptError(f"The prompt {self.use.id} " + (f"lacks {', '.join(missing)}." if missing else f"has no {', '.join(unknown)}."))
        return Filled(self.use, self.system, _VARIABLE.sub(lambda match: values[match[1]], self.user), self.output)


def parse(text: str, name: str) -> Prompt:
    """The prompt of a file's text; `name` is the file's stem, which is the prompt's id. Raises PromptError."""
    head, _, body = text.removeprefix("---\n").partition("\n---\n")
    lines = [line.partition(":") for line in head.splitlines() if line.strip()]
    stated = {key.strip(): value.strip() for key, colon, value in lines if colon}
    if not text.startswith("---\n") or set(stated) != set(_KEYS) or _USER not in body:
        raise PromptError(f"The prompt {name} is not well formed.", f"It needs {', '.join(_KEYS)} between --- lines, and a line === user ===.")
    if stated["id"] != name:
        raise PromptError(f"The prompt {name} calls itself {stated['id']}.", "A prompt's id is its file's name.")
    if stated["output"] not in OUTPUTS:
        raise PromptError(f"The prompt {name} names the output {stated['output']}.", f"Known are: {', '.join(OUTPUTS)}.")
    inputs = tuple(i.strip() for i in stated["inputs"].split(",") if i.strip())
    system, _, user = body.partition(_USER)
    used = set(_VARIABLE.findall(user))
    if used != set(inputs) or _VARIABLE.search(system):
        raise PromptError(
            f"The prompt {name} declares {', '.join(inputs)} and uses {', '.join(sorted(used))}.", "What is given belongs below === user ===."
        )
    use = PromptUse(id=name, version=int(stated["version"]), hash=hashlib.sha256(text.encode()).hexdigest()[:16])
    return Prompt(use, inputs, OUTPUTS[stated["output"]], system.strip(), user.strip())


@cache
def prompt(name: str, folder: Path = PROMPTS) -> Prompt:
    """The prompt of this id. Raises PromptError."""
    try:
        text = (folder / f"{name}.md").read_text(encoding="utf-8")
    except OSError as error:
        raise PromptError(f"The prompt {name} cannot be opened ({error.strerror}).", f"It belongs into {folder}.") from error
    return parse(text, name)
