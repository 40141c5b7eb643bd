"""附件 that the centre puts beside an order on its page."""

from io import BytesIO

from sqlalchemy import select

from kb.db import Database
from kb.models import WorkOrder
from kb.terms import Role
from tests.web.conftest import Login
from tests.web.dispatch.conftest import Scene, path_of, send


def test_the_centre_puts_a_file_beside_an_order_and_loses_none_on_a_refusal(
    login_as: Login, scene: Scene, database: Database
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    path = path_of(dispatcher, scene.at_water)
    assert 'enctype="multipart/form-data"' in dispatcher.get(path).text
    stale = send(
        dispatcher, scene.at_water, "noted", files=(BytesIO(b"%PDF-1.4"), "来信.pdf"), seen="1"
    )
    assert stale.status_code == 409
    assert "已经存好、还没有提交的文件" in stale.text and "来信.pdf" in stale.text
    kept = stale.text.split('type="checkbox" name="file" value="', 1)[1].split('"', 1)[0]
    assert send(dispatcher, scene.at_water, "noted", file=kept).status_code == 302
    with database.reading() as session:
        query = select(WorkOrder).where(WorkOrder.number == scene.at_water)
        order = session.scalars(query).one()
        assert order.events[-1].data["files"] == [int(kept)]
        assert [(row.name, row.seq) for row in order.files] == [("来信.pdf", len(order.events))]
    assert "来信.pdf" in dispatcher.get(path).text
