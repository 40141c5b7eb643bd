"""诉求: what is sent and what comes back."""

from marshmallow import Schema, fields, validate

from kb.terms import Purpose
from webapp.api_v1.document_schemas import MAX_ID
from webapp.api_v1.parsing import Text

_SHOWN = "、".join(f"{purpose.value}（{purpose.label}）" for purpose in Purpose)


def _length(most: int, what: str, least: int = 0) -> validate.Length:
    return validate.Length(least, most, error=f"{what}最多 {most} 字")


class RegistrationSchema(Schema):
    """登记."""

    title = Text(required=True, validate=_length(200, "标题", 1))
    content = Text(validate=_length(5000, "内容"))
    purpose = Text(metadata={"description": f"{_SHOWN}，或本市自己的诉求目的（写名称）"})
    category = Text(metadata={"description": "分类，写作“一级/二级”"})
    region = Text()
    place = Text(validate=_length(200, "地点"))
    channel = Text(metadata={"description": "渠道"})
    line = Text(metadata={"description": "专线"})
    requester_name = Text(validate=_length(40, "姓名"))
    requester_phone = Text(validate=_length(20, "电话"))
    is_confidential = fields.Boolean(metadata={"description": "诉求人要求保密"})


class AdoptionSchema(Schema):
    """在线办结: which passage of which entry answered."""

    item_id = fields.Integer(
        required=True, validate=validate.Range(1, MAX_ID, error="没有这个条目")
    )
    passage_ordinal = fields.Integer(
        load_default=0, validate=validate.Range(0, 100_000, error="没有这一段")
    )
    query = Text(load_default="", validate=_length(1000, "问题"))


class HandOverSchema(Schema):
    """转工单."""

    query = Text(load_default="", validate=_length(1000, "问题"))
    seen_item_id = fields.Integer(
        load_default=None,
        validate=validate.Range(1, MAX_ID, error="没有这个条目"),
        metadata={"description": "当时第一张卡片的条目编号：有答案却没用上的记录"},
    )


class RequestSchema(Schema):
    """诉求; the requester's phone is masked."""

    number = fields.String(required=True)
    received_at = fields.String(required=True, metadata={"format": "date-time"})
    outcome = fields.String(required=True)
    outcome_label = fields.String(required=True)
    resolved_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    title = fields.String(required=True)
    purpose = fields.String(required=True)
    purpose_label = fields.String(required=True)
    category = fields.String(required=True)
    region = fields.String(required=True)
    place = fields.String(required=True)
    channel = fields.String(required=True)
    line = fields.String(required=True)
    requester_phone = fields.String(required=True, metadata={"description": "只留前三位和后四位"})
    is_confidential = fields.Boolean(required=True)
    orders = fields.List(fields.String(), required=True, metadata={"description": "工单编号"})
