"""``kb figures`` and ``kb bulletin``: the figures of a period by a city's definitions."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kb.bulletins.basis_reading import load_basis
from kb.bulletins.issuing.assembling import Written, assemble
from kb.bulletins.issuing.heading import header_of, kind_of
from kb.bulletins.issuing.source import Source
from kb.bulletins.periods import Period
from kb.bulletins.rendering.forms import TYPES, rendered
from kb.bulletins.reporting import as_json, figures_of
from kb.clock import SHANGHAI
from kb.errors import InvalidInput
from kb.profile_bulletins import BulletinSettings
from kb.services.topics import basis_of
from webapp.cli.main import kb, opened, print_json, speaks
from webapp.compose import Program

FORMATS = ("json", *TYPES)
_DAY = click.DateTime(["%Y-%m-%d"])
_MOMENT = click.DateTime(["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"])


def _asked(command: Any) -> Any:
    """The options that both commands have."""
    options = (
        click.option("--from", "first", type=_DAY, required=True, help="第一天，如 2026-07-01"),
        click.option("--to", "last", type=_DAY, required=True, help="最后一天（含）"),
        click.option("--as-of", "as_of", type=_MOMENT, help="按哪个时刻的办理情况统计（北京时间）"),
        click.option("--profile", "profile", type=click.Path(path_type=Path), help="统计口径文件"),
    )
    for option in reversed(options):
        command = option(command)
    return command


@kb.command("figures")
@_asked
@speaks
def figures(first: datetime, last: datetime, as_of: datetime | None, profile: Path | None) -> None:
    """一段日子的统计数字，按统计口径文件或城市方案计算，输出 JSON。"""
    with opened() as program:
        print_json(_figures(program, first, last, as_of, profile))


@kb.command("bulletin")
@_asked
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="json",
    show_default=True,
    help="文件格式",
)
@click.option("--out", "out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@speaks
def bulletin(
    first: datetime,
    last: datetime,
    as_of: datetime | None,
    profile: Path | None,
    form: str,
    out: Path,
) -> None:
    """一期通报，写入文件：json 是数字，docx、xlsx、html 是排好版的草稿。"""
    with opened() as program:
        found = _figures(program, first, last, as_of, profile)
        settings, city = program.profile.bulletins, program.profile.city
    if profile is not None:
        # Another city's definitions: the names of this one are not on its bulletin.
        settings, city = BulletinSettings(), load_basis(profile).city
    data = _printed(found, form, settings, city)
    try:
        out.write_bytes(data)
    except OSError as error:
        raise InvalidInput(f"写不了文件 {out}：{error.strerror}") from error
    click.echo(f"已写入 {out}（{form}）")


def _printed(found: Any, form: str, settings: BulletinSettings, city: str) -> bytes:
    if form == "json":
        return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()
    source = Source(found)
    kind = kind_of(source.period)
    header = header_of(kind, source.period, city, settings)
    return rendered(assemble(source, Written(kind, header)), form)


def _figures(
    program: Program,
    first: datetime,
    last: datetime,
    as_of: datetime | None,
    profile: Path | None,
) -> Any:
    if first > last:
        raise InvalidInput("起始日期不能晚于结束日期")
    period = Period(first.date(), last.date())
    with program.database.reading() as session:
        # A file of choices stands for itself; the city's own have the topics kept on the page.
        basis = (
            load_basis(profile)
            if profile is not None
            else basis_of(session, program.profiles.current())
        )
        if as_of is not None:
            basis = replace(basis, as_of=as_of.replace(tzinfo=SHANGHAI))
        return as_json(figures_of(session, basis, period, program.clock()))
