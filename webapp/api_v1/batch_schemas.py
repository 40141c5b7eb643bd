"""批次: how a push of many files or rows is described."""

from marshmallow import Schema, fields, validate

from kb.terms import EntryOrder, EntryOutcome
from webapp.api_v1.document_schemas import NoticeSchema


class BatchCountsSchema(Schema):
    """How many files and rows of each sort."""

    total = fields.Integer(required=True)
    waiting = fields.Integer(required=True, metadata={"description": "还没有读"})
    new = fields.Integer(required=True)
    new_version = fields.Integer(required=True)
    near_duplicate = fields.Integer(required=True, metadata={"description": "内容相近，等人选择"})
    duplicate = fields.Integer(required=True)
    needs_ocr = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    settled = fields.Integer(required=True, metadata={"description": "已生成草稿或发布"})


class BatchEntrySchema(Schema):
    """One file or row."""

    path = fields.String(required=True)
    sheet = fields.String(required=True)
    row = fields.Integer(required=True, allow_none=True, metadata={"description": "表格中的行号"})
    title = fields.String(required=True)
    outcome = fields.String(
        required=True, validate=validate.OneOf([each.value for each in EntryOutcome])
    )
    outcome_label = fields.String(required=True)
    reason = fields.String(required=True, metadata={"description": "重复、相近或失败的原因"})
    code = fields.String(required=True)
    notices = fields.List(
        fields.Nested(NoticeSchema),
        required=True,
        metadata={"description": "写明要废止、修改、替代的文件，发文机关与推送单位不同等"},
    )
    matched_item_id = fields.Integer(required=True, allow_none=True)
    item_id = fields.Integer(required=True, allow_none=True, metadata={"description": "生成的条目"})
    version_id = fields.Integer(required=True, allow_none=True)
    file_id = fields.Integer(required=True, allow_none=True)


class BatchSchema(Schema):
    """A push of many files or rows: how far it is, and a page of its entries."""

    batch_id = fields.Integer(required=True)
    name = fields.String(required=True)
    unit_id = fields.Integer(required=True)
    state = fields.String(
        required=True,
        metadata={"description": "reading、ready、stopped（推送人已停用）或 closed"},
    )
    counts = fields.Nested(BatchCountsSchema, required=True)
    page = fields.Integer(required=True)
    pages = fields.Integer(required=True)
    entries = fields.List(fields.Nested(BatchEntrySchema), required=True)


class BatchQuerySchema(Schema):
    """Which page."""

    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))


class BatchOrderSchema(Schema):
    """What to make of everything that is clear."""

    how = fields.String(
        required=True,
        validate=validate.OneOf(
            [each.value for each in EntryOrder],
            error="只能是 " + "、".join(f"{each.value}（{each.label}）" for each in EntryOrder),
        ),
    )
