"""Health of what stands around the database: threads, disk, mail, backups."""

import shutil
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kb.backups.own_folder import KEPT
from kb.queries import health
from kb.services.housekeeping import BACKUP, TIDY, found_by
from kb.services.mail import never_held
from webapp.admin.health_words import (
    BAD,
    GOOD,
    LONG,
    MAILS_AGAIN,
    OFF,
    SILENCE,
    TRIAL_MAIL,
    WARN,
    Part,
    Remedy,
)
from webapp.context import Services, city
from webapp.formats import duration, number

_DAY = timedelta(hours=26)  # a nightly backup may take its time
_LOW_SHARE, _LOW_BYTES, _NO_BYTES = 0.10, 5 * 10**9, 10**9
_THREADS = {
    "reading": "读取文件",
    "sender": "发邮件和推送",
    "matters": "归集热点事项",
    "bulletins": "起草、印发通报",
    "housekeeping": "做本页的处理",
    "recognition": "识别扫描件",
}


def threads(session: Session, known: Services, now: datetime) -> list[Part]:
    """One line for all while they are well; one for each that is not."""
    seen = health.seen(session)
    mine = seen.get(health.thread("heartbeats"))
    names = [name for name in _THREADS if name != "recognition" or known.settings.recognises]
    said = "、".join(_THREADS[name] for name in names)
    if mine is None or now - mine > SILENCE:
        return [Part("后台线程", BAD, "没有运行", mine, f"停着的：{said}。随后台进程一起启动。")]
    ill = [_thread(name, seen.get(health.thread(name)), now) for name in names]
    bad = [part for part in ill if part is not None]
    return bad or [Part("后台线程", GOOD, f"{len(names)} 个都有动静", mine, f"{said}。")]


def _thread(name: str, seen_at: datetime | None, now: datetime) -> Part | None:
    if seen_at is not None and now - seen_at <= 2 * SILENCE:
        return None
    title = f"后台线程：{_THREADS[name]}"
    if seen_at is not None and now - seen_at <= LONG:
        return Part(
            title,
            WARN,
            f"{duration(now - seen_at)}没有动静",
            seen_at,
            "多半在做一件久的事，如一份大文件；过一刻钟还这样再处理。",
        )
    return Part(
        title,
        BAD,
        "停住了" if seen_at else "没有动过",
        seen_at,
        "请重启后台进程；做到一半的会从头再做，不会丢。",
    )


def disk(known: Services) -> Part:
    """Room on the disk of the data folder."""
    folder = known.settings.data_folder
    usage = shutil.disk_usage(folder)
    text = f"还有 {usage.free / 1e9:,.1f} GB（{usage.free / usage.total:.0%}），在 {folder}"
    tidy = Remedy(
        TIDY,
        "清理",
        "删掉不再使用的旧索引和页面图缓存（要用时会重新生成），"
        f"和在这一页做的备份里最新 {KEPT} 份以外的。原件和数据库不动。",
    )
    if usage.free < _NO_BYTES:
        return Part(
            "磁盘",
            BAD,
            text,
            None,
            "很快写不进去：推送、登记、派单都会失败。请扩容或清理。",
            (tidy,),
        )
    if usage.free < _LOW_BYTES or usage.free < usage.total * _LOW_SHARE:
        return Part("磁盘", WARN, text, None, "重建索引和备份要有余地，请安排扩容或清理。", (tidy,))
    return Part("磁盘", GOOD, text, None, "数据库、原件、索引都在这块盘上。", (tidy,))


def mail(session: Session, known: Services, now: datetime) -> Part:
    """Whether reminders get out."""
    link = ("看每一封", "admin.mails")
    if not known.settings.smtp_host:
        return Part(
            "邮件",
            OFF,
            "没有设置发信服务器",
            None,
            "提醒只在系统内显示。要发邮件，请设置 KB_SMTP_HOST、KB_SMTP_FROM 和 "
            "KB_PUBLIC_URL 后重启。",
            (),
            link,
        )
    trial = Remedy(TRIAL_MAIL, "试发一封", "")
    failed, waiting = health.mails(session, "failed"), health.mails(session, "waiting")
    if failed.count:
        again = Remedy(MAILS_AGAIN, "全部重发", f"把 {failed.count} 封没有发出的重发一遍。")
        return Part(
            "邮件",
            WARN,
            f"{number(failed.count)} 封没有发出",
            failed.oldest,
            "收件人没有收到提醒；原因在邮件清单里。",
            (again, trial),
            link,
        )
    rules = city().reminders
    # Just after the quiet hours the mails of the night are on their way, and not late yet.
    held = rules.is_quiet_now(now) or rules.is_quiet_now(now - LONG)
    late = health.mails(session, "waiting", never_held()) if held else waiting
    if late.oldest and now - late.oldest > LONG:
        return Part(
            "邮件",
            WARN,
            f"{number(late.count)} 封等了 {duration(now - late.oldest)}",
            late.oldest,
            "发信服务器可能没有响应，程序会隔一段时间再试。",
            (trial,),
            link,
        )
    return Part(
        "邮件",
        GOOD,
        f"发信服务器 {known.settings.smtp_host}，{number(waiting.count)} 封待发",
        health.last_mail(session),
        f"时间是最近一封发出的时刻。{quiet_note(now) if waiting.count else ''}",
        (trial,),
        link,
    )


def quiet_note(now: datetime) -> str:
    """Why mails are not sent at once now; empty out of the quiet hours."""
    rules = city().reminders
    if not rules.is_quiet_now(now):
        return ""
    return f"现在是静默时段（{rules.quiet_words}），不紧急的邮件结束后再发。"


def backup(session: Session, now: datetime) -> Part:
    """When all was last saved elsewhere."""
    found = found_by(session, BACKUP)
    make = Remedy(
        BACKUP,
        "立即备份",
        "数据库和全部原件备份成一个核对过的文件，放在数据目录的 backups 里；服务不用停。",
    )
    advice = "请再复制一份到别的机器：同一块盘上的备份防不了盘坏。文件含个人信息。"
    if found is None:
        return Part("备份", BAD, "还没有备份过", None, advice, (make,))
    if now - found.at > _DAY:
        return Part(
            "备份",
            WARN,
            f"{duration(now - found.at)}没有备份了；上一份 {found.sentence}",
            found.at,
            f"建议每天用定时任务运行 kb backup。{advice}",
            (make,),
        )
    return Part("备份", GOOD, found.sentence, found.at, advice, (make,))
