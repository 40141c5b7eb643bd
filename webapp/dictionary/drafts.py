"""词典: what a draft would do, and saving it."""

from collections.abc import Mapping

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.errors import InvalidInput, StaleVersion
from kb.queries.dictionary import current_version, entries_in_use, item_titles
from kb.services import dictionary
from kb.services.dictionary import ChangesRefused
from kb.terms import WordKind
from webapp.context import services
from webapp.database import commit, db
from webapp.dictionary.blueprint import bp, look_at
from webapp.identity import current_actor


@bp.get("/drafts/<int:draft_id>")
def draft(draft_id: int) -> str:
    """The changes, the questions they change, and the form that saves them."""
    return _draft_page(draft_id)


def _draft_page(draft_id: int, problems: Mapping[str, str] | None = None, notice: str = "") -> str:
    shown = dictionary.get_draft(db(), draft_id)
    changes = dictionary.changes_of(shown)
    targets = [
        int(change.identity.target)
        for change in changes
        if change.identity.kind is WordKind.BEST_BET
    ]
    newest = current_version(db())
    return render_template(
        "dictionary/draft.html",
        draft=shown,
        changes=changes,
        before=entries_in_use(db()),
        titles={str(key): title for key, title in item_titles(db(), targets).items()},
        seen=shown.preview,
        newest=newest,
        is_old=shown.state == dictionary.OPEN and shown.base_version != newest,
        problems=problems or {},
        notice=notice,
        typed=request.form,
        figures=_figures(shown.preview),
    )


def _figures(seen: Mapping[str, object] | None) -> list[tuple[str, str, str]]:
    """Means of the judged set, before and after, as text."""
    if seen is None:
        return []
    names = (
        ("ndcg", "前十条排序质量（nDCG@10）"),
        ("mrr", "首个可用答案的位置（MRR@10）"),
        ("hit1", "第一条就能用"),
        ("answered_share", "答得了的没有被拒"),
        ("refused_share", "答不了的如实说无依据"),
    )
    judged: Mapping[str, Mapping[str, float | None]] = seen["judged"]  # type: ignore[assignment]
    return [
        (label, _decimal(judged["before"][name]), _decimal(judged["after"][name]))
        for name, label in names
    ]


def _decimal(value: float | None) -> str:
    return "—" if value is None else f"{value:.4f}"


@bp.post("/drafts/<int:draft_id>/preview")
def look(draft_id: int) -> Response:
    """Try the draft again, as the entries or questions may have changed."""
    return look_at(dictionary.get_draft(db(), draft_id))


@bp.post("/drafts/<int:draft_id>/save")
def save(draft_id: int) -> Response:
    """Make the draft the newest version."""
    try:
        version = dictionary.save_draft(
            db(),
            draft_id,
            reason=request.form.get("reason", ""),
            overrule=request.form.get("overrule", ""),
            actor=current_actor(),
            now=services().clock(),
        )
    except InvalidInput as invalid:
        db().rollback()
        return make_response(_draft_page(draft_id, invalid.fields, invalid.message), 422)
    except StaleVersion as stale:
        db().rollback()
        return make_response(_draft_page(draft_id, notice=stale.message), 409)
    commit()
    services().search.follow_dictionary()
    flash(f"已保存为词典第 {version.number} 版，下一次检索起生效。", "good")
    return redirect(url_for("dictionary.versions"))


@bp.post("/drafts/<int:draft_id>/drop")
def drop(draft_id: int) -> Response:
    """Give the draft up."""
    dictionary.drop_draft(db(), draft_id, actor=current_actor())
    commit()
    flash("这份改动已放弃，词典没有变化。", "good")
    return redirect(url_for("dictionary.home"))


@bp.post("/drafts/<int:draft_id>/renew")
def renew(draft_id: int) -> Response:
    """Put the draft upon the newest version and try it again."""
    known = services()
    words = known.search.indexes.dictionary.current(db())
    try:
        renewed = dictionary.renew_draft(
            db(), draft_id, words.segmenter, actor=current_actor(), now=known.clock()
        )
    except ChangesRefused as refused:
        db().rollback()
        sentences = "；".join(problem.sentence.rstrip("。") for problem in refused.problems)
        return make_response(_draft_page(draft_id, notice=f"按新版不能再这样改：{sentences}"), 422)
    commit()
    return look_at(renewed)
