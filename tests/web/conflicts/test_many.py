"""口径确认 closed many at once: an editor rules, a unit answers for its own side."""

from urllib.parse import unquote

from kb.terms import Role
from tests.web.conflicts.test_conflicts import Pair, finance, pair, send
from tests.web.conftest import Login

__all__ = ["finance", "pair"]
PATH = "/units/conflicts/many"


def test_an_editor_looks_then_rules_many(login_as: Login, pair: Pair) -> None:
    row = pair.find(is_live=True)
    editor, tick = login_as(Role.EDITOR), f"{row.id}:{row.rev}"
    assert f'name="item" value="{tick}"' in editor.get("/units/conflicts").text
    bare = send(editor, PATH, item=[tick])
    assert bare.status_code == 422 and "请写明依据" in bare.text
    looked = send(editor, PATH, item=[tick, "999:1"], reason="一个是公办，一个是民办")
    assert "1 处都对，适用不同" in looked.text and "没有这条口径确认" in looked.text
    assert pair.row().state == "open"
    filters = "?tab=done&q=学费"
    done = send(editor, PATH + filters, item=[tick], reason="一个是公办，一个是民办", sure="1")
    assert done.status_code == 303
    assert unquote(done.location) == "/units/conflicts?tab=done&q=学费&page=1"
    assert (pair.row().state, pair.row().ruling) == ("settled", "both")


def test_a_unit_answers_for_its_own_side_alone(login_as: Login, pair: Pair) -> None:
    row = pair.find(is_live=True)
    clerk = login_as(Role.UNIT_CLERK)
    send(clerk, PATH, item=[f"{row.id}:{row.rev}"], reason="只管公办", sure="1")
    row = pair.row()
    assert (row.state, {row.left_answer, row.right_answer}) == ("open", {"both", ""})
    again = send(clerk, PATH, item=[f"{row.id}:{row.rev}"], reason="只管公办")
    assert "没有可以这样处理的口径确认" in again.text and "已经这样答复" in again.text
