"""A contact's row that may be an office the unit has under another name or phone."""

import pytest

from kb.db import Database
from kb.models import KnowledgeVersion, Unit
from kb.queries.alike import alike
from kb.services.entries import Content
from kb.services.like_contacts import KnownContacts
from kb.terms import EntryChoice, EntryOrder, KnowledgeKind
from tests.kb.test_batches import Sender, sender
from tests.kb.test_entries import draft
from tests.kb.test_intake import files, intake
from tests.kb.test_publishing import held, published

__all__ = ["files", "intake", "sender"]
UNIT = Unit(name="汀州市教育局", aliases=["教育局"])


def contact(title: str, phone: str) -> Content:
    return Content(kind=KnowledgeKind.CONTACT, title=title, body="", facts={"phone": phone})


def known(*contacts: tuple[str, str]) -> KnownContacts:
    versions = [
        KnowledgeVersion(id=at, item_id=at, title=title, facts={"phone": phone})
        for at, (title, phone) in enumerate(contacts, 1)
    ]
    return KnownContacts(UNIT, versions)


@pytest.mark.parametrize(
    ("title", "phone", "why"),
    [
        ("汀州市教育局基础教育处", "0999-2300001", "名称相近"),
        ("教育局基础教育管理科", "0999-2300001", "名称相近"),
        ("汀州市教育局入学服务科", "2345678", "电话相同"),
        ("基础教育科办公电话", "（0999）2345678", "电话相同、名称相近"),
        ("汀州市教育局入学服务科", "0999-2300001", ""),
        ("汀州市教育局基础教育二科", "0999-2300001", ""),  # 科 and 二科 are two offices
        ("汀州市教育局学前教育科", "0999-2345678转12", ""),  # another extension
    ],
)
def test_an_office_is_known_again_by_its_phone_or_its_name(
    title: str, phone: str, why: str
) -> None:
    found = known(("汀州市教育局基础教育科", "0999-2345678")).find(contact(title, phone), ())
    said = f"《汀州市教育局基础教育科》{why}：" if why else None
    assert (said in found.reason) if said and found else found is said


def test_a_switchboard_says_nothing_and_a_listed_office_is_still_there() -> None:
    two = known(("信访科", "0999-2345678"), ("人事科", "0999-2345678"))
    assert two.find(contact("财务科", "0999-2345678"), ()) is None
    one = known(("信访科", "0999-2345678"))
    assert one.find(contact("财务科", "0999-2345678"), ("信访科", "财务科")) is None
    assert one.find(contact("财务科", "0999-2345678"), ("财务科",)) is not None


TABLE = """单位,科室,联系电话
汀州市教育局,基础教育与入学科,0999-2345678
汀州市教育局,信访科,0999-2300001
"""


def test_a_row_for_a_renamed_office_changes_the_contact_that_is_there(sender: Sender) -> None:
    old = published(
        sender.database,
        sender.unit,
        kind=KnowledgeKind.CONTACT,
        title="汀州市教育局基础教育科",
        facts={"phone": "0999-2345678"},
    )
    sender.sent_and_read(("电话.csv", TABLE.encode()))
    renamed = next(entry for entry in sender.entries() if "入学科" in entry.title)
    assert (renamed.outcome, renamed.code) == ("near_duplicate", "like_contact")
    assert renamed.matched_version_id == old.id
    assert "《汀州市教育局基础教育科》电话相同" in renamed.reason
    assert sender.tally().to_choose == 1
    sender.choose(EntryChoice.VERSION, renamed.id)
    assert sender.order(EntryOrder.DRAFT) == 2
    made = next(entry for entry in sender.entries() if entry.id == renamed.id)
    with sender.database.reading() as session:
        version = held(session, session.get_one(KnowledgeVersion, made.version_id))
        assert (version.item_id, version.number) == (old.item_id, 2)
        assert version.title == "汀州市教育局基础教育与入学科"


def test_a_contact_that_was_written_is_asked_about_on_its_page(
    any_database: Database, unit: Unit
) -> None:
    old = published(
        any_database, unit, kind=KnowledgeKind.CONTACT, title="招生科", facts={"phone": "2345678"}
    )
    new = draft(
        any_database, unit, kind=KnowledgeKind.CONTACT, title="考试科", facts={"phone": "2345678"}
    )
    with any_database.reading() as session:
        found = alike(session, held(session, new))
        assert found is not None
        assert (found.version.id, "电话相同" in found.reason) == (old.id, True)
