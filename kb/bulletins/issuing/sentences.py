"""Draft sentences in the register of a bulletin: words around figures, nothing that is not counted.

Each function gives paragraphs for what the figures have; a part that counts nothing is left out.
"""

from collections.abc import Iterable

from kb.bulletins.basis import EVENTS, REQUESTS
from kb.bulletins.conditions import UNPLACED
from kb.bulletins.issuing.source import Row, Source
from kb.bulletins.issuing.tokens import plainly, token
from kb.bulletins.issuing.wording import moment_words

Sentences = list[str]
_TOP, _HUNDRED = 5, 100


def overall(source: Source) -> Sentences:
    """热线运行总体情况: received, answered at once, handed over, resolved."""
    parts = [_calls(source), _received(source), _sent(source), _resolved(source)]
    return ["".join(parts), *_lines(source), *_knowledge(source), *_recounted(source)]


def _total(name: str) -> str:
    return token("totals", name)


def told(source: Source, words: str, *path: str) -> str:
    """Words with the figure behind them; nothing where there is no such figure, as a rate of
    nothing."""
    return f"{words}{token(*path)}" if source.has(*path) else ""


def _calls(source: Source) -> str:
    start = f"{source.words.long}，12345热线"
    if not source.has("totals", "offered"):
        return start
    text = f"{start}呼入来电{_total('offered')}个，接通{_total('answered')}个"
    text += told(source, "，接通率", "totals", "answered_rate")
    if source.daily_average_of != REQUESTS and source.has("totals", "daily_average"):
        what = "接通" if source.daily_average_of == "answered" else ""
        text += f"，日均{what}{_total('daily_average')}个"
    return f"{text}{_covered(source)}；"


def _covered(source: Source) -> str:
    """Of how many days the calls are known, where it is not all of the period."""
    days = source.period.days
    if not source.has("totals", "call_days") or source.count("totals", "call_days") == days:
        return ""
    by = "" if source.daily_average_of == REQUESTS else f"，日均按{_total('days')}天计"
    return f"（本期{days}天，有话务量记录的{_total('call_days')}天{by}）"


def _received(source: Source) -> str:
    text = f"共受理各类诉求{_total('requests')}件{_changed(source, 'totals', 'requests')}"
    if source.daily_average_of == REQUESTS and source.has("totals", "daily_average"):
        text += f"，日均{_total('daily_average')}件"
        if source.as_of < source.period.end:
            text += f"（按已开始的{_total('days')}天计）"
    text += "。"
    if source.count("totals", "resolved_online"):
        text += f"在线办结{_total('resolved_online')}件"
        text += told(source, "，在线办结率", "totals", "resolved_online_rate")
        if source.has("compare", "previous", "totals", "resolved_online_rate", "change"):
            change = token("compare", "previous", "totals", "resolved_online_rate", "change")
            text += f"，{change}"
        text += "；"
    return text


def _sent(source: Source) -> str:
    if not source.count("totals", "dispatched"):
        return "没有转办工单。"
    sent = "lead_dispatched" if source.has("totals", "lead_dispatched") else "dispatched"
    text = f"转办工单{_total(sent)}件"
    text += told(source, "，占比", "totals", "dispatched_share")
    ways = source.rows("extra", "dispatched_by_channel")
    if len(ways) > 1:
        path = ("extra", "dispatched_by_channel")
        listed = "；".join(
            f"{plainly(row['name'])}{token(*path, row['name'], 'count')}件"
            + told(source, "，占比", *path, row["name"], "share")
            for row in ways
        )
        text += f"（{listed}）"
    return f"{text}。"


def _resolved(source: Source) -> str:
    if not any(source.count("totals", name) for name in ("dispatched", "orders_resolved")):
        return ""
    moment = moment_words(source.as_of, source.period.last.year)
    text = f"截至{moment}，已办结工单{_total('orders_resolved')}件"
    text += told(source, "，办结率", "totals", "orders_resolved_rate")
    if source.has("totals", "overall_resolved_rate"):
        text += (
            f"；综合办结{_total('overall_resolved')}件，综合办结率{_total('overall_resolved_rate')}"
        )
        text += _beyond(source)
    return f"{text}。"


def _beyond(source: Source) -> str:
    """Why more was resolved than was received."""
    rate = source.count("totals", "overall_resolved_rate")
    if rate is None or rate <= _HUNDRED:
        return ""
    by_events = source.document["definitions"]["cohort"] == EVENTS
    return "（含以前受理、本期办结的）" if by_events else "（一件诉求派几张工单的，按工单计）"


def _lines(source: Source) -> Sentences:
    rows = source.rows("by_line")
    if not rows:
        return []
    listed = "、".join(
        f"{plainly(row['name'])}类{token('by_line', row['name'], 'count')}件" for row in rows
    )
    return [f"专线共受理诉求{token('extra', 'lines_total')}件，其中：{listed}。"]


def _knowledge(source: Source) -> Sentences:
    path = ("extra", "knowledge")
    if not source.count(*path, "credited"):
        return []
    text = f"在线办结中，采纳知识库条目直接答复的{token(*path, 'credited')}件"
    text += told(source, "，占", *path, "credited_rate")
    if source.count(*path, "lost"):
        text += f"；库中有答案而仍转工单的{token(*path, 'lost')}件"
    return [f"{text}。"]


def _recounted(source: Source) -> Sentences:
    """Why 环比 is not with what had been printed: that was counted in another way."""
    said = source.document.get("recounted", {})
    return [
        f"{before}印发的通报口径与本期不同（{'、'.join(said[which])}），"
        f"{name}中的前期数按本期口径重新计数。"
        for which, before, name in (
            ("previous", "上一期", "环比"),
            ("last_year", "上年同期", "同比"),
        )
        if which in said
    ]


def _changed(source: Source, *path: str) -> str:
    """``，较上季度增加41.02%`` and the same of last year, where there is something to compare."""
    found = [
        token("compare", which, *path, "rate")
        for which in ("previous", "last_year")
        if source.has("compare", which, *path, "rate")
    ]
    return "".join(f"，{one}" for one in found)


def _shares(source: Source, section: str, rows: Iterable[Row], suffix: str = "类") -> str:
    listed = []
    for row in rows:
        name = row["name"]
        text = f"{kind_said(name, suffix)}{token(section, name, 'count')}件"
        listed.append(text + told(source, "，占比", section, name, "share"))
    return "；".join(listed)


def kind_said(name: str, suffix: str) -> str:
    """The name as a kind of requests: 投诉类."""
    said = plainly(name)
    return said if said.endswith(suffix) or said in ("未分类", UNPLACED) else f"{said}{suffix}"


def purposes(source: Source) -> Sentences:
    """按目的分类."""
    rows = source.rows("by_purpose")
    return [f"按目的分类如下：{_shares(source, 'by_purpose', rows)}。"] if rows else []


def categories(source: Source) -> Sentences:
    """按诉求分类; then how the largest have changed."""
    rows = source.rows("by_category")
    if not rows:
        return []
    found = [f"按诉求分类如下：{_shares(source, 'by_category', rows)}。"]
    moved = [
        f"{kind_said(row['name'], '类')}"
        + token("compare", "previous", "by_category", row["name"], "rate")
        for row in rows[:_TOP]
        if source.has("compare", "previous", "by_category", row["name"], "rate")
    ]
    if moved:
        found.append(f"与{source.words.before}相比，{'、'.join(moved)}。")
    return found


def regions(source: Source) -> Sentences:
    """按区域分布."""
    rows = source.rows("by_region")
    if not any(row["name"] != UNPLACED for row in rows):
        return []
    return [f"按区域分布如下：{_shares(source, 'by_region', rows, '')}。"]


def channels(source: Source) -> Sentences:
    """受理渠道 in scope."""
    rows = [row for row in source.rows("by_channel") if row.get("in_scope")]
    return [f"按受理渠道统计：{_shares(source, 'by_channel', rows, '')}。"] if len(rows) > 1 else []


def topics(source: Source) -> Sentences:
    """专项诉求: each saved topic, how many, how changed."""
    return [
        f"{plainly(row['name'])}诉求情况。{source.words.short}，共受理相关诉求"
        f"{token('extra', 'topics', row['name'], 'count')}件"
        f"{_changed(source, 'topics', row['name'])}{_topic_recounted(source, row['name'])}。"
        for row in source.rows("extra", "topics")
    ]


def _topic_recounted(source: Source, name: str) -> str:
    """Says that the earlier number is not the one that was issued."""
    anew = source.document.get("topics_recounted", {})
    said = [
        before
        for which, before in (("previous", "上一期"), ("last_year", "上年同期"))
        if name in anew.get(which, ()) and source.has("compare", which, "topics", name, "rate")
    ]
    return f"（{'、'.join(said)}的数按现在的条件重新计数）" if said else ""


def letters(source: Source) -> Sentences:
    """非话务渠道: how many came, were resolved, by which way."""
    path = ("extra", "non_phone")
    rows = source.rows(*path, "channels")
    if not rows:
        return []
    listed = "，".join(
        f"{plainly(row['name'])}{token(*path, 'channels', row['name'], 'count')}件"
        for row in rows
        if row["count"]
    )
    others = f"其中，{listed}。" if listed else ""
    return [
        f"{source.words.short}，12345热线共受理非话务渠道诉求{token(*path, 'requests')}件，"
        f"办结{token(*path, 'resolved')}件。{others}"
    ]
