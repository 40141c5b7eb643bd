"""``kb backup`` and ``kb restore``."""

from pathlib import Path

import click

from kb.backups.making import key_mark, make_backup
from kb.backups.restoring import Restored, restore_backup
from kb.outbox.rebuild import rebuild
from kb.services.audit import record
from kb.services.housekeeping import BACKUP, note
from webapp.cli.main import kb, opened, print_json, speaks
from webapp.cli.setting_up import bring_up_to_date
from webapp.settings import Settings
from webapp.settings_declared import DECLARED

# What a backup does not hold: secrets, and addresses that carry a password.
SECRET = frozenset({"secret_key", "smtp_password", "database_url", "opensearch_url"})


@kb.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@speaks
def backup(file: Path, as_json: bool) -> None:
    """把数据库、原件和设置备份成一个核对过的文件；服务不用停。"""
    with opened() as program:
        settings = program.settings
        manifest = make_backup(
            file,
            engine=program.database.engine,
            originals=program.files.folder,
            profile=Path(settings.profile) if settings.profile else None,
            settings=shown_settings(settings),
            signing_key=settings.secret_key,
            now=program.clock(),
        )
        size, count = file.stat().st_size, _originals(manifest.members)
        with program.database.unit_of_work() as session:
            record(session, None, "backup.make", "backup", manifest.made_at,
                   {"bytes": size, "originals": count}, program.clock())  # fmt: skip
            note(session, BACKUP, is_well=True, now=program.clock(),
                 sentence=f"{file.resolve()}，{size / 1e6:.1f} MB，原件 {count} 个")  # fmt: skip
    if as_json:
        print_json({"file": str(file), "bytes": size, "originals": count,
                    "made_at": manifest.made_at, "revision": manifest.revision})  # fmt: skip
        return
    click.echo(f"✓ 已备份并核对：数据库和 {count} 个原件，{size / 1e6:.1f} MB，{file}")
    click.echo("  备份含个人信息，请像数据库一样保管；要带出机房，先加密。")
    click.echo("  签名密钥不在备份里（数据目录的 secret_key 或 KB_SECRET_KEY），请另外保存。")


@kb.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="数据库里已有内容时也恢复；现在的内容先另存一份")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@speaks
def restore(file: Path, replace: bool, as_json: bool) -> None:
    """核对并恢复一份备份，升级数据库，重建索引；先停下网页服务和后台程序。"""
    with opened(must_be_current=False) as program:
        done = restore_backup(
            file,
            engine=program.database.engine,
            data_folder=program.settings.data_folder,
            replace=replace,
            now=program.clock(),
        )
    # A program of its own: the one before had the old index and database open.
    with opened(must_be_current=False) as program:
        bring_up_to_date(program)
        # The database may name an index that lay elsewhere: never trusted, always built anew.
        rebuild(program.database, program.indexes, program.clock)
        with program.database.unit_of_work() as session:
            record(session, None, "backup.restore", "backup", done.manifest.made_at,
                   {"originals": done.originals}, program.clock())  # fmt: skip
        remarks = _remarks(done, program.settings)
    if as_json:
        print_json({"made_at": done.manifest.made_at, "originals": done.originals,
                    "kept": str(done.kept) if done.kept else None, "remarks": remarks})  # fmt: skip
        return
    click.echo(
        f"✓ 已恢复 {done.manifest.made_at} 的备份：数据库和 {done.originals} 个原件，索引已重建"
    )
    for remark in remarks:
        click.echo(f"  · {remark}")


def shown_settings(settings: Settings) -> dict[str, str]:
    """The settings by their names in the environment, without secrets and without this machine's
    data folder."""
    return {
        declared.env: str(getattr(settings, name))
        for name, declared in DECLARED.items()
        if name not in SECRET | {"data_folder"} and hasattr(settings, name)
    }


def _originals(members: dict[str, str]) -> int:
    return sum(name.startswith("originals/") for name in members)


def _remarks(done: Restored, settings: Settings) -> list[str]:
    """What the person should look at now."""
    remarks = []
    if done.kept is not None:
        remarks.append(f"恢复前的数据库另存在 {done.kept}，核对无误后可以删除")
    if done.profile is not None:
        remarks.append(f"备份里的城市方案放在 {done.profile}，没有改动 KB_PROFILE 指的文件")
    if done.manifest.key_mark != key_mark(settings.secret_key):
        remarks.append(
            "签名密钥与备份时不同：来电号码对不上以往的来电，推送签名也会变；"
            "请把原来的密钥放回数据目录的 secret_key（或 KB_SECRET_KEY）"
        )
    now = shown_settings(settings)
    remarks += [
        f"{name} 备份时是“{value}”，现在是“{now[name]}”"
        for name, value in sorted(done.manifest.settings.items())
        if name in now and now[name] != value
    ]
    return remarks
