"""Trials from ClinicalTrials.gov into the store. Nothing is requested unless `fetch` or `sync` is called."""

from index.registry.client import PUBLIC, Page, Query, Registry
from index.registry.sync import SyncResult, fetch, sync

__all__ = ["PUBLIC", "Page", "Query", "Registry", "SyncResult", "fetch", "sync"]
