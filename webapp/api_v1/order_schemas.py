"""工单: what is sent and what comes back."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from kb.services.work_orders import Assisting
from kb.terms import Satisfaction
from kb.work_orders.commands import MAX_TEXT
from kb.work_orders.state import OrderState
from webapp.api_v1.document_schemas import MAX_ID
from webapp.api_v1.parsing import Text

_AT = {"format": "date-time"}
STATES = ["open", *(state.value for state in OrderState)]
_RATINGS = [rating.value for rating in Satisfaction]
MAX_LIMIT = 100


class OrdersQuerySchema(Schema):
    """Which orders."""

    state = fields.String(
        validate=validate.OneOf(STATES, error="只能是 " + "、".join(STATES) + " 之一"),
        metadata={"description": "open 为所有没有办结的"},
    )
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000, error="从 1 起"))
    limit = fields.Integer(
        load_default=20,
        validate=validate.Range(1, MAX_LIMIT, error=f"为 1 至 {MAX_LIMIT} 的整数"),
    )


class CommandSchema(Schema):
    """A command with words, which some need."""

    text = Text(validate=validate.Length(max=MAX_TEXT, error=f"内容最多 {MAX_TEXT} 字"))
    seen_events = fields.Integer(
        validate=validate.Range(1, 100_000, error="应为已看到的步骤数"),
        metadata={"description": "已看到的步骤数（event_count）；别人又办了一步时拒绝执行"},
    )


def basis_field() -> Text:
    """依据: which document says so."""
    longest = validate.Length(max=MAX_TEXT, error=f"依据最多 {MAX_TEXT} 字")
    return Text(validate=longest, metadata={"description": "依据：哪份文件的哪一条"})


class AssistingSchema(Schema):
    """协办."""

    unit_id = fields.Integer(
        required=True, validate=validate.Range(1, MAX_ID, error="没有这个单位")
    )
    task = Text(
        load_default="",
        validate=validate.Length(max=500, error="任务最多 500 字"),
        metadata={"description": "请它做什么"},
    )

    @post_load
    def make(self, data: dict[str, Any], **_options: Any) -> Assisting:
        """As the service takes it."""
        return Assisting(**data)


class DispatchSchema(CommandSchema):
    """派单."""

    unit_id = fields.Integer(
        required=True,
        validate=validate.Range(1, MAX_ID, error="没有这个单位"),
        metadata={"description": "主办单位编号"},
    )
    assisting = fields.List(
        fields.Nested(AssistingSchema),
        validate=validate.Length(max=20, error="最多 20 个协办单位"),
        metadata={"description": "协办单位（一单联派）；退单两次之后必填"},
    )
    basis = basis_field()


class ReturnSchema(CommandSchema):
    """退单."""

    basis = basis_field()


class FollowUpSchema(CommandSchema):
    """回访."""

    satisfaction = fields.String(
        required=True,
        validate=validate.OneOf(_RATINGS, error="只能是 " + "、".join(_RATINGS) + " 之一"),
        metadata={"description": "、".join(f"{r.value}（{r.label}）" for r in Satisfaction)},
    )
    reason = fields.String(
        validate=validate.Length(max=80, error="最多 80 字"),
        metadata={"description": "不满意的原因，取自城市方案的清单；不满意时与 text 至少写一样"},
    )


class OrderPartSchema(Schema):
    """A unit's part, also one that is over."""

    unit_id = fields.Integer(required=True)
    unit = fields.String(required=True)
    role = fields.String(required=True)
    role_label = fields.String(required=True)
    since = fields.String(required=True, metadata=_AT)
    until = fields.String(required=True, allow_none=True, metadata=_AT)


class ClockSchema(Schema):
    """A clock: when it started, runs out and stopped, and how that was derived."""

    kind = fields.String(required=True)
    label = fields.String(required=True)
    start = fields.String(required=True, metadata=_AT)
    due_at = fields.String(required=True, metadata=_AT)
    stopped_at = fields.String(required=True, allow_none=True, metadata=_AT)
    limit = fields.String(required=True)
    steps = fields.List(fields.String(), required=True)


class EventSchema(Schema):
    """One step."""

    seq = fields.Integer(required=True)
    kind = fields.String(required=True)
    label = fields.String(required=True)
    at = fields.String(required=True, metadata=_AT)
    actor = fields.String(required=True)
    text = fields.String(required=True)


class OrderBriefSchema(Schema):
    """An order in a list."""

    number = fields.String(required=True)
    request_number = fields.String(required=True)
    title = fields.String(required=True)
    purpose = fields.String(required=True)
    category = fields.String(required=True)
    region = fields.String(required=True)
    state = fields.String(required=True)
    state_label = fields.String(required=True)
    unit_id = fields.Integer(required=True, allow_none=True)
    unit = fields.String(required=True, allow_none=True)
    created_at = fields.String(required=True, metadata=_AT)
    acknowledge_due_at = fields.String(required=True, allow_none=True, metadata=_AT)
    due_at = fields.String(required=True, allow_none=True, metadata=_AT)
    is_overdue = fields.Boolean(required=True)
    event_count = fields.Integer(required=True)


class OrderSchema(OrderBriefSchema):
    """An order with its steps; the requester's phone is masked, or absent where confidential."""

    content = fields.String(required=True)
    place = fields.String(required=True)
    requester_phone = fields.String(required=True)
    due_steps = fields.List(
        fields.String(), required=True, metadata={"description": "时限的推算过程"}
    )
    acknowledged_at = fields.String(required=True, allow_none=True, metadata=_AT)
    reply = fields.String(required=True)
    replied_at = fields.String(required=True, allow_none=True, metadata=_AT)
    resolved_at = fields.String(required=True, allow_none=True, metadata=_AT)
    satisfaction = fields.String(required=True, allow_none=True)
    returns = fields.Integer(required=True)
    reminders = fields.Integer(required=True)
    urgency = fields.String(required=True)
    accountable = fields.String(
        required=True, metadata={"description": "此刻由谁负责：单位名称，或热线中心"}
    )
    pending = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "等待批复的申请：return、extension、pause、decline"},
    )
    pending_in_unit = fields.Boolean(
        required=True,
        metadata={"description": "申请不予办理，还在等本单位审核人签批，没有到热线中心"},
    )
    units = fields.List(fields.Nested(OrderPartSchema), required=True)
    clocks = fields.List(fields.Nested(ClockSchema), required=True)
    merged_into = fields.String(required=True)
    commands = fields.List(
        fields.String(), required=True, metadata={"description": "现在可以做的操作"}
    )
    events = fields.List(fields.Nested(EventSchema), required=True)


class FindingSchema(Schema):
    """Something to look at in a reply; the check explains, people decide."""

    kind = fields.String(required=True)
    label = fields.String(required=True)
    severity = fields.String(
        required=True, metadata={"description": "serious 应改、advice 建议改、hint 提示"}
    )
    sentence = fields.String(required=True)
    quote = fields.String(required=True)
    suggestion = fields.String(required=True)
    against = fields.String(required=True)


class RepliedSchema(OrderSchema):
    """An order just replied to, with what the check found in the reply."""

    findings = fields.List(
        fields.Nested(FindingSchema),
        required=True,
        allow_none=True,
        metadata={"description": "答复检查的发现，先重后轻；检索不可用、没有检查时为 null"},
    )


class OrderListSchema(Schema):
    """A page of orders."""

    orders = fields.List(fields.Nested(OrderBriefSchema), required=True)
    page = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    total = fields.Integer(required=True)
