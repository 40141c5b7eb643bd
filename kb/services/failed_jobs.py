"""Background work that was given up: told of, tried again, or taken off the list."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import NotFound
from kb.models import Job
from kb.services.audit import record
from kb.services.housekeeping import CHORES
from kb.services.notices import notify, resolve
from kb.services.scheduling import PUBLISH_JOB, give_back
from kb.terms import Role

FAILED_JOB = "failed_job"
_PAGE = "/admin/jobs"
_NO_PLAN = "后台发布多次出错"
JOB_NAMES = {
    "read_file": "读取文件",
    "read_batch": "读取批次",
    "settle_batch": "生成批次里的条目",
    "check_conflicts": "比对口径",
    "scan_files": "病毒扫描",
    "publish_planned": "定时发布",
    "version_begins": "新的一版开始施行",
    "entry_ends": "被替代、废止的条目停止有效",
    "judge_set": "检索评测",
    "upkeep": "每日提醒",
    "order_round": "工单时限提醒",
    "gap_round": "整理知识缺口",
    "try_gaps": "重跑知识缺口的提问",
    "learn_categories": "学习诉求类别",
    "draft_bulletins": "起草通报",
    "issue_bulletin": "印发通报",
    "count_bulletin": "通报计数",
    "freeze_assessment": "封存考核",
    "check_records": "核对要导入的记录",
    "load_records": "导入记录",
    **CHORES,
}


def name_of(job: Job) -> str:
    """What a job does, in Chinese."""
    return JOB_NAMES.get(job.kind, job.kind)


def tell_failed(session: Session, now: datetime) -> set[str]:
    """Tell administrators of each job that failed, and give back what it was to publish.

    :returns: the keys of the notices that still hold.
    """
    keys = set()
    for job in session.scalars(select(Job).where(Job.state == "failed").order_by(Job.id)):
        keys.add(_key(job))
        _give_plan_back(session, job, now)
        notify(
            session,
            kind=FAILED_JOB,
            title=f"后台任务没有完成，试了 {job.attempts} 次：{name_of(job)}（任务 {job.id}）",
            path=_PAGE,
            now=now,
            role=Role.ADMIN,
            key=_key(job),
        )
    return keys


def try_again(session: Session, job_id: int, actor: Actor, now: datetime) -> None:
    """重试: let a job that failed be taken again at once, with all its tries.

    :raises NotFound: no such job has failed.
    """
    job = _failed(session, job_id)
    job.state, job.attempts, job.run_at, job.finished_at = "waiting", 0, now, None
    _settle(session, job, "job.try_again", actor, now)


def try_all_again(session: Session, actor: Actor, now: datetime) -> int:
    """重试 every job that failed; returns how many there were."""
    ids = session.scalars(select(Job.id).where(Job.state == "failed").order_by(Job.id)).all()
    for job_id in ids:
        try_again(session, job_id, actor, now)
    return len(ids)


def drop(session: Session, job_id: int, actor: Actor, now: datetime) -> None:
    """不再处理: take a job that failed off the list; a version it was to publish is given back.

    :raises NotFound: no such job has failed.
    """
    job = _failed(session, job_id)
    job.state = "dropped"
    _give_plan_back(session, job, now)
    _settle(session, job, "job.drop", actor, now)


def _failed(session: Session, job_id: int) -> Job:
    job = session.get(Job, job_id, with_for_update=True)
    if job is None or job.state != "failed":
        raise NotFound("没有这个失败的后台任务，可能已经有人处理过了", job_id=job_id)
    return job


def _give_plan_back(session: Session, job: Job, now: datetime) -> None:
    if job.kind == PUBLISH_JOB:
        give_back(session, job.payload["planned_id"], _NO_PLAN, now)


def _settle(session: Session, job: Job, action: str, actor: Actor, now: datetime) -> None:
    resolve(session, _key(job))
    record(session, actor.user_id or None, action, "job", job.id, {"kind": job.kind}, now)


def _key(job: Job) -> str:
    return f"{FAILED_JOB}:{job.id}"
