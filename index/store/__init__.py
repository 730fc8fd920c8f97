"""The store of trials and passages: `Store`."""

from index.store.manifest import Manifest
from index.store.store import Hit, Progress, Store

__all__ = ["Hit", "Manifest", "Progress", "Store"]
