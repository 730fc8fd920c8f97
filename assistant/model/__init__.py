"""The optional language model: it may read, reword and suggest; it decides nothing. See docs/model.md."""

from assistant.model.language_model import LanguageModel, totals

__all__ = ["LanguageModel", "totals"]
