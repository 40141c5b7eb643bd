"""What 查进度 says of a request and its orders, in plain words."""

from collections import Counter
from collections.abc import Sequence

from kb.models import CitizenRequest
from kb.queries.progress_steps import RANK
from kb.terms import Outcome
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


def of_several(states: Sequence[State]) -> str:
    """How far each of the orders is, that a request was split into; the slowest stands last."""
    ordered = sorted(states, key=lambda state: -RANK[state.step])
    counts = Counter(_SHORT[state.step] for state in ordered)
    told = "，".join(f"{count} 张{words}" for words, count in counts.items())
    ending = "下面是最慢的一张。" if len(counts) > 1 else "如有疑问请拨打 12345，并报上编号。"
    units = {state.unit_id for state in states} - {None}
    by_whom = "，由几个单位分别办理" if len(units) > 1 else ""
    return f"您的诉求分成 {len(states)} 张工单{by_whom}：{told}。{ending}"


def words_of(request: CitizenRequest, behind: State | None) -> tuple[str, str]:
    """Headline and explanation, by the order furthest behind."""
    if request.outcome == Outcome.ONLINE:
        return "已办结", "您的问题在通话中已经答复；如有疑问请再拨 12345，并报上编号。"
    if request.outcome == Outcome.INVALID:
        return "已结束", "这件诉求没有进入办理；如需了解原因请拨打 12345，并报上编号。"
    if behind is None:
        return "已登记", "热线中心已经登记，正在处理。"
    if behind.reopens and behind.step == OrderState.ACKNOWLEDGED:
        return "正在重新办理", "已交回负责的单位重新办理，时限重新计算。"
    return _IN_WORDS[behind.step]
