"""The vector index: Chroma through langchain-chroma, inside the store's folder or on a server. The one file that knows either."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.embeddings import Embedder, langchain_embeddings
from index.errors import SettingsError, StoreError
from index.passages import Passage

# Chroma keeps one system per folder and process, and does not see what another process writes after it was opened. So the
# clients are kept here, each with the store's generation that it has seen, and replaced when that has moved on. The lock
# makes sure that nobody is using a client that is being replaced.
_clients: dict[str, tuple[int, Any]] = {}
_lock = threading.RLock()

_FEW = 250
"""So many passages are compared one by one; Chroma's index is slow where few of many are allowed."""


class Vectors:
    """One collection of unit vectors under cosine distance, bound to one store and one embedding model.

    `place` is a folder or a server's address. Every call names the store's `generation` that it wants to see.
    """

    def __init__(self, place: Path | str, store: str, embedder: Embedder) -> None:
        self._place = place
        self._name = f"passages-{store}"
        self._embedder = embedder
        self._client: Any = None
        self._chroma: Any = None

    def update(self, passages: Sequence[Passage], deleted: Sequence[str], generation: int) -> None:
        """Embeds and adds or replaces passages, and deletes ids. Doing it again changes nothing."""
        with _lock:
            chroma = self._at(generation)
            if passages:
                chroma.add_texts(
                    [p.embedded() for p in passages],
                    metadatas=[{"trial": p.trial_id, "section": p.section} for p in passages],
                    ids=[p.id for p in passages],
                )
            if deleted:
                chroma.delete(ids=list(deleted))

    def clear(self, generation: int) -> None:
        """Deletes everything."""
        with _lock:
            self._at(generation).reset_collection()

    def count(self, generation: int) -> int:
        """Number of vectors."""
        with _lock:
            return int(self._collection(generation).count())

    def search(self, query: str, within: Sequence[str] | None, k: int, generation: int) -> list[tuple[str, float]]:
        """Ids and cosine similarities of the passages nearest to the query, of these ids only if given; best first; equals in order of id.

        Asked of Chroma itself: LangChain's class brings the passages' texts back, which the records have, and a second of imports.
        """
        vector = self._embedder.embed_query(query)
        with _lock:
            collection = self._collection(generation)
            if within is not None and len(within) <= _FEW:
                hits = _nearest(vector, collection.get(ids=list(within), include=["embeddings"])) if within else []
            else:
                ids = None if within is None else list(within)
                found = collection.query(query_embeddings=[vector], ids=ids, n_results=k, include=["distances"])
                hits = [(id_, 1 - float(distance)) for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True)]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:k]

    def advance(self, generation: int) -> None:
        """This process itself has brought the index to `generation`: no need to open it again."""
        with _lock:
            key = str(self._place)
            if key in _clients and _clients[key][1] is self._client:
                _clients[key] = (generation, self._client)

    def close(self) -> None:
        """Lets go of the folder. Another store of this process that has it open opens it again by itself."""
        with _lock:
            if self._client is not None and _clients.get(str(self._place), (0, None))[1] is self._client:
                del _clients[str(self._place)]
                self._client.close()
            self._client = None

    def _at(self, generation: int) -> Any:
        """LangChain's vector store, by which passages are written; the collection is made if it is not there."""
        client = _client(self._place, generation)
        if client is not self._client or self._chroma is None:
            from langchain_chroma import Chroma

            self._chroma = Chroma(
                client=client,
                collection_name=self._name,
                embedding_function=langchain_embeddings(self._embedder),
                collection_configuration={"hnsw": {"space": "cosine"}},
            )
            self._client = client
            self._collection(generation)
        return self._chroma

    def _collection(self, generation: int) -> Any:
        """The collection itself, by which passages are counted and searched."""
        from chromadb.errors import NotFoundError

        client = _client(self._place, generation)
        if client is not self._client:
            self._client, self._chroma = client, None
        try:
            found = client.get_collection(self._name, embedding_function=None)
        except NotFoundError:
            self._at(generation)
            found = client.get_collection(self._name, embedding_function=None)
        # An existing collection keeps the distance it was made with, whatever is asked for.
        if found.configuration["hnsw"]["space"] != "cosine":
            raise StoreError(
                f"The vector index in {self._place} was made with another distance than cosine.",
                "Delete it; it is rebuilt from the records at the next search.",
            )
        return found


def _nearest(vector: Sequence[float], found: Any) -> list[tuple[str, float]]:
    import numpy

    if not found["ids"]:
        return []
    vectors, wanted = numpy.asarray(found["embeddings"], dtype="float32"), numpy.asarray(vector, dtype="float32")
    lengths = numpy.linalg.norm(vectors, axis=1) * numpy.linalg.norm(wanted)
    return list(zip(found["ids"], (vectors @ wanted / numpy.maximum(lengths, 1e-12)).tolist(), strict=True))


def _client(place: Path | str, generation: int) -> Any:
    key = str(place)
    seen, client = _clients.get(key, (-1, None))
    if client is not None and (seen == generation or isinstance(place, str)):
        return client
    if client is not None:
        client.close()
    client = _on_server(place) if isinstance(place, str) else _in_folder(place)
    _clients[key] = (generation, client)
    return client


def _in_folder(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))


def _on_server(address: str) -> Any:
    import chromadb
    from chromadb.config import Settings

    url = urlsplit(address)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise SettingsError(f"{address!r} is not the address of a Chroma server.", "Write it as http://127.0.0.1:8000.")
    secure = url.scheme == "https"
    try:
        return chromadb.HttpClient(
            host=url.hostname, port=url.port or (443 if secure else 8000), ssl=secure, settings=Settings(anonymized_telemetry=False)
        )
    except Exception as error:  # the client raises many kinds, all of which mean that the server is not there
        raise StoreError(
            f"The Chroma server at {address} does not answer ({type(error).__name__}).", "Start it, or unset TRIALMATCH_CHROMA_URL."
        ) from error
