"""GET /search: answer cards."""

from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import select

from indexer.errors import InvalidQuery
from kb.clock import local_day
from kb.errors import InvalidInput, SearchUnavailable
from kb.models import Unit
from kb.presenters.card import cards
from kb.presenters.conflict_page import flags
from kb.services.questions import Answers, Question
from kb.services.search import SearchService
from kb.terms import KnowledgeKind
from webapp.api_v1.card_schemas import SearchResultSchema, SuggestionsSchema
from webapp.api_v1.parsing import Text
from webapp.api_v1.room import Blueprint, scoped
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor

bp = Blueprint("api_search", __name__, description="检索答案")

MAX_LIMIT = 50
MAX_SUGGESTED = 20
_KINDS = [kind.value for kind in KnowledgeKind]


class SearchQuerySchema(Schema):
    """What may be asked."""

    q = Text(
        required=True,
        validate=validate.Length(1, 1000, error="问题为 1 至 1000 字"),
        metadata={"description": "问题，像平时说话一样"},
    )
    as_of = fields.Date(metadata={"description": "问哪一天有效的内容；不填为今天"})
    kind = fields.String(
        validate=validate.OneOf(_KINDS, error="只能是 " + "、".join(_KINDS) + " 之一"),
        metadata={"description": "只要这一种知识"},
    )
    unit = Text(metadata={"description": "只要这个单位的知识，写单位全称"})
    region = Text(metadata={"description": "只要这个区县和全市通用的知识，写城市配置里的区县名"})
    literal = fields.Boolean(
        load_default=False, metadata={"description": "true 时按原样检索，不改错别字"}
    )
    limit = fields.Integer(
        load_default=10,
        validate=validate.Range(1, MAX_LIMIT, error=f"为 1 至 {MAX_LIMIT} 的整数"),
        metadata={"description": "最多几张卡片"},
    )


@bp.route("/search", methods=["GET"])
@bp.doc(summary="检索，得到答案卡片")
@bp.arguments(SearchQuerySchema, location="query")
@bp.response(200, SearchResultSchema)
@scoped("search")
def search(asked: dict[str, Any]) -> dict[str, Any]:
    """卡片按相关程度排列，每个字都出自条目；answered 为 false 即无依据。"""
    service = _search_service()
    today = local_day(services().clock())
    unit = asked.get("unit")
    if unit is not None and db().scalar(select(Unit.id).where(Unit.name == unit)) is None:
        raise InvalidInput("没有这个单位，请写全称", {"unit": "没有这个单位，请写全称"})
    region = asked.get("region")
    _check_region(region)
    question = Question(
        asked["q"],
        as_of=asked.get("as_of", today),
        kinds=frozenset({asked["kind"]} if "kind" in asked else ()),
        units=frozenset({unit} if unit else ()),
        regions=frozenset({region} if region else ()),
        literal=asked["literal"],
        limit=asked["limit"],
    )
    try:
        answers: Answers = service.find(db(), question, current_actor())
    except InvalidQuery as invalid:
        raise InvalidInput(invalid.message, {"q": invalid.message}) from invalid
    read = answers.understood
    item_ids = [found.item.id for found in answers.found]
    contradicted = flags(db(), item_ids, current_actor())
    shown = cards(answers, today)
    for card in shown:
        card["conflicts"] = contradicted.get(card["item_id"], [])
    return {
        "query": asked["q"],
        "as_of": question.as_of.isoformat(),
        "answered": answers.answered,
        "degraded": answers.degraded,
        "elapsed_ms": round(answers.elapsed_ms, 2),
        "corrections": [list(pair) for pair in read.corrections] if read else [],
        "did_you_mean": service.near(db(), answers, current_actor()),
        "cards": shown,
    }


class SuggestQuerySchema(Schema):
    """What is typed so far."""

    q = Text(
        required=True,
        validate=validate.Length(1, 100, error="为 1 至 100 字"),
        metadata={"description": "已经输入的字、拼音或首字母"},
    )
    limit = fields.Integer(
        load_default=8,
        validate=validate.Range(1, MAX_SUGGESTED, error=f"为 1 至 {MAX_SUGGESTED} 的整数"),
        metadata={"description": "最多几条"},
    )


@bp.route("/suggest", methods=["GET"])
@bp.doc(summary="联想，得到接下来可能要问的话")
@bp.arguments(SuggestQuerySchema, location="query")
@bp.response(200, SuggestionsSchema)
@scoped("search")
def suggest(asked: dict[str, Any]) -> dict[str, Any]:
    """按汉字、全拼、首字母匹配标题、相似问和常被问到的话，只含今天有效且您可查看的条目。"""
    service = _search_service()
    day, actor = local_day(services().clock()), current_actor()
    found = service.suggestions.suggest(db(), asked["q"], actor, day, asked["limit"])
    return {"query": asked["q"], "items": found}


def _search_service() -> SearchService:
    """:raises SearchUnavailable: this process has none."""
    service = services().search
    if service is None:
        raise SearchUnavailable("检索暂时不可用，请稍后再试")
    return service


def _check_region(region: str | None) -> None:
    known = services().profile.regions if services().profile else ()
    if region and known and region not in known:
        raise InvalidInput("没有这个区县", {"region": "只能是 " + "、".join(known) + " 之一"})
