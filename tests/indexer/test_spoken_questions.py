"""The shipped lexicon leads from callers' words to documents' words; nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.lexicon import Lexicon
from indexer.segment import JiebaSegmenter
from indexer.whoosh_engine import WhooshEngine

from .conftest import item, public
from .spoken_questions import DISTRACTORS, SPOKEN, Spoken

RECORDS = [
    *(item(f"q{n}", case.title, case.text) for n, case in enumerate(SPOKEN)),
    *(item(f"d{n}", title, text) for n, (title, text) in enumerate(DISTRACTORS)),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, segmenter: JiebaSegmenter) -> Path:
    folder = tmp_path_factory.mktemp("spoken") / "index"
    engine = WhooshEngine.create(folder, segmenter)
    engine.apply(RECORDS, [], marker=1)
    engine.close()
    return folder


@pytest.fixture(scope="module")
def with_lexicon(
    folder: Path, segmenter: JiebaSegmenter, lexicon: Lexicon
) -> Iterator[WhooshEngine]:
    engine = WhooshEngine.open(folder, segmenter, lexicon)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def without_lexicon(
    folder: Path, segmenter: JiebaSegmenter, lexicon: Lexicon
) -> Iterator[WhooshEngine]:
    engine = WhooshEngine.open(folder, segmenter, replace(lexicon, synonyms=()))
    yield engine
    engine.close()


def first(engine: WhooshEngine, said: str) -> str:
    hits = engine.search(said, public()).hits
    return hits[0].item_id if hits else ""


@pytest.mark.parametrize(
    ("number", "case"), list(enumerate(SPOKEN)), ids=[case.said for case in SPOKEN]
)
def test_only_the_lexicon_finds_it(
    number: int, case: Spoken, with_lexicon: WhooshEngine, without_lexicon: WhooshEngine
) -> None:
    assert first(with_lexicon, case.said) == f"q{number}"
    assert first(without_lexicon, case.said) != f"q{number}"


def test_there_are_enough_of_them() -> None:
    assert len(SPOKEN) >= 40
