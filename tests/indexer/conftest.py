"""A small collection of our own entries, and an engine over it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from indexer.engine import Filters
from indexer.lexicon import Lexicon, default_lexicon
from indexer.records import ItemRecord, PassageRecord
from indexer.segment import JiebaSegmenter, build_segmenter
from indexer.whoosh_engine import WhooshEngine

DAY = date(2026, 6, 1)


def item(item_id: str, title: str, *texts: str, rev: int = 1, **fields: object) -> ItemRecord:
    """A record with one passage per text."""
    passages = tuple(PassageRecord(n, "", text) for n, text in enumerate(texts or (title,)))
    values: dict[str, object] = {"kind": "policy"} | fields
    return ItemRecord(item_id=item_id, rev=rev, title=title, passages=passages, **values)  # type: ignore[arg-type]


def public(as_of: date = DAY, **chosen: frozenset[str]) -> Filters:
    return Filters(as_of=as_of, **chosen)


COLLECTION = (
    item(
        "heat",
        "云湖市集中供热管理规定",
        "第一条 采暖期为每年11月15日至次年3月15日。",
        "第二条 居民卧室温度不得低于18摄氏度。用户可以申请测温，热力公司应当在24小时内上门。",
        document_number="云府规〔2025〕7号",
        issuing_authority="云湖市人民政府",
    ),
    item(
        "unemployment",
        "失业保险金申领问答",
        "失业保险金每月发放标准为1980元。领取期限最长为二十四个月。",
        "申领失业保险金需要身份证和解除劳动合同证明。",
        kind="qa",
        variants=("失业金怎么领",),
    ),
    item(
        "rental",
        "云湖市公共租赁住房分配办法",
        "公共租赁住房实行轮候制度。申请人放弃选房的，一年内不得再次申请。",
    ),
    item(
        "canteen",
        "长者饭堂助餐补贴办法",
        "六十周岁以上老年人在长者饭堂就餐，每人每餐补贴3元。",
    ),
    item(
        "water",
        "云湖市自来水公司联系方式",
        "云湖市自来水公司，地址：滨河路8号，电话：0799-8123456，服务时间：8:30至17:30。",
        kind="contact",
        phones=("0799-8123456",),
    ),
)


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return default_lexicon()


@pytest.fixture(scope="session")
def segmenter(lexicon: Lexicon) -> JiebaSegmenter:
    return build_segmenter(lexicon.user_words)


@pytest.fixture
def engine(tmp_path: Path, segmenter: JiebaSegmenter) -> Iterator[WhooshEngine]:
    """An empty engine."""
    made = WhooshEngine.create(tmp_path / "index", segmenter)
    yield made
    made.close()


@pytest.fixture(scope="session")
def filled(
    tmp_path_factory: pytest.TempPathFactory, segmenter: JiebaSegmenter
) -> Iterator[WhooshEngine]:
    """The collection, for tests that only read."""
    made = WhooshEngine.create(tmp_path_factory.mktemp("filled") / "index", segmenter)
    made.apply(COLLECTION, [], marker=1)
    yield made
    made.close()
