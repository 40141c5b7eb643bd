"""开始使用: the way of an empty installation to its first answered call."""

from dataclasses import dataclass

from flask import render_template

from kb.profile import Profile
from kb.queries.first_steps import FirstSteps, first_steps
from webapp.admin.blueprint import bp
from webapp.context import city
from webapp.database import db


def is_named() -> bool:
    """Whether the city profile has a name of its own."""
    return city().city != Profile().city


TITLES = ("写上城市名称", "建单位", "建人员", "发布第一份知识", "接第一通电话")


@dataclass(frozen=True)
class Start:
    """How far the way is gone.

    :ivar next: the number of the first step that is not done; 0 when all are.
    """

    steps: FirstSteps
    done: tuple[bool, ...]

    @property
    def next(self) -> int:
        return self.done.index(False) + 1 if False in self.done else 0

    @property
    def next_title(self) -> str:
        return TITLES[self.next - 1] if self.next else ""


@bp.get("/start")
def start() -> str:
    """The steps, the first open one in front."""
    return render_template("admin/start.html", titles=TITLES)


@bp.app_template_global("start_now")
def start_now() -> Start:
    """开始使用 as it stands: it belongs among the pages of the administration until all is done."""
    found = first_steps(db())
    people = found.has_agent and found.has_editor
    done = (is_named(), found.has_units, people, found.has_knowledge, found.has_answered)
    return Start(found, done)
