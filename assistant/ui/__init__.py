"""The Gradio page. It renders what the public API returns and decides nothing."""

from assistant.ui.page import launch

__all__ = ["launch"]
