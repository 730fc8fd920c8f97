"""The service: the chat page at /, the HTTP API under /api, and MITRE's POST /getClinicalTrial."""

from assistant.serve.service import serve

__all__ = ["serve"]
