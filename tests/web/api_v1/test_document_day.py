"""GET /documents/{id}: which version is told to whom, today and for a 口径日期."""

from datetime import date

from flask.testing import FlaskClient

from kb.clock import local_day
from kb.models import KnowledgeItem
from kb.services.entries import Content, create_version
from kb.services.publishing import publish
from kb.terms import KnowledgeKind, Role
from tests.web.api_v1.city import EDITOR, ApiClient, City


def test_what_has_not_begun_is_told_to_its_owners_and_for_its_day(
    client: FlaskClient, city: City
) -> None:
    assert local_day(city.clock()) < date(2026, 6, 1)
    item_id = city.publish("居民医保怎么补缴")  # holds from 2026-01-01
    content = Content(KnowledgeKind.QA, "居民医保补缴新规", "新规。", valid_from=date(2026, 6, 1))
    with city.database.unit_of_work() as session:
        item, now = session.get_one(KnowledgeItem, item_id), city.clock()
        version = create_version(session, item, content=content, actor=EDITOR, now=now)
        publish(session, version, actor=EDITOR, now=now)
    own = ApiClient(client, city.token(Role.UNIT_CLERK))
    other = ApiClient(client, city.token(Role.UNIT_CLERK, unit_id=city.other_unit()))
    path = f"/documents/{item_id}"
    assert (own.get(path).json["version"], other.get(path).json["version"]) == (2, 1)
    for api in (own, other):
        told = [api.get(f"{path}?as_of={day}") for day in ("2026-05-31", "2026-06-01")]
        assert [answer.json["version"] for answer in told] == [1, 2]
        assert api.get(f"{path}?as_of=2025-12-31").status_code == 404
        assert api.get(f"{path}?as_of=昨天").status_code == 422
    ahead = city.publish("明年的办法", valid_from=date(2027, 1, 1))
    assert own.get(f"/documents/{ahead}").status_code == 200
    assert other.get(f"/documents/{ahead}").status_code == 404
