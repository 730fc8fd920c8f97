"""The lexical index: BM25 over folded words (British and American spelling, singular and plural are one). The one file that knows tantivy."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.passages import Passage
from index.text import repair
from index.vocabulary import tokens


class Lexical:
    """A tantivy index in a folder. Readers in other processes see what is committed."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._tantivy = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("trial", tokenizer_name="raw", index_option="basic")
        builder.add_text_field("section", tokenizer_name="raw", index_option="basic")
        builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        folder.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(self._schema, path=str(folder), reuse=True)

    def update(self, passages: Sequence[Passage], deleted: Sequence[str]) -> None:
        """Adds or replaces passages and deletes ids, all at once."""
        writer = self._index.writer(num_threads=1)
        for id_ in (*deleted, *(p.id for p in passages)):
            writer.delete_documents("id", id_)
        for passage in passages:
            document = self._tantivy.Document(
                id=passage.id, trial=passage.trial_id, section=passage.section, body=" ".join(_words(f"{passage.context} {passage.text}"))
            )
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def clear(self) -> None:
        """Deletes everything."""
        writer = self._index.writer(num_threads=1)
        writer.delete_all_documents()
        writer.commit()
        writer.wait_merging_threads()

    def count(self) -> int:
        """Number of passages."""
        self._index.reload()
        return int(self._index.searcher().num_docs)

    def search(self, query: str, trials: Sequence[str] | None, sections: Sequence[str] | None, k: int) -> list[tuple[str, float]]:
        """Ids and BM25 scores of the passages that share a word with the query, best first; equals in order of id."""
        terms = sorted(set(_words(query)))
        if not terms:
            return []
        must, should = self._tantivy.Occur.Must, self._tantivy.Occur.Should
        ask = self._tantivy.Query
        words = ask.boolean_query([(should, ask.term_query(self._schema, "body", term, "freq")) for term in terms])
        clauses: list[tuple[Any, Any]] = [(must, words)]
        for name, allowed in (("trial", trials), ("section", sections)):
            if allowed is not None:
                clauses.append((must, ask.const_score_query(ask.term_set_query(self._schema, name, list(allowed)), 0.0)))
        self._index.reload()
        searcher = self._index.searcher()
        hits = searcher.search(ask.boolean_query(clauses), k).hits
        found = [(str(searcher.doc(address)["id"][0]), float(score)) for score, address in hits]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))


def _words(text: str) -> list[str]:
    return [token.key for token in tokens(repair(text).text)]
