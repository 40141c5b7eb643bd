"""What is sent with the commands of an order that need more than words."""

from collections.abc import Mapping

from marshmallow import Schema, fields, validate

from kb.terms import Urgency
from kb.work_orders.conditions_handling import CALL_RESULTS
from kb.work_orders.facts import Knowledge
from webapp.api_v1.document_schemas import MAX_ID
from webapp.api_v1.order_schemas import CommandSchema, basis_field
from webapp.api_v1.parsing import Text

_ID = validate.Range(1, MAX_ID, error="没有这个编号")
_URGENCIES = [one.value for one in Urgency]
_OUTCOMES = ["", *(one.value for one in Knowledge)]
_MAX_WORDS = 500


def _one_of(values: list[str]) -> validate.OneOf:
    return validate.OneOf(values, error="只能是 " + "、".join(filter(None, values)) + " 之一")


def _said(names: Mapping[str, str]) -> str:
    return "、".join(f"{key}（{name}）" for key, name in names.items())


def _words(description: str) -> Text:
    longest = validate.Length(max=_MAX_WORDS, error=f"最多 {_MAX_WORDS} 字")
    return Text(validate=longest, metadata={"description": description})


class UrgencySchema(CommandSchema):
    """调整紧急程度."""

    urgency = fields.String(
        required=True,
        validate=_one_of(_URGENCIES),
        metadata={"description": _said({one.value: one.label for one in Urgency})},
    )


class AssignSchema(CommandSchema):
    """分派."""

    user_id = fields.Integer(
        required=True, validate=_ID, metadata={"description": "本单位经办人的编号"}
    )


class FilesSchema(CommandSchema):
    """Words, with files that were sent before."""

    files = fields.List(
        fields.Integer(validate=_ID),
        validate=validate.Length(max=20, error="一次最多附 20 个文件"),
        metadata={"description": "先传到 files 地址的附件编号，或本单位在这张工单上附过的"},
    )


class ProgressSchema(FilesSchema):
    """办理进展."""

    is_done = fields.Boolean(metadata={"description": "协办任务是否完成"})


class ReplySchema(FilesSchema):
    """答复."""

    is_informed = fields.Boolean(
        allow_none=True, metadata={"description": "诉求人是否已知晓办理结果"}
    )


class ExtensionSchema(CommandSchema):
    """申请延期或批复延期."""

    limit = _words("延长多久，如“3 工作日”；批复时不写则按申请，写的不能比申请的长")


class PauseSchema(CommandSchema):
    """申请挂起."""

    until = fields.AwareDateTime(
        required=True,
        format="iso",
        metadata={"format": "date-time", "description": "挂起到什么时候，带时区"},
    )


class PauseGrantSchema(CommandSchema):
    """批复挂起."""

    until = fields.AwareDateTime(
        format="iso",
        metadata={"format": "date-time", "description": "不写则按申请，写的不能比申请的晚"},
    )


class DeclineSchema(FilesSchema):
    """申请不予办理."""

    basis = basis_field()
    signer = _words("签字确认的单位负责人")


class RulingSchema(CommandSchema):
    """提交疑难核定."""

    unit_ids = fields.List(
        fields.Integer(validate=_ID),
        required=True,
        validate=validate.Length(max=20, error="最多 20 个单位"),
        metadata={"description": "请哪些单位出具意见"},
    )


class OpinionSchema(FilesSchema):
    """核定意见."""

    basis = basis_field()


class AttemptSchema(CommandSchema):
    """回访未接通."""

    result = fields.String(
        required=True,
        validate=_one_of(list(CALL_RESULTS)),
        metadata={
            "description": "、".join(f"{key}（{name}）" for key, name in CALL_RESULTS.items())
        },
    )


class ArchiveSchema(CommandSchema):
    """归档."""

    knowledge = fields.String(
        validate=_one_of(_OUTCOMES), metadata={"description": "知识成果；咨询工单必填"}
    )
    item_id = fields.Integer(
        validate=_ID, allow_none=True, metadata={"description": "对应的知识条目"}
    )
    knowledge_text = _words("为什么不具普遍性")
    waived = _words("没有回访的原因，如匿名")
    category = _words("类别；诉求还没有归类的必填，都不合适的写“其他”（城市有这一类的）或“未分类”")


class MergeSchema(CommandSchema):
    """并单."""

    into = Text(
        required=True,
        validate=validate.Length(1, 40, error="请填写工单编号"),
        metadata={"description": "并入哪张工单，写编号"},
    )


class ReviewSchema(CommandSchema):
    """审核 of a reply, by the unit or the centre, whichever it waits for."""

    passed = fields.Boolean(required=True, metadata={"description": "是否通过；不通过时写明原因"})


class UploadSchema(Schema):
    """An attachment to be kept."""

    file = fields.Raw(
        required=True, metadata={"type": "string", "format": "binary", "description": "附件"}
    )


class OrderFileSchema(Schema):
    """A kept attachment."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    size_bytes = fields.Integer(required=True)
    sha256 = fields.String(required=True)
