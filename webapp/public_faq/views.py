"""Finding and reading: the first page, search, lists, and an entry."""

from itertools import groupby
from typing import Any

from flask import Response, make_response, render_template, request, url_for

from indexer.errors import InvalidQuery
from kb.errors import SearchUnavailable
from kb.models import KnowledgeVersion
from kb.presenters.entry_page import EntryPage, entry_page
from kb.presenters.notice_lines import notice_lines
from kb.queries import entry_history, life_events, public, public_searches
from kb.queries.amendments import amended_by
from kb.services.questions import Answers, Question
from kb.services.search_log import record_public_search
from webapp.chain_chart import chart_of
from webapp.context import city, services
from webapp.database import db, unit_of_work
from webapp.entry_blocks import render_blocks
from webapp.entry_day import asked_day, shown_on
from webapp.original_pages import has_page_images, has_text
from webapp.public_faq.results import Result, result
from webapp.public_faq.room import bp, page_number, today
from webapp.public_faq.rows import rows
from webapp.public_faq.structured import structured_data

HOME_NOTICES, HOME_QUESTIONS, HOT = 5, 6, 6
RESULTS_PER_PAGE, MAX_RESULT_PAGE = 10, 5
MAX_QUERY = 1000


@bp.get("/")
def home() -> Response:
    """The public's first page."""
    day, now = today(), services().clock()
    asked = public.most_asked(db(), now, day).entries
    hot = public_searches.hot_queries(db(), now, day, HOT)
    hot += [text for text in public_searches.suggestions(asked, HOT) if text not in hot]
    used = public.categories_in_force(db(), day)
    page = render_template(
        "public_faq/home.html",
        hot=hot[:HOT],
        events=life_events.live_events(db(), city().life_events, used, day),
        categories=public.category_counts(used, city().categories),
        total=sum(used.values()),
        notices=rows(public.notices(db(), day, 1).entries[:HOME_NOTICES], day),
        questions=rows(asked[:HOME_QUESTIONS], day),
        prefix=city().number_prefix,
    )
    answer = make_response(page)
    # The progress form carries a token of this browser.
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@bp.get("/search")
def search() -> tuple[str, int]:
    """Results for a question, ten a page; a question without words gets a sentence."""
    text = request.args.get("q", "")[:MAX_QUERY].replace("\0", " ").strip()
    if not text:
        return _results_page(text), 200
    page = page_number(MAX_RESULT_PAGE)
    literal = request.args.get("literal", "") == "1"
    try:
        answers = _find(text, page, literal)
    except InvalidQuery as invalid:
        return _results_page(text, problem=invalid.message), 422
    first = (page - 1) * RESULTS_PER_PAGE
    shown = answers.found[first : first + RESULTS_PER_PAGE]
    day = answers.question.as_of
    results = [result(found, answers.understood, day, today()) for found in shown]
    near = services().search.near(db(), answers, None) if page == 1 else []
    if page == 1:
        record_public_search(unit_of_work, answers, services().clock())
    has_next = len(answers.found) > page * RESULTS_PER_PAGE and page < MAX_RESULT_PAGE
    told = [one.card for one in results]
    notices = notice_lines(told, answers.understood, text, day) if page == 1 else []
    values = {
        "near": near,
        "notices": notices,
        "literal": 1 if literal else None,
        "has_next": has_next,
        "amendments": amended_by(db(), [one.card["item_id"] for one in results], None, day),
    }
    return _results_page(text, answers, results, page=page, **values), 200


def _find(text: str, page: int, literal: bool) -> Answers:
    known = services().search
    if known is None:
        raise SearchUnavailable("检索暂时不可用，请稍后再试，或拨打 12345")
    limit = page * RESULTS_PER_PAGE + 1
    question = Question(text, as_of=asked_day(today()), literal=literal, limit=limit)
    answers: Answers = known.find(db(), question, None)
    return answers


def _results_page(
    text: str,
    answers: Answers | None = None,
    results: list[Result] | None = None,
    **values: Any,
) -> str:
    known: dict[str, Any] = {
        "problem": "",
        "page": 1,
        "has_next": False,
        "near": [],
        "notices": [],
        "amendments": {},
    }
    return render_template(
        "public_faq/search.html",
        q=text,
        as_of=answers.question.as_of if answers and answers.question.as_of != today() else None,
        answers=answers,
        results=results or [],
        **(known | values),
    )


@bp.get("/category/<name>")
def category(name: str) -> str:
    """The entries of a first-level category that hold; an unknown one is an empty list."""
    day = today()
    listed = public.entries_in(db(), name[:80].replace("\0", ""), day, page_number())
    return render_template(
        "public_faq/category.html",
        name=name,
        listed=listed,
        rows=rows(listed.entries, day),
        href=lambda page: url_for("public_faq.category", name=name, page=page),
    )


@bp.get("/by-unit")
def by_unit() -> str:
    """The units that answer, with how many of their entries hold."""
    counted = public.unit_counts(db(), today())
    groups = [(kind, list(rows)) for kind, rows in groupby(counted, lambda row: row[0].kind)]
    return render_template("public_faq/by_unit.html", groups=groups, total=len(counted))


@bp.get("/by-unit/<int:unit_id>")
def of_unit(unit_id: int) -> str:
    """What one unit publishes that holds."""
    day = today()
    unit, listed = public.entries_of(db(), unit_id, day, page_number())
    return render_template(
        "public_faq/of_unit.html",
        unit=unit,
        listed=listed,
        rows=rows(listed.entries, day),
        href=lambda page: url_for("public_faq.of_unit", unit_id=unit.id, page=page),
    )


@bp.get("/notices")
def notices() -> str:
    """Every notice that has not ended."""
    day = today()
    listed = public.notices(db(), day, page_number())
    return render_template(
        "public_faq/notices.html",
        listed=listed,
        rows=rows(listed.entries, day),
        href=lambda page: url_for("public_faq.notices", page=page),
    )


@bp.get("/questions")
def questions() -> str:
    """What answered most callers, with the answers."""
    day = today()
    listed = public.most_asked(db(), services().clock(), day, page_number())
    return render_template(
        "public_faq/questions.html",
        listed=listed,
        rows=rows(listed.entries, day),
        href=lambda page: url_for("public_faq.questions", page=page),
    )


@bp.get("/entry/<int:item_id>")
def entry(item_id: int) -> str:
    """One entry, in force or not; what may not be known of is not found."""
    day = today()
    item = public.get_entry(db(), item_id)
    told = shown_on(db(), item, day, None)
    assert told is not None  # noqa: S101 - a visible entry has been published
    version = told.version
    page = entry_page(item, version, day, for_staff=False)
    canonical = url_for("public_faq.entry", item_id=item.id, _external=True)
    links = entry_history.chain(db(), item.id, None, day)
    return render_template(
        "public_faq/entry.html",
        page=page,
        blocks=render_blocks(page),
        links=links,
        told=told,
        **_original(version, page),
        chart=chart_of(db(), item, None, day),
        amendments=amended_by(db(), [item.id], None, day).get(item.id, ()),
        successor=next(iter(entry_history.in_force_now(db(), item.id, None, day)), None),
        related=rows(public.related(db(), item, day), day),
        published_at=version.published_at,
        href=lambda linked_id: url_for("public_faq.entry", item_id=linked_id),
        canonical=canonical,
        structured=structured_data(page, canonical, city().city, version.published_at),
    )


def _original(version: KnowledgeVersion, page: EntryPage) -> dict[str, Any]:
    """The address of the original, and of each of its pages by the passage that begins it."""
    if not has_page_images(db(), version, None):
        is_read = has_text(db(), version, None)
        return {"original": _original_address(version) if is_read else "", "original_pages": {}}
    starts: dict[int, tuple[int, str]] = {}
    at = None
    for block in page.blocks:
        if block.anchors and block.page is not None and block.page != at:
            at = block.page
            passage = block.anchors[0]
            starts[passage] = (at, _original_address(version, passage=passage, _anchor="mark"))
    return {"original": _original_address(version), "original_pages": starts}


def _original_address(version: KnowledgeVersion, **more: Any) -> str:
    return url_for("originals.public_page", file_id=version.file_id, version=version.id, **more)
