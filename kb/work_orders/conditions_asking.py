"""What asks of a unit, and rulings on them, need beside the right state."""

from datetime import datetime

from kb.errors import IllegalTransition, PermissionDenied
from kb.terms import ClockKind
from kb.work_orders.clocks import clocks_in
from kb.work_orders.facts import Ask
from kb.work_orders.given import Given, wrong


def has_basis(given: Given) -> None:
    """依据 is given."""
    if not str(given.data.get("basis", "")).strip():
        raise wrong("basis", "请写明依据：哪份文件的哪一条")


def may_return(given: Given) -> None:
    """Within its limit, not refused before, and not after two returns."""
    state = given.state
    if state.returns >= given.rules.max_returns:
        raise IllegalTransition(
            f"这张工单已退单 {state.returns} 次，现为联合办理，不能再退单；有争议请向热线中心说明"
        )
    if state.return_refused:
        raise IllegalTransition("热线中心已裁定由本单位办理，不能退单；有争议请向热线中心说明")
    clock = state.clock(ClockKind.RETURN)
    # A stopped one is that of an answer already given, before the order was reopened.
    if clock is not None and (not clock.is_running or clock.overdue(given.at)):
        raise IllegalTransition(f"退单时限（{clock.limit}）已过，不能再退单")


def nothing_waits(given: Given) -> None:
    """No ask waits: one at a time."""
    if given.state.pending is not None:
        label = given.state.pending.ask.label
        raise IllegalTransition(f"{label}申请还在等待批复，请等批复或先撤回")


def no_return_waits(given: Given) -> None:
    """No ask to return waits: it is counted or refused before the order goes elsewhere."""
    pending = given.state.pending
    if pending is not None and pending.ask == Ask.RETURN:
        raise IllegalTransition("退单申请还在等待批复，请先同意或不同意退单，再改由别的单位办理")


def something_waits(given: Given) -> None:
    """An ask waits."""
    if given.state.pending is None:
        raise IllegalTransition("没有等待批复的申请可以撤回；请刷新看最新进展")


def no_exit_waits(given: Given) -> None:
    """The unit does not ask to be rid of the order."""
    pending = given.state.pending
    if pending is not None and pending.ask in (Ask.RETURN, Ask.DECLINE):
        raise IllegalTransition(f"{pending.ask.label}申请还在等待批复；要答复请先撤回申请")


def is_not_paused(given: Given) -> None:
    """The order is not paused now."""
    if given.state.pause(given.at) is not None:
        raise IllegalTransition("工单正在挂起，请先恢复办理")


def is_paused(given: Given) -> None:
    """The order is paused now."""
    if given.state.pause(given.at) is None:
        raise IllegalTransition("工单没有挂起，不需要恢复")


def is_in_time(given: Given) -> None:
    """The promise has not run out."""
    clock = given.state.clock(ClockKind.RESOLVE)
    if clock is not None and clock.overdue(given.at):
        raise IllegalTransition("办结时限已过，到期之后不能再申请延期或挂起")


def may_extend(given: Given) -> None:
    """Extensions are left, and how long is said."""
    if given.state.extensions >= given.rules.max_extensions:
        raise IllegalTransition(f"这张工单已延期 {given.state.extensions} 次，不能再延期")
    if not given.data.get("limit"):
        raise wrong("limit", "请选择延长多久")


def moves_the_promise(given: Given) -> None:
    """The grant carries a resolve clock that is not earlier than the promise."""
    carried, running = (
        clocks_in(given.data).get(ClockKind.RESOLVE),
        given.state.clock(ClockKind.RESOLVE),
    )
    if running is not None and (carried is None or carried.due < running.due):
        raise wrong("clocks", "新的办结时限不能早于原来的时限")


def resumes_sooner(given: Given) -> None:
    """Resuming never moves the promise later."""
    carried, running = (
        clocks_in(given.data).get(ClockKind.RESOLVE),
        given.state.clock(ClockKind.RESOLVE),
    )
    if running is not None and (carried is None or carried.due > running.due):
        raise wrong("clocks", "提前恢复后的办结时限不能晚于挂起时的时限")


def until_later(given: Given) -> None:
    """The end of the pause is ahead."""
    try:
        until = datetime.fromisoformat(str(given.data.get("until", "")))
    except ValueError as error:
        raise wrong("until", "请填写挂起到哪一天") from error
    if until.tzinfo is None or until <= given.at:
        raise wrong("until", "挂起的结束时间应晚于现在")


def has_evidence(given: Given) -> None:
    """证明材料 and who signed."""
    if not given.data.get("files"):
        raise wrong("files", "请上传证明材料，如政策文件、现场勘察记录")
    if not str(given.data.get("signer", "")).strip():
        raise wrong("signer", "请填写签字确认的单位负责人姓名")


def another_signs(given: Given) -> None:
    """四眼: whoever asks does not sign."""
    asked = given.state.pending
    is_own = asked is not None and asked.by_id is not None and asked.by_id == given.actor_id
    if given.rules.four_eyes and is_own:
        raise PermissionDenied("不予办理由您本人申请，请本单位另一位审核人签批")
