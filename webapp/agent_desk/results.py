"""A question asked at the desk: its cards, how it was read, and both as JSON with fragments."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from flask import render_template, url_for
from sqlalchemy.orm import Session

from indexer.errors import InvalidQuery
from kb.actor import Actor
from kb.clock import local_day
from kb.models import KnowledgeVersion
from kb.presenters.card import cards
from kb.presenters.conflict_page import flags
from kb.presenters.entry_page import marked_words
from kb.presenters.notice_lines import notice_lines
from kb.presenters.said_once import is_clause_said, is_conclusion_spoken
from kb.presenters.short_message import message_parts, short_message
from kb.queries.amendments import amended_by
from kb.queries.desk import use_counts
from kb.queries.first_steps import has_knowledge
from kb.services.corrections import open_for
from kb.services.desk_pins import Kept, kept_entries, pinned_ids
from kb.services.questions import Answers, Question
from kb.standing import IN_FORCE
from kb.terms import Standing
from webapp.agent_desk.shown import successor
from webapp.context import city, services
from webapp.original_pages import clause_address, has_clauses

NO_SEARCH = "检索服务没有启动，请告知管理员；登记和转工单不受影响"
# What is still to come is found only as a notice, which answers when it begins.
# The share of what was asked that a card must hold before it fills in anything of the request.
CLOSE = 0.7
_ADOPTABLE = frozenset(one.value for one in (*IN_FORCE, Standing.FUTURE))


@dataclass(frozen=True)
class Result:
    """What the screen shows for one question.

    ``message`` is a sentence when the question could not be asked, ``near`` the questions like it
    when it found nothing (您是不是要问), ``kept`` what is at hand before anything is asked,
    ``notices`` what is announced for the day that the question names.
    For 无依据 the cards are only near: none is chosen by itself, and each says so; a person who has
    read one and finds that it answers may still adopt it, for a wrong refusal costs a call.
    ``is_library_empty``: nothing is published yet, so nothing can be found.
    """

    question: Question
    today: date
    cards: list[dict[str, Any]] = field(default_factory=list)
    answers: Answers | None = None
    message: str = ""
    near: list[str] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    kept: Kept = field(default_factory=Kept)
    is_library_empty: bool = False

    @property
    def state(self) -> str:
        """empty (nothing asked), none (无依据), degraded, or hit."""
        if not self.question.text:
            return "empty"
        if self.answers is None or not self.answers.answered:
            return "none"
        return "degraded" if self.answers.degraded else "hit"

    @property
    def is_past(self) -> bool:
        """Tell whether an earlier day was asked about."""
        return self.question.as_of < self.today

    @property
    def top_item_id(self) -> int | None:
        """The entry that answers, if one does."""
        answered = self.answers is not None and self.answers.answered
        return self.cards[0]["item_id"] if answered and self.cards else None


def ask(session: Session, question: Question, actor: Actor) -> Result:
    """Search and present; a question without anything to search for is a message, not an error."""
    today = local_day(services().clock())
    if not question.text:
        kept = kept_entries(session, actor, services().clock(), today)
        return Result(question, today, kept=kept, is_library_empty=not has_knowledge(session))
    if services().search is None:
        return Result(question, today, message=NO_SEARCH)
    try:
        answers = services().search.find(session, question, actor)
    except InvalidQuery as error:
        return Result(question, today, message=str(error))
    item_ids = [found.item.id for found in answers.found]
    found = cards(answers, today, open_for(session, item_ids))
    used = use_counts(session, item_ids)
    contradicted = flags(session, item_ids, actor)
    pinned = pinned_ids(session, actor)
    amendments = amended_by(session, item_ids, actor, question.as_of)
    for number, (card, one) in enumerate(zip(found, answers.found, strict=True), start=1):
        card["conflicts"] = contradicted.get(card["item_id"], [])
        card["amendments"] = [
            asdict(told) | {"effective_on": told.effective_on.isoformat()}
            for told in amendments.get(card["item_id"], ())
        ]
        card["is_pinned"] = card["item_id"] in pinned
        card["regions"] = list(one.version.regions)
        card["page_url"] = _page_url(one.version, card)
        card["successor"] = (
            None
            if card["standing_today"] in _ADOPTABLE
            else successor(session, one.item, actor, today)
        )
        card |= _for_desk(
            card, number, question, today, used.get(card["item_id"], 0), answers.answered
        )
    near = services().search.near(session, answers, actor)
    notices = notice_lines(found, answers.understood, question.text, question.as_of)
    is_empty = not found and not has_knowledge(session)
    return Result(
        question, today, found, answers, near=near, notices=notices, is_library_empty=is_empty
    )


def _for_desk(
    card: dict[str, Any],
    number: int,
    question: Question,
    today: date,
    used: int,
    answered: bool,
) -> dict[str, Any]:
    ordinal = card["clause"]["ordinal"]
    address = url_for(
        "agent_desk.entry",
        item_id=card["item_id"],
        passage=ordinal,
        q=question.text[:200],
        # What the card shows for another day, the page shows as well.
        as_of=None if question.as_of == today else question.as_of.isoformat(),
        _anchor=f"p{ordinal}",
    )
    refusal = ""
    if card["standing_today"] not in _ADOPTABLE:
        refusal = (
            f"这一条今天是“{card['standing_today_label']}”，只能说明当时口径，不能采纳为今天的答复"
        )
    facts = {fact["name"]: fact["value"] for fact in card["facts"]}
    return {
        "number": number,
        "use_count": used,
        "original_url": address,
        "correct_url": url_for(
            "corrections.new", item=card["item_id"], version=card["version"], passage=ordinal
        ),
        "can_adopt": not refusal,
        "is_near": not answered,
        "is_close": answered and card["coverage"] >= CLOSE,
        "refusal": refusal,
        "is_conclusion_spoken": is_conclusion_spoken(card),
        "is_clause_said": is_clause_said(card),
        "fact": facts,
        "summary": _summary(card, facts),
        **_message(card),
    }


def _message(card: dict[str, Any]) -> dict[str, Any]:
    """What may be sent to the caller as a text message, and how many messages it takes."""
    base = services().settings.public_url.rstrip("/")
    address = f"{base}{url_for('public_faq.entry', item_id=card['item_id'])}" if base else ""
    text = short_message(card, f"{city().city}12345", address)
    return {"message": text, "message_parts": message_parts(text) if text else 0}


def _page_url(version: KnowledgeVersion, card: dict[str, Any]) -> str:
    """The original with the clause marked; "" for what was not read from one."""
    clause = card["clause"]
    if not has_clauses(version) or clause["kind"] == "facts":
        return ""
    return clause_address(version, clause["ordinal"], marked_words(clause))


def _summary(card: dict[str, Any], facts: dict[str, str]) -> str:
    """Two lines for the list; a contact is its number, place and hours."""
    if card["kind"] == "contact":
        parts = [facts[name] for name in ("phone", "place", "hours") if facts.get(name)]
        return " · ".join(parts) or str(card["conclusion"])
    return str(card["conclusion"])


def as_json(result: Result) -> dict[str, Any]:
    """The answer to the page's script: values for programs, fragments for the screen."""
    answers = result.answers
    return {
        "q": result.question.text,
        "as_of": result.question.as_of.isoformat(),
        "is_past": result.is_past,
        "state": result.state,
        "answered": result.state in ("hit", "degraded"),
        "degraded": bool(answers and answers.degraded),
        "message": result.message,
        "elapsed_ms": round(answers.elapsed_ms, 2) if answers else 0.0,
        "understood": understood_json(answers),
        "did_you_mean": result.near,
        "cards": result.cards,
        "fragments": {
            "read": render_template("agent_desk/_read.html", result=result),
            "hits": render_template("agent_desk/_hits.html", result=result, is_live=True),
            "cards": [
                render_template("agent_desk/_card.html", result=result, card=card)
                for card in result.cards
            ],
            "none": render_template("agent_desk/_no_card.html", result=result),
        },
    }


def understood_json(answers: Answers | None) -> dict[str, list[Any]]:
    """How the words were read, for 读作."""
    if answers is None or answers.understood is None:
        return {"kept": [], "struck": [], "synonyms": [], "corrections": [], "notices": []}
    read = answers.understood
    return {
        "kept": list(read.kept),
        "struck": list(read.struck),
        "synonyms": [list(pair) for pair in read.synonyms],
        "corrections": [list(pair) for pair in (*read.corrections, *read.pinyin)],
        "notices": list(read.notices),
    }
