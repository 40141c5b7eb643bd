"""What work, reviews, call-backs and archiving need beside the right state."""

from kb.errors import IllegalTransition, PermissionDenied
from kb.terms import Purpose, Satisfaction
from kb.work_orders.facts import FollowUpState, Knowledge
from kb.work_orders.given import Given, wrong

CALL_RESULTS = {
    "no_answer": "无人接听",
    "busy": "占线",
    "switched_off": "停机或关机",
    "wrong_number": "号码有误",
    "refused": "拒绝接听",
}


def another_passes(given: Given) -> None:
    """四眼: the author of a reply does not pass it."""
    last = given.state.replies[-1] if given.state.replies else None
    is_own = last is not None and last.by_id is not None and last.by_id == given.actor_id
    if given.rules.four_eyes and is_own:
        raise PermissionDenied("答复由您本人填写，请本单位另一位审核人审核")


def no_supervision(given: Given) -> None:
    """No 督办单 waits for its answer."""
    if given.state.supervision is not None:
        raise IllegalTransition("上一份督办单还没有答复，请等答复后再处理")


def is_supervised(given: Given) -> None:
    """A 督办单 waits for its answer."""
    if given.state.supervision is None:
        raise IllegalTransition("没有等待答复的督办单")


def waits_to_be_closed(given: Given) -> None:
    """The 督办单 named, or any where none is named, was answered and is not closed."""
    number = given.data.get("number")
    unclosed = [
        one
        for one in given.state.supervisions
        if one.closed_at is None and number in (None, one.number)
    ]
    if not unclosed:
        raise IllegalTransition("没有等待办结的督办单；请刷新看最新进展")
    if all(one.is_open for one in unclosed):
        raise IllegalTransition("督办单还没有答复，不能办结；请等单位答复")


def has_assignee(given: Given) -> None:
    """Somebody is named."""
    if not given.data.get("assignee_id"):
        raise wrong("assignee_id", "请选择经办人")


def says_something(given: Given) -> None:
    """There are words or files."""
    if not given.data.get("text") and not given.data.get("files"):
        raise wrong("text", "请填写备注内容，或附上文件")


def has_part(given: Given) -> None:
    """The unit named has a part now."""
    parts = [
        part for part in given.state.current_parts if part.unit_id == given.data.get("unit_id")
    ]
    if not parts:
        raise PermissionDenied("这张工单不在您的单位办理")


def is_not_called(given: Given) -> None:
    """The requester was not called back since the resolution."""
    if given.state.follow_up == FollowUpState.DONE:
        raise IllegalTransition("这张工单已经回访过；诉求人又有意见的，请选“重办”")


def has_result(given: Given) -> None:
    """Why the call reached nobody."""
    if given.data.get("result") not in CALL_RESULTS:
        raise wrong("result", "请选择没有接通的原因")


def has_satisfaction(given: Given) -> None:
    """How content the requester is, and why not."""
    value = given.data.get("satisfaction")
    if value not in list(Satisfaction):
        raise wrong("satisfaction", "请选择满意度")
    if value == Satisfaction.DISSATISFIED:
        says_why(given)


def says_why(given: Given) -> None:
    """A reason from the city's list, or words of one's own."""
    if not given.data.get("reason") and not given.data.get("text"):
        raise wrong("text", "请选择或写明不满意的原因")


def is_not_objected(given: Given) -> None:
    """The requester has not said so before, since the resolution."""
    if given.state.objected_at is not None:
        raise IllegalTransition("已经收到过这件诉求的评价")


def was_followed_up(given: Given) -> None:
    """Called back, often enough tried, or waived with words."""
    state = given.state
    if (
        state.follow_up != FollowUpState.DONE
        and len(state.attempts) < given.rules.call_attempts
        and not str(given.data.get("waived", "")).strip()
    ):
        raise wrong(
            "waived",
            f"还没有回访：请先回访，或拨打 {given.rules.call_attempts} 次未接通，"
            "或写明不能回访的原因（如匿名）",
        )


def answers_discontent(given: Given) -> None:
    """Whoever is not content, and gets nothing redone, is told why in the file."""
    is_discontent = given.state.satisfaction == Satisfaction.DISSATISFIED
    if is_discontent and not str(given.data.get("text", "")).strip():
        raise wrong("text", "诉求人不满意：请重办，或写明不再重办的理由再归档")


def left_knowledge(given: Given) -> None:
    """A consultation has its 知识成果; any outcome given is whole."""
    data = given.data
    outcome = data.get("knowledge") or ""
    if not outcome and data.get("purpose") != Purpose.CONSULTATION:
        return
    if outcome not in list(Knowledge):
        raise wrong("knowledge", "咨询工单归档前要写明知识成果：新建、更新、已有或不具普遍性")
    if outcome == Knowledge.NOT_GENERAL:
        if not str(data.get("knowledge_text", "")).strip():
            raise wrong("knowledge_text", "请写明为什么不具普遍性")
    elif not data.get("item_id"):
        raise wrong("item_id", "请选择对应的知识条目")
