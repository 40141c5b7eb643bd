"""What the figures look like in the API; names and definitions come from the dictionary."""

from marshmallow import Schema, fields, validate

from kb.bulletins.dictionary import COUNT, ROWS, TOTALS, Entry
from kb.bulletins.rates import LEAD_COUNTS, TO_ACKNOWLEDGE
from kb.clock import SHANGHAI


class FiguresQuerySchema(Schema):
    """Which days, both included, and as they stood when."""

    from_ = fields.Date(data_key="from", metadata={"description": "第一天；不填为最近 30 天"})
    to = fields.Date(metadata={"description": "最后一天；不填为今天"})
    as_of = fields.AwareDateTime(
        format="iso",
        default_timezone=SHANGHAI,
        metadata={"description": "按哪个时刻的办理情况统计；不填为城市方案规定的时刻或现在"},
    )


class RecordsQuerySchema(FiguresQuerySchema):
    """Which figure, and which page of its records."""

    address = fields.String(
        required=True,
        validate=validate.Length(max=400),
        metadata={
            "description": "数字的地址，如 by_unit/市公安局/resolved",
            "example": "totals/open",
        },
    )
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))


def _number(entry: Entry) -> fields.Field:
    kind = fields.Integer if entry.unit in (COUNT, "个", "天") else fields.Float
    if entry.key == "daily_average":
        kind = fields.Float
    text = f"{entry.name}：{entry.definition}"
    return kind(required=True, allow_none=True, metadata={"description": text})


def _optional(entry: Entry) -> fields.Field:
    kind = fields.Integer if entry.unit == COUNT else fields.Float
    return kind(allow_none=True, metadata={"description": f"{entry.name}：{entry.definition}"})


TotalsSchema = Schema.from_dict(
    {
        key: _optional(entry) if key in (TO_ACKNOWLEDGE, *LEAD_COUNTS) else _number(entry)
        for key, entry in TOTALS.items()
    },
    name="FigureTotalsSchema",
)


class PeriodSchema(Schema):
    """The days of the figures."""

    from_ = fields.String(
        data_key="from", attribute="from", required=True, metadata={"format": "date"}
    )
    to = fields.String(required=True, metadata={"format": "date"})


class FigureRowSchema(Schema):
    """A channel, line, purpose or district."""

    name = fields.String(required=True)
    count = _optional(ROWS["count"])
    share = _optional(ROWS["share"])
    resolved_online = _optional(TOTALS["resolved_online"])
    in_scope = fields.Boolean(metadata={"description": "这个渠道是否计入合计"})


class CategoryRowSchema(FigureRowSchema):
    """A first-level category and what is below it."""

    children = fields.List(fields.Nested(FigureRowSchema), required=True)
    unspecified = _optional(ROWS["unspecified"])


_UNIT_TOTALS = (
    "followed_up",
    "satisfied",
    "dissatisfied",
    "rated",
    TO_ACKNOWLEDGE,
    "acknowledged",
    "overdue_acknowledged",
    "overdue_resolved",
    "returned",
    "reopened",
    "first_time_resolved",
    "acknowledged_on_time",
    "resolved_on_time",
    "due",
    "satisfaction_rate",
    "follow_up_rate",
    "acknowledged_on_time_rate",
    "resolved_on_time_rate",
    "first_time_rate",
    "return_rate",
    "average_hours",
)
UnitRowSchema = Schema.from_dict(
    {
        "name": fields.String(required=True),
        "kind": fields.String(required=True, metadata={"description": "单位类别"}),
        "grade": fields.String(metadata={"description": "分档；件数不足的为空"}),
        **{key: _optional(ROWS[key]) for key in ("orders", "share", "resolved", "resolved_rate")},
        **{key: _optional(TOTALS[key]) for key in _UNIT_TOTALS},
    },
    name="FigureUnitRowSchema",
)


class FiguresSchema(Schema):
    """The figures of a period as a bulletin prints them."""

    period = fields.Nested(PeriodSchema, required=True)
    as_of = fields.String(required=True, metadata={"format": "date-time"})
    city = fields.String(required=True)
    totals = fields.Nested(TotalsSchema, required=True)
    by_channel = fields.List(fields.Nested(FigureRowSchema), required=True)
    by_line = fields.List(fields.Nested(FigureRowSchema), required=True)
    by_purpose = fields.List(fields.Nested(FigureRowSchema), required=True)
    by_category = fields.List(fields.Nested(CategoryRowSchema), required=True)
    by_region = fields.List(fields.Nested(FigureRowSchema), required=True)
    by_unit = fields.List(fields.Nested(UnitRowSchema), required=True)
    extra = fields.Dict(required=True, metadata={"description": "表外的数字：专线合计、前几名等"})
    compare = fields.Dict(
        required=True, metadata={"description": "previous 环比、last_year 同比：前值、增减、幅度"}
    )
    definitions = fields.Dict(required=True, metadata={"description": "所用的统计口径"})


class FigureRecordSchema(Schema):
    """A request, an order, a gap or a due entry behind a figure."""

    kind = fields.String(
        required=True, validate=validate.OneOf(["request", "order", "gap", "duty"])
    )
    number = fields.String(required=True, metadata={"description": "诉求、工单、缺口或条目的编号"})
    request_number = fields.String(required=True)
    unit = fields.String(required=True, metadata={"description": "承办单位；诉求为空"})
    at = fields.String(required=True, metadata={"format": "date-time", "description": "受理或派单"})


class CallDaySchema(Schema):
    """The calls of a day."""

    day = fields.Date(required=True)
    offered = fields.Integer(required=True)
    answered = fields.Integer(required=True)


class FigureRecordsSchema(Schema):
    """One page of the records behind a figure."""

    address = fields.String(required=True)
    total = fields.Integer(required=True, metadata={"description": "共多少件，与数字相同"})
    page = fields.Integer(required=True)
    records = fields.List(fields.Nested(FigureRecordSchema), required=True)
    days = fields.List(
        fields.Nested(CallDaySchema),
        required=True,
        metadata={"description": "话务量的数字按天列出"},
    )
