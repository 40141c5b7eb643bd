"""What 查进度 says of a request and its orders, in plain words."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from kb.clock import minute_text
from kb.models import CitizenRequest
from kb.queries.progress_steps import RANK
from kb.terms import Outcome
from kb.work_orders.facts import Pause, Settled
from kb.work_orders.state import OrderState, State

_IN_WORDS = {
    OrderState.ACCEPTED: ("已受理，等待派单", "热线中心正在确定由哪个单位办理。"),
    OrderState.DISPATCHED: ("已派单，等待签收", "已转给负责的单位，单位还没有签收。"),
    OrderState.ACKNOWLEDGED: ("正在办理", "负责的单位已经签收，正在办理。"),
    OrderState.UNIT_REVIEW: ("已答复，正在审核", "负责的单位已经答复，正在审核答复内容。"),
    OrderState.CENTRE_REVIEW: (
        "已答复，正在审核",
        "负责的单位已经答复，热线中心正在核对答复内容。",
    ),
    OrderState.RESOLVED: ("已办结", "办理结果已经答复您；如有疑问请拨打 12345，并报上编号。"),
    OrderState.ARCHIVED: ("已办结", "办理结果已经答复您；如有疑问请拨打 12345，并报上编号。"),
    OrderState.MERGED: (
        "已合并办理",
        "与同一事项的诉求合并办理；如有疑问请拨打 12345，并报上编号。",
    ),
    OrderState.CANCELLED: (
        "已撤单",
        "这件诉求已经撤单，不再办理；如有疑问请拨打 12345，并报上编号。",
    ),
}

_DECLINED = (
    "已核查不予办理",
    "您反映的事项经核查不予办理，原因已经告诉您；如有疑问请拨打 12345，并报上编号。",
)

_SHORT = {
    OrderState.ACCEPTED: "等待派单",
    OrderState.DISPATCHED: "还没有签收",
    OrderState.ACKNOWLEDGED: "正在办理",
    OrderState.UNIT_REVIEW: "已答复、正在审核",
    OrderState.CENTRE_REVIEW: "已答复、正在审核",
    OrderState.RESOLVED: "已办结",
    OrderState.ARCHIVED: "已办结",
    OrderState.MERGED: "已合并办理",
    OrderState.CANCELLED: "已撤单",
}


def is_declined(state: State) -> bool:
    """Tell whether an order ended with 不予办理."""
    return state.settled == Settled.DECLINED


def of_several(states: Sequence[State], ending: str = "", now: datetime | None = None) -> str:
    """How far each of the orders is, that a request was split into; the slowest stands last.

    :param ending: what is to be said behind it instead of the usual.
    :param now: the moment at which pauses may run.
    """
    ordered = sorted(states, key=lambda state: -RANK[state.step])
    counts = Counter(_short(state, now) for state in ordered)
    told = "，".join(f"{count} 张{words}" for words, count in counts.items())
    apart = len({RANK[state.step] for state in states}) > 1
    ending = ending or ("下面是最慢的一张。" if apart else "如有疑问请拨打 12345，并报上编号。")
    units = {state.unit_id for state in states} - {None}
    by_whom = "，由几个单位分别办理" if len(units) > 1 else ""
    return f"您的诉求分成 {len(states)} 张工单{by_whom}：{told}。{ending}"


def pause_at(state: State, now: datetime | None) -> Pause | None:
    """The pause (挂起) that runs at a moment; without one nobody asks."""
    return state.pause(now) if now is not None and state.is_open else None


def _short(state: State, now: datetime | None) -> str:
    pause = pause_at(state, now)
    if pause is not None:
        return f"暂停办理到 {minute_text(pause.end)}"
    return _DECLINED[0] if is_declined(state) else _SHORT[state.step]


def words_of(
    request: CitizenRequest, behind: State | None, now: datetime | None = None
) -> tuple[str, str]:
    """Headline and explanation, by the order furthest behind.

    :param now: the moment at which a pause may run.
    """
    if request.outcome == Outcome.ONLINE:
        return "已办结", "您的问题在通话中已经答复；如有疑问请再拨 12345，并报上编号。"
    if request.outcome == Outcome.INVALID:
        return "已结束", "这件诉求没有进入办理；如需了解原因请拨打 12345，并报上编号。"
    if behind is None:
        return "已登记", "热线中心已经登记，正在处理。"
    pause = pause_at(behind, now)
    if pause is not None:
        until = minute_text(pause.end)
        return "正在办理，已暂停", f"经热线中心同意，暂停办理到 {until}，届时继续办理。"
    if behind.reopens and behind.step == OrderState.ACKNOWLEDGED:
        return "正在重新办理", "已交回负责的单位重新办理，时限重新计算。"
    return _DECLINED if is_declined(behind) else _IN_WORDS[behind.step]
