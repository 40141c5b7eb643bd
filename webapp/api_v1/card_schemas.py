"""The answer card as the API describes it; see ``kb.presenters.card``."""

from marshmallow import Schema, fields

_DAY = {"format": "date"}


class FactSchema(Schema):
    """A fixed field of a card."""

    name = fields.String(required=True)
    label = fields.String(required=True)
    value = fields.String(required=True)
    is_asked = fields.Boolean(metadata={"description": "问题要的正是这一项；这些项排在前面"})


class ClauseSchema(Schema):
    """The passage that answers; ``marks`` are [start, end) in ``text``."""

    ordinal = fields.Integer(required=True)
    heading_path = fields.String(required=True)
    kind = fields.String()
    text = fields.String(required=True)
    answer = fields.String(required=True)
    start = fields.Integer()
    end = fields.Integer()
    marks = fields.List(fields.List(fields.Integer()), required=True)
    page = fields.Integer(required=True, allow_none=True)


class SourceSchema(Schema):
    """Who says it."""

    issuing_authority = fields.String(required=True)
    document_number = fields.String(required=True)
    issued_on = fields.String(required=True, allow_none=True, metadata=_DAY)


class ReasonSchema(Schema):
    """Why it was found."""

    term = fields.String(required=True)
    field = fields.String(required=True)
    via = fields.String(required=True, metadata={"description": "exact、synonym、pinyin、typo"})
    original = fields.String(required=True)


class ReasonsSchema(Schema):
    """Why it was found, summed up; a pair is [said, looked for]."""

    places = fields.List(fields.String(), required=True, metadata={"description": "命中在哪里"})
    synonyms = fields.List(fields.List(fields.String()), required=True)
    pinyin = fields.List(fields.List(fields.String()), required=True)
    typos = fields.List(fields.List(fields.String()), required=True)
    coverage_percent = fields.Integer(
        required=True, allow_none=True, metadata={"description": "覆盖问题的百分比"}
    )
    line = fields.String(required=True, metadata={"description": "以上各项的一句话"})


class ConflictFlagSchema(Schema):
    """与另一条目口径不一致，正等两家单位确认。"""

    id = fields.Integer(required=True)
    attribute = fields.String(required=True, metadata={"description": "不一致的项目"})
    value = fields.String(required=True)
    other_item_id = fields.Integer(required=True)
    other_title = fields.String(required=True, metadata={"description": "您不可查看时为“内部条目”"})
    other_unit = fields.String(required=True)
    other_value = fields.String(required=True, metadata={"description": "您不可查看时为“（内部）”"})
    concluded = fields.String(
        required=True,
        metadata={"description": "商定或裁定以后、条目改好以前：以哪个值为准；没有结论时为空"},
    )


class CardSchema(Schema):
    """答案卡片."""

    item_id = fields.Integer(required=True)
    version = fields.Integer(required=True)
    version_id = fields.Integer(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True)
    kind_label = fields.String(required=True)
    unit = fields.String(required=True)
    category = fields.String(required=True)
    audience = fields.String(required=True)
    audience_label = fields.String(required=True)
    standing = fields.String(required=True, metadata={"description": "口径日期那天的效力状态"})
    standing_label = fields.String(required=True)
    standing_today = fields.String(required=True, metadata={"description": "今天的效力状态"})
    standing_today_label = fields.String(required=True)
    since = fields.String(
        required=True, metadata={"description": "问的是以前时，后来怎样了；问今天时为空"}
    )
    backdating = fields.String(
        required=True, metadata={"description": "施行日期早于成文日期时的一句说明，平时为空"}
    )
    takes_over = fields.Boolean(
        required=True,
        metadata={"description": "valid_from 不是文件写明的，是替代旧版的那天"},
    )
    is_cut_short = fields.Boolean(
        required=True,
        metadata={"description": "valid_until 不是文件写明的，是被替代、废止前的最后一天"},
    )
    validity = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "从哪天起、到哪天止，照已知的写成的话，页面上就这样写"},
    )
    valid_from = fields.String(required=True, allow_none=True, metadata=_DAY)
    valid_until = fields.String(required=True, allow_none=True, metadata=_DAY)
    days_left = fields.Integer(required=True, allow_none=True)
    checked_on = fields.String(required=True, allow_none=True, metadata=_DAY)
    review_overdue = fields.Boolean(required=True)
    conclusion = fields.String(required=True, metadata={"description": "结论"})
    script = fields.String(required=True, metadata={"description": "口播，最多 30 秒"})
    script_characters = fields.Integer(required=True)
    script_seconds = fields.Integer(required=True)
    ask_first = fields.List(fields.String(), required=True, metadata={"description": "须先问"})
    facts = fields.List(fields.Nested(FactSchema), required=True)
    clause = fields.Nested(ClauseSchema, required=True)
    source = fields.Nested(SourceSchema, required=True)
    why = fields.List(fields.Nested(ReasonSchema), required=True)
    reasons = fields.Nested(ReasonsSchema, required=True)
    score = fields.Float(required=True)
    coverage = fields.Float(required=True)
    conflicts = fields.List(
        fields.Nested(ConflictFlagSchema), required=True, metadata={"description": "口径待确认"}
    )


class SearchResultSchema(Schema):
    """The answer to one question."""

    query = fields.String(required=True)
    as_of = fields.String(required=True, metadata=_DAY)
    answered = fields.Boolean(required=True, metadata={"description": "false 为无依据"})
    degraded = fields.Boolean(
        required=True, metadata={"description": "true 为索引不可用，只比对了标题和文号"}
    )
    elapsed_ms = fields.Float(required=True)
    corrections = fields.List(
        fields.List(fields.String()),
        required=True,
        metadata={"description": "改过的错别字：[原文, 改为]；literal=true 时不改"},
    )
    did_you_mean = fields.List(
        fields.String(), required=True, metadata={"description": "无依据时的相近问法，最多 5 个"}
    )
    cards = fields.List(fields.Nested(CardSchema), required=True)


class SuggestionSchema(Schema):
    """A line under the box."""

    text = fields.String(required=True)
    kind = fields.String(
        required=True, metadata={"description": "title 标题、question 相似问、asked 常被问到的"}
    )
    item_id = fields.Integer(required=True)


class SuggestionsSchema(Schema):
    """Lines for what is typed so far."""

    query = fields.String(required=True)
    items = fields.List(fields.Nested(SuggestionSchema), required=True)
