"""推送文档: what is sent and what comes back."""

from flask_smorest.fields import Upload  # type: ignore[import-untyped]
from marshmallow import Schema, fields, validate

from kb.facts import LABELS
from kb.services.entries import MAX_BODY, MAX_TITLE, MAX_VARIANTS
from kb.terms import Audience, KnowledgeKind
from webapp.api_v1.parsing import Text

MAX_ID = 2**31 - 1


def _choice(kind: type[KnowledgeKind] | type[Audience]) -> validate.OneOf:
    values = [member.value for member in kind]
    shown = "、".join(f"{member.value}（{member.label}）" for member in kind)
    return validate.OneOf(values, error=f"只能是 {shown} 之一")


def _id(description: str) -> fields.Integer:
    return fields.Integer(
        validate=validate.Range(1, MAX_ID, error="没有这个编号"),
        metadata={"description": description},
    )


class DocumentFormSchema(Schema):
    """What is said about a file or a text."""

    title = Text(
        validate=validate.Length(max=MAX_TITLE, error=f"标题最多 {MAX_TITLE} 字"),
        metadata={"description": "标题；传文件时可不填，由系统识别"},
    )
    kind = fields.String(
        validate=_choice(KnowledgeKind),
        metadata={"description": "知识种类；不填时文件按标题和内容识别，文字作为政策文件"},
    )
    audience = fields.String(validate=_choice(Audience), metadata={"description": "公开或内部"})
    category = Text(metadata={"description": "分类，写作“一级/二级”"})
    unit_id = _id("来源单位编号；不填为令牌所属单位")
    item_id = _id("已知是某条目的新版本时，填该条目编号")
    document_number = Text(validate=validate.Length(max=80, error="文号最多 80 字"))
    issuing_authority = Text(validate=validate.Length(max=200, error="发文机关最多 200 字"))
    issued_on = fields.Date(metadata={"description": "成文日期"})
    valid_from = fields.Date(metadata={"description": "生效日期"})
    valid_until = fields.Date(metadata={"description": "失效日期（含当日）"})
    review_on = fields.Date(metadata={"description": "复核日期"})
    publish = fields.Boolean(
        metadata={"description": "收下即发布；只有知识管理员和受信任单位的审核人可以"}
    )


class DocumentFileFormSchema(DocumentFormSchema):
    """The fields beside a file."""

    dry_run = fields.Boolean(
        metadata={
            "description": "先看会怎样：成为一个批次，列出新增、重复、新版本和失败的，不生成草稿；"
            "确认后用 /batches/{id}/orders 生成"
        }
    )


class DocumentUploadSchema(DocumentFileFormSchema):
    """A file and the fields beside it, for the description only."""

    file = Upload(required=True, metadata={"description": "公文、网页、表格、邮件、图片或 ZIP"})


class DocumentPushSchema(DocumentFormSchema):
    """Text instead of a file."""

    title = Text(
        required=True,
        validate=validate.Length(1, MAX_TITLE, error=f"标题要填写，最多 {MAX_TITLE} 字"),
    )
    text = Text(
        validate=validate.Length(max=MAX_BODY, error="正文超过 200 万字，请拆成几份"),
        metadata={"description": "正文，Markdown；只有事实项时可不填"},
    )
    regions = fields.List(Text(), validate=validate.Length(max=50, error="地区最多 50 个"))
    variants = fields.List(
        Text(),
        validate=validate.Length(max=MAX_VARIANTS, error=f"相似问最多 {MAX_VARIANTS} 条"),
        metadata={"description": "相似问"},
    )
    facts = fields.Dict(
        keys=fields.String(
            validate=validate.OneOf(
                list(LABELS), error=f"没有这一项；可以写的有：{'、'.join(LABELS)}"
            )
        ),
        values=fields.Raw(),
        metadata={"description": "答复内容：" + "、".join(f"{k} {v}" for k, v in LABELS.items())},
    )


class FoundSchema(Schema):
    """A value recognised in the document."""

    value = fields.String(required=True)
    where = fields.String(required=True, metadata={"description": "在哪里读到"})
    doubtful = fields.Boolean(required=True, metadata={"description": "是否需要人工核对"})


class PassageSchema(Schema):
    """段落."""

    ordinal = fields.Integer(required=True)
    heading_path = fields.String(required=True)
    kind = fields.String(required=True)
    page = fields.Integer(required=True, allow_none=True)
    text = fields.String(required=True)


class NoticeSchema(Schema):
    """Something noticed at intake."""

    kind = fields.String(
        required=True,
        metadata={
            "description": "found_link 写明要废止、修改、替代的文件；foreign_authority 发文机关不是"
            "推送单位；other_authority 别的单位已有这个文号；same_text、same_number、"
            "near_duplicate 库中有相同、同文号、相近的；warning 读取时的提醒"
        },
    )
    message = fields.String(required=True)
    item_id = fields.Integer(required=True, allow_none=True)


class DocumentQuerySchema(Schema):
    """Which day's version of an entry is asked for."""

    as_of = fields.Date(metadata={"description": "口径日期，如 2026-05-07；不填是现在"})


class DocumentSchema(Schema):
    """An entry and the version that was pushed, or its latest one."""

    id = fields.Integer(required=True, metadata={"description": "条目编号"})
    version_id = fields.Integer(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"description": "这一版所处的步骤"})
    state_label = fields.String(required=True)
    item_state = fields.String(required=True, metadata={"description": "条目的状态"})
    title = fields.String(required=True)
    kind = fields.String(required=True)
    audience = fields.String(required=True)
    category = fields.String(required=True)
    unit_id = fields.Integer(required=True)
    unit = fields.String(required=True)
    document_number = fields.String(required=True)
    issuing_authority = fields.String(required=True)
    issued_on = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    valid_from = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    valid_until = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    review_on = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    file_id = fields.Integer(required=True, allow_none=True, metadata={"description": "原件编号"})
    recognised = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(FoundSchema),
        required=True,
        metadata={"description": "系统从原件识别到的信息"},
    )
    passage_count = fields.Integer(required=True)
    passages = fields.List(
        fields.Nested(PassageSchema), required=True, metadata={"description": "前 200 段"}
    )
    notices = fields.List(fields.Nested(NoticeSchema), required=True)


class KeptFileSchema(Schema):
    """An original that is kept but cannot become an entry yet."""

    file_id = fields.Integer(required=True)
    state = fields.String(required=True)
    state_label = fields.String(required=True)
    message = fields.String(required=True)
