"""What leaves the public pages for other machines: structured data and the feed of notices."""

import json
import re
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from kb.db import Database
from kb.models import KnowledgeVersion, Unit
from kb.terms import KnowledgeKind
from tests.web.api_v1.city import City


def _told(client: FlaskClient, item: int) -> dict[str, Any]:
    page = client.get(f"/entry/{item}").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


def test_a_question_is_told_with_its_answer(client: FlaskClient, city: City) -> None:
    item = city.publish("断了怎么补？", facts={"conclusion": "可以补缴。"})
    told = _told(client, item)
    assert told["@type"] == "FAQPage"
    assert told["mainEntity"][0]["name"] == "断了怎么补？"
    assert told["mainEntity"][0]["acceptedAnswer"]["text"] == "可以补缴。"
    assert told["url"].endswith(f"/entry/{item}")


def test_a_guide_is_a_service_with_its_phone_and_place(client: FlaskClient, city: City) -> None:
    item = city.publish(
        "办居住证",
        kind=KnowledgeKind.GUIDE,
        facts={"conclusion": "到派出所办。", "phone": "0999-1234567", "place": "城东路 1 号"},
    )
    told = _told(client, item)
    assert told["@type"] == "GovernmentService"
    assert told["availableChannel"]["servicePhone"]["telephone"] == "0999-1234567"
    assert told["availableChannel"]["serviceLocation"]["address"] == "城东路 1 号"
    bare = _told(client, city.publish("办证", kind=KnowledgeKind.GUIDE, facts={"fee": "不收费"}))
    assert "availableChannel" not in bare


@pytest.mark.parametrize(("until", "force"), [(None, "InForce"), (date(2026, 5, 6), "NotInForce")])
def test_a_document_says_whether_it_is_in_force(
    client: FlaskClient, city: City, until: date | None, force: str
) -> None:
    item = city.publish(
        "补贴办法",
        kind=KnowledgeKind.POLICY,
        document_number="澜政发〔2025〕7号",
        issued_on=date(2025, 12, 1),
        valid_until=until,
    )
    told = _told(client, item)
    assert told["legislationIdentifier"] == "澜政发〔2025〕7号"
    assert told["legislationDate"] == "2025-12-01"
    assert told["legislationLegalForce"] == f"https://schema.org/{force}"


def test_a_title_cannot_end_the_element_it_is_told_in(client: FlaskClient, city: City) -> None:
    title = "怎么办</script><script>alert(1)</script>&<!--"
    item = city.publish(title, facts={"conclusion": "办。"})
    assert "<script>alert" not in client.get(f"/entry/{item}").text
    assert _told(client, item)["mainEntity"][0]["name"] == title


def test_the_feed_lists_public_notices_that_have_not_ended(client: FlaskClient, city: City) -> None:
    notice: dict[str, Any] = {
        "kind": KnowledgeKind.NOTICE,
        # A character that XML cannot hold came with the text.
        "facts": {"conclusion": "停水 & \x0b限行。"},
    }
    kept = city.publish(
        "江北路停水 <急>", valid_from=date(2026, 5, 8), valid_until=date(2026, 5, 9), **notice
    )
    city.publish("昨天结束的", valid_until=date(2026, 5, 6), **notice)
    city.hide("内部通知", **notice)
    answer = client.get("/notices.rss")
    assert answer.content_type == "application/rss+xml; charset=utf-8"
    channel = ElementTree.fromstring(answer.data).find("channel")  # noqa: S314 - our own
    assert channel is not None
    items = channel.findall("item")
    assert [item.findtext("title") for item in items] == ["江北路停水 <急>"]
    assert items[0].findtext("link", "").endswith(f"/entry/{kept}")
    assert items[0].findtext("description") == "05-08 至 05-09　停水 & 限行。"
    with city.database.reading() as session:
        published = session.get_one(KnowledgeVersion, 1).published_at
    assert parsedate_to_datetime(items[0].findtext("pubDate", "")) == published
    # RSS wants a mail address of an author; an office has a name.
    assert items[0].find("author") is None
    assert items[0].findtext("{http://purl.org/dc/elements/1.1/}creator") == "澜川市教育局"
    (own,) = channel.findall("{http://www.w3.org/2005/Atom}link")
    assert (own.get("rel"), own.get("href")) == ("self", "http://localhost/notices.rss")
    assert channel.findtext("link") == "http://localhost/notices"


def test_units_are_listed_with_what_holds(
    client: FlaskClient, city: City, database: Database
) -> None:
    with database.unit_of_work() as session:
        other = Unit(name="水务集团", kind="国有企业")
        session.add_all([other, Unit(name="没有内容的局")])
        session.flush()
        company = other.id
    city.publish("医保断缴")
    city.publish("过期的", valid_until=date(2026, 5, 6))
    city.publish("水费怎么交", unit_id=company)
    city.hide("水厂值班", unit_id=company)
    page = client.get("/by-unit").text
    assert page.index("市直部门") < page.index("国有企业")
    assert "没有内容的局" not in page
    assert re.search(rf'/by-unit/{company}"><span>水务集团</span><small class="num">1<', page)
    listed = client.get(f"/by-unit/{company}").text
    assert "水费怎么交" in listed
    assert "水厂值班" not in listed
    assert "医保断缴" not in listed
    assert client.get("/by-unit/99999").status_code == 404
