"""The parts of the health page: the state of each, since when, what it means, what helps."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kb.migrations.run import head, revision_of
from kb.outbox.enqueue import TARGETS
from kb.queries import health
from kb.services.housekeeping import CHECK_DATABASE, CHECK_INDEX, REBUILD_INDEX, found_by
from kb.worker import NAME as INDEXER
from webapp.admin.health_around import backup, disk, mail, threads
from webapp.admin.health_words import BAD, GOOD, LONG, RETRY_JOBS, SILENCE, WARN, Part, Remedy
from webapp.context import Services
from webapp.formats import duration, number

_LAG = timedelta(minutes=2)
_WEEK = timedelta(days=7)
_REBUILD = Remedy(
    REBUILD_INDEX,
    "在旁边重建索引",
    "在旁边建一份新索引，建好再切换，检索不中断；几万条约需几分钟。",
)


def parts(session: Session, known: Services) -> list[Part]:
    """Every part, in the order in which one depends on the other."""
    now = known.clock()
    return [
        _database(session),
        _worker(session, now),
        _index(session, known, now),
        _jobs(session, now),
        *threads(session, known, now),
        disk(known),
        mail(session, known, now),
        backup(session, now),
    ]


def _database(session: Session) -> Part:
    kind = "SQLite" if session.get_bind().dialect.name == "sqlite" else "PostgreSQL"
    size = f"{kind} {health.database_bytes(session) / 1e6:,.1f} MB"
    check = Remedy(CHECK_DATABASE, "核对数据库", "逐页核对数据库文件和审计记录，不改动内容。")
    revision = revision_of(session.connection())
    if revision != head():
        return Part(
            "数据库",
            BAD,
            f"{size}；结构是旧版本 {revision}",
            None,
            "程序升级后还没有运行 kb setup。请先备份，再运行它。",
            (check,),
        )
    found = found_by(session, CHECK_DATABASE)
    if found is not None and not found.is_well:
        return Part(
            "数据库",
            BAD,
            found.sentence,
            found.at,
            "请停止录入，立即备份，再从完好的备份恢复（kb restore）。",
            (check,),
        )
    return Part(
        "数据库",
        GOOD,
        f"能读能写，{size}；核对过：{found.sentence}"
        if found
        else f"能读能写，{size}；还没有核对过",
        found.at if found else None,
        "所有内容都在这里。",
        (check,),
    )


def _worker(session: Session, now: datetime) -> Part:
    seen_at = health.seen(session).get(INDEXER)
    waiting = health.unindexed(session, parked=False)
    if seen_at is None or now - seen_at > SILENCE:
        return Part(
            "后台进程",
            BAD,
            f"没有运行，{number(waiting.count)} 条等待写入索引",
            seen_at,
            "新发布的条目检索不到，时限提醒不发。请启动 kb worker，或用 --with-worker "
            "启动网页服务。",
        )
    lag = now - waiting.oldest if waiting.oldest else timedelta()
    if lag > _LAG:
        return Part(
            "后台进程",
            WARN,
            f"落后 {duration(lag)}，{number(waiting.count)} 条等待写入索引",
            waiting.oldest,
            "新发布的条目暂时检索不到。大批发布后会这样，数目在减少就不用处理。",
        )
    return Part(
        "后台进程",
        GOOD,
        f"运行中，{number(waiting.count)} 条等待写入索引",
        seen_at,
        "发布、更正在一两秒内进入检索。",
    )


def _index(session: Session, known: Services, now: datetime) -> Part:
    check = Remedy(CHECK_INDEX, "核对索引", "逐条核对索引与数据库，不改动内容。")
    built = health.targets(session)
    if known.search is None or any(name not in built for name in TARGETS):
        return Part("检索索引", BAD, "还没有建立", None, "坐席台只能按标题和文号找。", (_REBUILD,))
    if any(row.fingerprint != known.search.indexes.factory.fingerprint for row in built.values()):
        return Part(
            "检索索引",
            BAD,
            "词典或索引结构已更新，还没有重建",
            None,
            "程序升级后要重建一次；重建之前新发布的条目进不了索引。",
            (_REBUILD,),
        )
    parked = health.unindexed(session, parked=True)
    if parked.count:
        return Part(
            "检索索引",
            BAD,
            f"{number(parked.count)} 条写不进索引",
            parked.oldest,
            "这些条目检索不到，或者检索到的是旧内容。内容不全的请责任单位补写，发布新的一版就好；其余的重建索引。",
            (check, _REBUILD),
            entries=tuple(health.unwritable(session)),
        )
    found, rebuilt = found_by(session, CHECK_INDEX), found_by(session, REBUILD_INDEX)
    if found and not found.is_well and not (rebuilt and rebuilt.at > found.at):
        return Part(
            "检索索引", BAD, found.sentence, found.at, "检索结果与数据库不一致。", (_REBUILD, check)
        )
    if found is None or now - found.at > _WEEK:
        return Part(
            "检索索引",
            GOOD,
            "能检索；一周内没有核对过",
            found.at if found else None,
            "建议每周核对一次，也可以用定时任务运行 kb check-index。",
            (check, _REBUILD),
        )
    return Part(
        "检索索引",
        GOOD,
        found.sentence,
        found.at,
        "检索到的就是数据库里现行有效的。",
        (check, _REBUILD),
    )


def _jobs(session: Session, now: datetime) -> Part:
    failed, due = health.failed_jobs(session), health.due_jobs(session, now)
    link = ("看每一个", "admin.jobs")
    if failed.count:
        again = Remedy(RETRY_JOBS, "全部重试", f"把 {failed.count} 个没有完成的任务各重新做一遍。")
        return Part(
            "后台任务",
            WARN,
            f"{number(failed.count)} 个试了几次仍没有完成",
            failed.oldest,
            "原因多半相同：先看出错信息，处理后再重试。",
            (again,),
            link,
        )
    if due.oldest and now - due.oldest > LONG:
        return Part(
            "后台任务",
            WARN,
            f"{number(due.count)} 个到了时间还没有开始",
            due.oldest,
            "后台进程忙不过来，或没有运行。",
            (),
            link,
        )
    return Part(
        "后台任务",
        GOOD,
        f"没有失败的，{number(due.count)} 个在排队",
        None,
        "读取文件、比对、提醒、起草和印发通报都在这里排队。",
        (),
        link,
    )
