"""Other engines behind one small face: build from tokens, search by tokens (OR, ten best)."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

_LIMIT = 10


class Peer(Protocol):
    """An engine under measurement."""

    def __init__(self, folder: Path, tokens: Sequence[list[str]]) -> None:
        """Index one document per token list, in order.

        :raises ModuleNotFoundError: the engine is not installed.
        """
        ...

    def search(self, words: Sequence[str]) -> list[int]:
        """Ids of the ten best documents for any of the words."""
        ...


class Tantivy:
    """Rust; tokens joined by spaces, white-space tokenizer."""

    def __init__(self, folder: Path, tokens: Sequence[list[str]]) -> None:
        tantivy: Any = import_module("tantivy")
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("number", stored=True)
        builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
        self._module = tantivy
        self._schema = builder.build()
        index = tantivy.Index(self._schema, path=str(folder))
        writer = index.writer(heap_size=256_000_000)
        for number, words in enumerate(tokens):
            writer.add_document(tantivy.Document(number=number, body=" ".join(words)))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def search(self, words: Sequence[str]) -> list[int]:
        query, occur = self._module.Query, self._module.Occur.Should
        clauses = [(occur, query.term_query(self._schema, "body", w)) for w in dict.fromkeys(words)]
        hits = self._searcher.search(query.boolean_query(clauses), limit=_LIMIT).hits
        return [self._searcher.doc(address)["number"][0] for _, address in hits]


class Fts5:
    """SQLite; every token in its own quotes."""

    def __init__(self, folder: Path, tokens: Sequence[list[str]]) -> None:
        self._connection = sqlite3.connect(folder / "fts.db")
        self._connection.execute("CREATE VIRTUAL TABLE passage USING fts5(body)")
        rows = ((number, " ".join(words)) for number, words in enumerate(tokens))
        self._connection.executemany("INSERT INTO passage(rowid, body) VALUES (?, ?)", rows)
        self._connection.commit()

    def search(self, words: Sequence[str]) -> list[int]:
        asked = " OR ".join('"' + word.replace('"', '""') + '"' for word in dict.fromkeys(words))
        found = self._connection.execute(
            "SELECT rowid FROM passage WHERE passage MATCH ? ORDER BY rank LIMIT ?", (asked, _LIMIT)
        )
        return [row[0] for row in found]


class Whoosh:
    """Whoosh 2.7.4 with its own matcher and BM25F."""

    def __init__(self, folder: Path, tokens: Sequence[list[str]]) -> None:
        from whoosh import fields, formats, index, query

        self._query = query
        body = fields.KEYWORD(scorable=True)
        body.format = formats.Frequency()
        schema = fields.Schema(number=fields.STORED(), body=body)
        made = index.create_in(str(folder), schema)
        writer = made.writer(limitmb=256)
        for number, words in enumerate(tokens):
            writer.add_document(number=number, body=" ".join(words))
        writer.commit()
        self._searcher = made.searcher()

    def search(self, words: Sequence[str]) -> list[int]:
        asked = self._query.Or([self._query.Term("body", w) for w in dict.fromkeys(words)])
        return [hit["number"] for hit in self._searcher.search(asked, limit=_LIMIT)]


PEERS: dict[str, type[Peer]] = {"tantivy": Tantivy, "fts5": Fts5, "whoosh": Whoosh}
