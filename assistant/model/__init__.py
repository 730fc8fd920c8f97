"""The optional language model: it may read, reword and suggest; it decides nothing. See docs/model.md."""

from assistant.model.language_model import LanguageModel, reset_totals, totals

__all__ = ["LanguageModel", "reset_totals", "totals"]
