"""管理: background work that was given up after its last try."""

from flask import flash, redirect, render_template, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from kb.models import Job
from kb.services import failed_jobs
from webapp.admin.blueprint import bp, page_number
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor

PAGE = 30


@bp.get("/jobs")
def jobs() -> str:
    """What failed, newest first."""
    failed = Job.state == "failed"
    total = db().scalar(select(func.count()).select_from(Job).where(failed)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(page_number(), pages)
    query = select(Job).where(failed).order_by(Job.id.desc()).limit(PAGE)
    return render_template(
        "admin/jobs.html",
        rows=db().scalars(query.offset((page - 1) * PAGE)).all(),
        name_of=failed_jobs.name_of,
        total=total,
        page=page,
        pages=pages,
        page_href=lambda number: url_for("admin.jobs", page=number),
    )


@bp.post("/jobs/<int:job_id>/again")
def job_again(job_id: int) -> Response:
    """重试."""
    failed_jobs.try_again(db(), job_id, current_actor(), services().clock())
    commit()
    flash("已排入重试，几秒内开始", "good")
    return redirect(url_for("admin.jobs"))


@bp.post("/jobs/<int:job_id>/drop")
def drop_job(job_id: int) -> Response:
    """不再处理."""
    failed_jobs.drop(db(), job_id, current_actor(), services().clock())
    commit()
    flash("不再处理这个后台任务", "good")
    return redirect(url_for("admin.jobs"))
