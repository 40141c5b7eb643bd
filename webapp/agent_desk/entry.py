"""原文: a whole entry for staff, at the marked passage, with its chain, versions and original."""

from functools import partial

from flask import render_template, request, send_file
from werkzeug.wrappers import Response

from indexer.errors import InvalidQuery
from kb.access import get_visible
from kb.clock import local_day
from kb.errors import NotFound
from kb.models import KnowledgeVersion
from kb.presenters.card import words_in
from kb.presenters.conflict_page import flags
from kb.presenters.entry_page import entry_page
from kb.queries.amendments import amended_by
from kb.queries.desk import recent_uses, use_counts
from kb.queries.entry_history import chain, in_force_now, published_versions
from kb.services.learning import active_texts
from kb.services.originals import get_whole, may_take
from kb.services.questions import Question
from kb.services.voting import votes_on
from webapp.agent_desk.blueprint import bp
from webapp.agent_desk.forms import query_of
from webapp.chain_chart import chart_of
from webapp.clause_flags import clause_flags, correct_address
from webapp.context import services
from webapp.database import db
from webapp.entry_blocks import render_blocks
from webapp.entry_day import shown_on
from webapp.identity import current_actor
from webapp.original_pages import clause_address, has_clauses


@bp.get("/entry/<int:item_id>")
def entry(item_id: int) -> str:
    """The whole entry; ``?passage=&q=`` marks, ``?version=`` opens an earlier version.

    ``?as_of=`` shows the version that held on a day.
    """
    actor, today = current_actor(), local_day(services().clock())
    item = get_visible(db(), item_id, actor)
    versions = published_versions(db(), item.id)
    told = shown_on(db(), item, today, actor)
    number = request.args.get("version", "")
    version = told.version if told is not None and not number else _chosen(versions, number)
    passage = request.args.get("passage", "")
    marked = int(passage) if passage.isdecimal() and len(passage) < 7 else None
    words = _words(version, marked, query_of(request.args)) if marked is not None else ()
    original_href = partial(clause_address, version) if has_clauses(version) else None
    page = entry_page(item, version, today, marked=marked, words=words)
    return render_template(
        "agent_desk/entry.html",
        page=page,
        blocks=render_blocks(page),
        links=chain(db(), item.id, actor, today),
        told=told if not number else None,
        amendments=amended_by(db(), [item.id], actor, today).get(item.id, ()),
        instead=in_force_now(db(), item.id, actor, today),
        chart=chart_of(db(), item, actor, today),
        versions=versions,
        is_current=version.id == item.current_version_id,
        file=version.file,
        may_take=version.file is not None and may_take(db(), version.file, actor),
        page_href=original_href(marked, words) if original_href and marked is not None else "",
        original_href=original_href,
        learned=active_texts(db(), [item.id]).get(item.id, ()),
        uses=recent_uses(db(), item.id),
        conflicts=flags(db(), [item.id], actor).get(item.id, []),
        flags=clause_flags(db(), version),
        correct_href=correct_address(version),
        votes=votes_on(db(), item.id),
        use_count=use_counts(db(), [item.id]).get(item.id, 0),
    )


def _chosen(versions: list[KnowledgeVersion], number: str) -> KnowledgeVersion:
    if not versions:
        raise NotFound("这个条目还没有发布过的版本")
    if not number:
        return versions[0]
    for version in versions:
        if str(version.number) == number:
            return version
    raise NotFound("没有这个版本，或者它从未发布")


def _words(version: KnowledgeVersion, ordinal: int, query: str) -> tuple[str, ...]:
    """The words of the question that the passage holds; none when it cannot be asked now."""
    if not query or services().search is None:
        return ()
    question = Question(text=query, as_of=local_day(services().clock()), limit=1)
    try:
        understood = services().search.find(db(), question, current_actor()).understood
    except InvalidQuery:
        return ()
    return words_in(version, ordinal, understood) if understood else ()


@bp.get("/entry/<int:item_id>/original")
def original(item_id: int) -> Response:
    """Download the file the entry was read from, exactly as it came."""
    item = get_visible(db(), item_id, current_actor())
    version = _chosen(published_versions(db(), item.id), request.args.get("version", ""))
    if version.file is None or services().files is None:
        raise NotFound("这个条目没有原始文件，它是直接录入的")
    stored = get_whole(db(), version.file.id, current_actor())
    return send_file(
        services().files.path(stored.sha256),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=stored.name,
        max_age=0,
    )
