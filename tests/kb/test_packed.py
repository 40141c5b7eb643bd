"""Several texts in one column: read back whole, and always those of the row as it stands."""

import pytest
from sqlalchemy import Text, cast, literal_column, select, update
from sqlalchemy.orm import Session

from kb.db import Database
from kb.migrations.run import downgrade, upgrade
from kb.models import CitizenRequest
from kb.packed import packed, unpacked
from tests.kb.hotline import Hotline, at

NOW = at("2026-03-02 09:00")


def _kept(session: Session) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    kept = select(CitizenRequest.filed_place, CitizenRequest.filed_matter)
    rows = session.execute(kept.order_by(CitizenRequest.id)).all()
    return [(unpacked(str(place), 4), unpacked(str(matter), 4)) for place, matter in rows]


@pytest.mark.parametrize(
    "texts", [("电话", "综合", "城东/一街"), ("", "", ""), ("2:", ":", "1:a:"), ("ab", "", "c")]
)
def test_whatever_stands_in_the_texts_comes_back(
    any_database: Database, texts: tuple[str, ...]
) -> None:
    columns = [f"CAST('{text}' AS VARCHAR(20))" for text in texts]
    with any_database.reading() as session:
        stored = session.scalar(select(cast(literal_column(packed(*columns)), Text)))
    assert unpacked(str(stored), 3) == texts


def test_what_figures_group_by_follows_every_change(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        changed, other = (city.request(NOW, category="供水", region="城东") for _ in range(2))
        changed.channel, changed.purpose = "微信", "complaint"
        other.purpose = "help"
    with any_database.unit_of_work() as session:
        found = session.get_one(CitizenRequest, changed.id)
        found.category, found.outcome = "供热/温度", "invalid"
        session.execute(
            update(CitizenRequest)
            .where(CitizenRequest.id == other.id)
            .values(region="城西", line="12345:2")
        )
    with any_database.reading() as session:
        assert _kept(session) == [
            (("invalid", "微信", "综合", "城东"), ("invalid", "微信", "complaint", "供热/温度")),
            (("open", "电话", "12345:2", "城西"), ("open", "电话", "help", "供水")),
        ]


def test_requests_from_before_are_kept_the_same_way(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        Hotline(session).request(NOW, category="供水", region="城东").purpose = "help"
    downgrade(any_database.engine, "0052")
    upgrade(any_database.engine)
    with any_database.reading() as session:
        assert _kept(session) == [
            (("open", "电话", "综合", "城东"), ("open", "电话", "help", "供水"))
        ]
