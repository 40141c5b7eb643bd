"""版本: any two of an entry clause by clause, and an old one as the base of the next."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.access import get_version, get_visible, is_own
from kb.errors import NotFound
from kb.models import KnowledgeItem, KnowledgeVersion
from kb.presenters.clause_diff import clause_diff
from kb.services import brought_back, drafting
from kb.services.restoring import begin_from, restorable
from kb.terms import Role
from webapp.compare import compare
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.unit_portal.blueprint import bp
from webapp.unit_portal.views import number_or_none


@bp.get("/entries/<int:item_id>/compare")
def compare_versions(item_id: int) -> str:
    """Two versions side by side; ``?old=&new=`` are their numbers, the last two when left out."""
    actor = current_actor()
    item = get_visible(db(), item_id, actor)
    # Drafts and once internal texts are the owners' own business.
    if not (actor.has(Role.EDITOR) or is_own(actor, item)):
        raise NotFound("没有这个页面，或者它不在您可查看的范围内")
    new = _numbered(item, request.args.get("new", ""), item.versions[-1].number)
    old = _numbered(item, request.args.get("old", ""), max(new.number - 1, 1))
    if old.number > new.number:
        old, new = new, old
    return render_template(
        "unit_portal/compare.html",
        item=item,
        old=old,
        new=new,
        found=clause_diff(old.passages, new.passages),
        fields=compare(old, new).changes,
        shows_all=request.args.get("all") == "1",
        may_restore=old.id in restorable(db(), item, actor),
    )


def _numbered(item: KnowledgeItem, number: str, otherwise: int) -> KnowledgeVersion:
    wanted = number or str(otherwise)
    for version in item.versions:
        if str(version.number) == wanted:
            return version
    raise NotFound("没有这个版本，或者它不在您可查看的范围内")


@bp.post("/versions/<int:version_id>/restore")
def restore_version(version_id: int) -> Response:
    """以第 n 版为底新建一版."""
    actor = current_actor()
    base = get_version(db(), version_id, actor)
    version = begin_from(db(), version_id, actor=actor, now=services().clock())
    commit()
    sentence = f"已以第 {base.number} 版为底建好第 {version.number} 版；发布之前，现行版本不受影响"
    flash(sentence, "good")
    return redirect(url_for("unit_portal.version", version_id=version.id))


@bp.post("/versions/<int:version_id>/brought-back")
def confirm_brought_back(version_id: int) -> Response:
    """A restored version that was handed in: the corrections settled since were looked at."""
    actor = current_actor()
    found = get_version(db(), version_id, actor)
    drafting.require_seen(found, number_or_none(request.form.get("rev", "")) or 0)
    if brought_back.confirm(db(), found, actor, services().clock()):
        flash("已记下：旧版以后办结的纠错逐条对照过", "good")
    else:
        flash("没有要对照的纠错了，不用再确认", "info")
    commit()
    return redirect(url_for("unit_portal.version", version_id=version_id))
