"""What sending an order somewhere needs beside the right state."""

from kb.errors import IllegalTransition, PermissionDenied
from kb.terms import Urgency
from kb.work_orders.given import Given, wrong


def has_lead(given: Given) -> None:
    """A lead unit, and no unit twice."""
    if not given.data.get("unit_id"):
        raise wrong("unit_id", "请选择承办单位")
    others = [one.get("unit_id") for one in given.data.get("assisting", ())]
    if given.data["unit_id"] in others or len(set(others)) != len(others):
        raise wrong("assisting", "同一个单位只能选一次：主办单位不能同时是协办单位")


def is_joint_when_due(given: Given) -> None:
    """After two returns nobody handles it alone."""
    if given.state.returns >= given.rules.max_returns and not given.data.get("assisting"):
        raise wrong(
            "assisting",
            f"这张工单已退单 {given.state.returns} 次，只能指定主办单位并加协办单位联合办理",
        )


def changes_something(given: Given) -> None:
    """A reassignment is to other units."""
    state, data = given.state, given.data
    now = {part.unit_id for part in state.assisting}
    if data["unit_id"] == state.unit_id and now == {
        one["unit_id"] for one in data.get("assisting", ())
    }:
        raise wrong("unit_id", f"这张工单已经由{state.unit or '这个单位'}办理，请选择别的单位")


def asks_units(given: Given) -> None:
    """At least one unit is asked."""
    if not given.data.get("asked"):
        raise wrong("asked", "请至少选择一个需要出具意见的单位")


def was_asked(given: Given) -> None:
    """A ruling is open and asked this unit."""
    ruling = given.state.ruling
    if ruling is None or not ruling.is_open:
        raise IllegalTransition("这张工单没有正在进行的核定")
    if given.data.get("unit_id") not in {key for key, _ in ruling.asked}:
        raise PermissionDenied("这次核定没有请您的单位出具意见")


def is_ruling(given: Given) -> None:
    """A ruling is open."""
    if not given.state.is_ruling:
        raise IllegalTransition("这张工单没有正在进行的核定")


def has_urgency(given: Given) -> None:
    """Another 紧急程度 than now."""
    value = given.data.get("urgency")
    if value not in list(Urgency):
        raise wrong("urgency", "请选择紧急程度")
    if value == given.state.urgency:
        raise wrong("urgency", f"现在就是“{given.state.urgency.label}”")


def was_merged(given: Given) -> None:
    """The order named was merged into this one."""
    if given.data.get("order") not in given.state.merged:
        raise IllegalTransition("那张工单没有并入这张工单")


def was_never_sent(given: Given) -> None:
    """No unit ever had the order: what one worked on is answered, and counts."""
    if given.state.dispatched_at is not None:
        raise IllegalTransition("这张工单派出过，不能撤单；请重新派单，或并入别的工单")


def took_in_none(given: Given) -> None:
    """No other order was merged into this one: its requester still waits for an answer."""
    if given.state.merged:
        named = "、".join(given.state.merged[:3])
        raise IllegalTransition(f"有工单并入了这张工单（{named}），请先撤销并单再撤单")
