"""``kb judge``: the judged questions asked as a set, their figures, and floors that must hold."""

from collections.abc import Mapping

import click

from kb.clock import local_day
from kb.errors import InvalidInput, SearchUnavailable
from kb.outbox.enqueue import STAFF
from kb.services.accounts import unit_scope
from kb.services.judged_queries import LABELS
from kb.services.judging import RunResult, active_cases, run_set
from kb.services.judging_runs import Settings, execute_run, get_run, result_of, start_run
from webapp.cli.main import kb, opened, print_json, speaks
from webapp.cli.units import find_unit
from webapp.compose import SYSTEM, Program

FIGURES = {
    "ndcg": "nDCG@10",
    "mrr": "MRR@10",
    "hit1": "首条命中",
    "answered_share": "应答尽答",
    "refused_share": "应拒尽拒",
}


@kb.command()
@click.option("--unit", "unit_name", help="只问这个单位的评测问题")
@click.option("--floor", "floors", multiple=True, help="底线，如 ndcg=0.8；低于则退出码 1，可多次")
@click.option("--keep", "label", help="以这个名字记入评测记录")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@speaks
def judge(unit_name: str | None, floors: tuple[str, ...], label: str | None, as_json: bool) -> None:
    """评测检索：逐句问评测问题，输出各项指标。"""
    wanted = _floors(floors)
    with opened() as program:
        unit_id = None
        if unit_name:
            with program.database.reading() as session:
                unit_id = find_unit(session, unit_name, create=False).id
        result = _kept(program, unit_id, label) if label else _asked(program, unit_id)
    below = _below(result.means(), wanted)
    if as_json:
        print_json(_as_json(result, below))
    else:
        _print(result, below)
    if below:
        raise click.exceptions.Exit(1)


def _floors(texts: tuple[str, ...]) -> dict[str, float]:
    floors = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            floors[name] = float(value)
        except ValueError as error:
            raise InvalidInput(f"底线“{text}”应写成 ndcg=0.8 这样") from error
        if name not in FIGURES or not 0 <= floors[name] <= 1:
            raise InvalidInput(f"底线“{text}”不对：可用 {'、'.join(FIGURES)}，值在 0 到 1 之间")
    return floors


def _below(means: Mapping[str, float | None], floors: Mapping[str, float]) -> dict[str, float]:
    """The floors that do not hold; a figure the set says nothing about holds none."""
    return {
        name: floor
        for name, floor in floors.items()
        if (value := means[name]) is None or value < floor
    }


def _asked(program: Program, unit_id: int | None) -> RunResult:
    with program.database.reading() as session:
        engine = program.indexes.engine(session, STAFF)
        cases = active_cases(session, None if unit_id is None else unit_scope(session, unit_id))
        if not cases:
            raise InvalidInput("还没有评测问题，请先在检索实验室保存或导入")
        return run_set(session, engine, today=local_day(program.clock()), cases=cases)


def _kept(program: Program, unit_id: int | None, label: str) -> RunResult:
    with program.database.unit_of_work() as session:
        run = start_run(
            session,
            Settings(label),
            unit_id=unit_id,
            actor=SYSTEM,
            now=program.clock(),
            at_once=True,
        )
    execute_run(program.database, program.indexes, run.id, clock=program.clock)
    with program.database.reading() as session:
        done = get_run(session, run.id, SYSTEM)
        if done.state != "done":
            raise SearchUnavailable(f"评测没有完成：{done.error}")
        return result_of(done)


def _kinds(result: RunResult) -> dict[str, RunResult]:
    known = {one.label for one in result.results}
    ordered = [label for label in LABELS if label in known] + sorted(known - set(LABELS))
    return {label or "不分": result.of_label(label) for label in ordered}


def _as_json(result: RunResult, below: dict[str, float]) -> dict[str, object]:
    return {
        "queries": len(result.results),
        **result.means(),
        "kinds": {
            label: {"queries": len(part.results), **part.means()}
            for label, part in _kinds(result).items()
        },
        "below_floor": below,
        "results": [one.as_json() for one in result.results],
    }


def _print(result: RunResult, below: dict[str, float]) -> None:
    click.echo("\t".join(["种类", "问题", *FIGURES.values()]))
    for label, part in {**_kinds(result), "合计": result}.items():
        figures = [_text(part.means()[name]) for name in FIGURES]
        click.echo("\t".join([label, str(len(part.results)), *figures]))
    for name, floor in below.items():
        click.echo(f"✗ {FIGURES[name]} {_text(result.means()[name])}，低于底线 {floor:g}", err=True)


def _text(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"
