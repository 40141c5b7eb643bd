"""``kb search``: what the agent, or the public, would see."""

from datetime import date
from typing import Any

import click

from kb.clock import local_day
from kb.presenters.card import cards
from kb.services.questions import Question
from webapp.cli.main import kb, opened, print_json, speaks
from webapp.compose import SYSTEM


@kb.command()
@click.argument("query")
@click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="口径日期")
@click.option("--audience", default="staff", type=click.Choice(["staff", "public"]))
@click.option("--limit", default=5, type=click.IntRange(1, 50))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@speaks
def search(query: str, as_of: Any, audience: str, limit: int, as_json: bool) -> None:
    """检索：输出坐席（或公众）会看到的答案卡片。"""
    with opened() as program, program.database.reading() as session:
        today = local_day(program.clock())
        day: date = as_of.date() if as_of else today
        answers = program.search.find(
            session,
            Question(query, day, limit=limit),
            None if audience == "public" else SYSTEM,
        )
        found = cards(answers, today)
    if as_json:
        print_json({"query": query, "answered": answers.answered, "results": found})
        return
    if not answers.answered:
        click.echo("无依据：没有足够好的答案" + ("，以下供参考" if found else ""))
    for number, card in enumerate(found, 1):
        click.echo(f"{number}. {card['title']}  [{card['standing_label']}] {card['unit']}")
        if card["since"]:
            click.echo(f"   {card['since']}")
        click.echo(f"   {card['conclusion']}")
