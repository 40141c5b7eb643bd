"""数字字典: every figure's name, definition and what a city may choose about it.

Screens, API, exports and bulletins take names and definitions from here; ``docs/figures.md`` is
written by ``python -m kb.bulletins.dictionary_page``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

COUNT, RATE, HOURS = "件", "%", "小时"


@dataclass(frozen=True)
class Entry:
    """One figure. ``choices`` names the keys of 统计口径 that change it."""

    key: str
    name: str
    unit: str
    definition: str
    choices: str = ""


def _by_key(*entries: Entry) -> Mapping[str, Entry]:
    return {entry.key: entry for entry in entries}


TOTALS = _by_key(
    Entry("received", "收到的诉求", COUNT, "时段内、所计渠道受理的全部诉求，含不计的结果", "scope"),
    Entry("requests", "受理量", COUNT, "收到的诉求，减去不计的结果（默认无效）", "scope"),
    Entry("invalid", "无效", COUNT, "结果为无效的诉求，不论是否计入受理量", "scope"),
    Entry("resolved_online", "在线办结", COUNT, "结果为在线办结的诉求"),
    Entry(
        "handed_over",
        "转办的诉求",
        COUNT,
        "结果为转办的诉求，一件计一次；还没有派出工单的、并入别的诉求的工单的也在内",
    ),
    Entry("open", "处理中的诉求", COUNT, "到统计时刻既没有在线办结也没有转办的诉求"),
    Entry("resolved_online_rate", "在线办结率", RATE, "在线办结 ÷ 受理量"),
    Entry("dispatched_share", "转办占比", RATE, "转办的主办工单 ÷ 受理量"),
    Entry(
        "dispatched",
        "转办工单",
        COUNT,
        "已派出的工单；等着派单的、并入别的工单的不计，一张工单不论几个单位办理计一次",
        "roles.totals",
    ),
    Entry(
        "lead_dispatched",
        "主办工单",
        COUNT,
        "转办工单中主办的；合计含协办时才列出",
        "roles.totals",
    ),
    Entry(
        "lead_resolved",
        "已办结主办工单",
        COUNT,
        "主办工单中，到统计时刻已办结的；合计含协办时才列出",
        "roles.totals",
    ),
    Entry("orders_resolved", "已办结工单", COUNT, "转办工单中，到统计时刻已办结的"),
    Entry(
        "to_acknowledge",
        "应签收工单",
        COUNT,
        "转办工单，不含没有签收时限的协办；含协办时才列出",
        "roles",
    ),
    Entry("acknowledged", "已签收工单", COUNT, "转办工单中，到统计时刻已签收的"),
    Entry(
        "overdue_acknowledged",
        "超期签收工单",
        COUNT,
        "签收晚于签收时限的，以及没有签收、时限已过的",
    ),
    Entry(
        "overdue_resolved",
        "超期办结工单",
        COUNT,
        "办结晚于办结时限的，以及没有办结、时限已过的",
    ),
    Entry("due", "已到期工单", COUNT, "办结时限已到的转办工单"),
    Entry("followed_up", "已回访工单", COUNT, "转办工单中，到统计时刻已回访的"),
    Entry("rated", "已评价工单", COUNT, "已回访工单中，说了满意、基本满意或不满意的"),
    Entry("satisfied", "满意工单", COUNT, "已回访、评价算作满意的工单", "satisfied、denominators"),
    Entry("dissatisfied", "不满意工单", COUNT, "已回访、评价为不满意的工单"),
    Entry("returned", "退单工单", COUNT, "退过单的转办工单，一张计一次"),
    Entry("reopened", "重办工单", COUNT, "办结后重办过的转办工单，一张计一次"),
    Entry(
        "first_time_resolved",
        "一次办结工单",
        COUNT,
        "已办结工单中，没有退过单、没有退回重办或重办、没有重复来电并入（撤销了的不算）或记为重复的",
    ),
    Entry(
        "acknowledged_on_time",
        "按期签收工单",
        COUNT,
        "按期签收率的分子：分母中没有超期签收的",
        "denominators.acknowledged_on_time_rate",
    ),
    Entry(
        "resolved_on_time",
        "按期办结工单",
        COUNT,
        "按期办结率的分子：分母中没有超期办结的",
        "denominators.resolved_on_time_rate",
    ),
    Entry("overall_resolved", "综合办结数", COUNT, "在线办结 + 已办结的主办工单"),
    Entry("orders_resolved_rate", "工单办结率", RATE, "已办结工单 ÷ 转办工单"),
    Entry(
        "overall_resolved_rate",
        "综合办结率",
        RATE,
        "综合办结数 ÷ 受理量；一件诉求派几张工单的，或按办理的时刻计的，可以超过 100",
    ),
    Entry(
        "acknowledged_on_time_rate",
        "按期签收率",
        RATE,
        "1 − 超期签收 ÷ 转办工单（含协办时 ÷ 应签收工单）：没有签收的也在分母里，"
        "其中时限没有到的也在分子里；也可 ÷ 已签收工单（没有签收的都不计）",
        "denominators.acknowledged_on_time_rate",
    ),
    Entry(
        "resolved_on_time_rate",
        "按期办结率",
        RATE,
        "1 − 超期办结 ÷ 转办工单：没有办结的也在分母里，其中时限没有到的也在分子里；"
        "也可 ÷ 已办结工单（没有办结的都不计），或 ÷ 已到期工单（时限没有到的都不计）",
        "denominators.resolved_on_time_rate",
    ),
    Entry(
        "follow_up_rate",
        "回访率",
        RATE,
        "已回访工单 ÷ 已办结工单；也可 ÷ 转办工单",
        "denominators.follow_up_rate",
    ),
    Entry(
        "satisfaction_rate",
        "满意率",
        RATE,
        "满意工单 ÷ 已回访工单；也可 ÷ 已评价工单、÷ 转办工单，或 1 − 不满意 ÷ 这三者之一",
        "satisfied、denominators.satisfaction_rate",
    ),
    Entry("answered_rate", "接通率", RATE, "接通的来电 ÷ 呼入的来电"),
    Entry("return_rate", "退单率", RATE, "退单工单 ÷ 转办工单"),
    Entry("reopen_rate", "重办率", RATE, "重办工单 ÷ 转办工单"),
    Entry("first_time_rate", "一次性办结率", RATE, "一次办结工单 ÷ 已办结工单"),
    Entry("average_hours", "平均办理时长", HOURS, "已办结工单从派单到办结的小时数的平均"),
    Entry(
        "offered",
        "呼入来电",
        "个",
        "每日话务量中呼入的合计，只计过完了的日子；没有话务量记录时为空",
    ),
    Entry(
        "answered",
        "接通来电",
        "个",
        "每日话务量中接通的合计，只计过完了的日子；没有话务量记录时为空",
    ),
    Entry("call_days", "有话务量的天数", "天", "时段内有话务量记录的日子；没有时为空"),
    Entry(
        "days",
        "日均的天数",
        "天",
        "时段内的日历天，或工作日；没有过完的时段是已过完的，日均按受理量计的是已开始的",
        "daily_average",
    ),
    Entry(
        "daily_average",
        "日均",
        "个",
        "呼入、接通的来电或受理量 ÷ 天数",
        "daily_average",
    ),
)

ROWS = _by_key(
    Entry("count", "件数", COUNT, "这一类的诉求；按转办工单计占比时为工单", "share_base"),
    Entry(
        "share",
        "占比",
        RATE,
        "件数 ÷ 受理量（或转办工单）；二级类别 ÷ 总数（或所属一级类别）；"
        "单位的承办工单 ÷ 转办工单，含协办时相加可以超过 100",
        "share_base、child_share_base、printed_share_rounding",
    ),
    Entry("unspecified", "只到一级的", COUNT, "只归到一级类别、没有二级的"),
    Entry("orders", "承办工单", COUNT, "本单位主办（或主办和协办）的工单", "roles.by_unit"),
    Entry("resolved", "办结", COUNT, "承办工单中已办结的；非话务渠道为在线办结 + 已办结工单"),
    Entry("resolved_rate", "办结率", RATE, "办结 ÷ 承办工单"),
)

KNOWLEDGE = _by_key(
    Entry("credited", "条目办结", COUNT, "在线办结中，采纳了条目且没有撤销的诉求"),
    Entry("credited_rate", "条目办结占比", RATE, "条目办结 ÷ 在线办结"),
    Entry("answered_otherwise", "其他在线答复", COUNT, "在线办结中没有采纳条目的，坐席直接答复"),
    Entry("lost", "库中有答案仍转办", COUNT, "转办的咨询中，转工单时屏幕上有答案条目的"),
    Entry("by_unit", "各单位", COUNT, "条目属于本单位的条目办结，和库中有答案仍转办"),
    Entry("by_entry", "各条目", COUNT, "条目办结最多的条目；键是条目编号", "top"),
    Entry("gaps.opened", "新增缺口", "个", "时段内出现的知识缺口，并入别的缺口的不计"),
    Entry("gaps.reopened", "重现缺口", "次", "补齐后又有人问而没有答案的次数"),
    Entry("gaps.closed", "补齐缺口", "个", "时段内原来的问题重新检索都有了答案的缺口"),
    Entry("upkeep.duties", "应处理的条目", "件", "时段内到期或应核验、统计时刻已过的"),
    Entry("upkeep.timely", "按时处理的条目", "件", "当天及以前处理的"),
    Entry("upkeep.rate", "知识更新及时率", RATE, "按时处理的 ÷ 应处理的"),
)

# Key of 统计口径, its default, and what it decides.
CHOICES = (
    ("scope.channels", "全部", "计哪些渠道；不计的渠道在 `by_channel`、`extra.non_phone` 里仍列出"),
    ("scope.exclude_outcomes", "无效", "哪些结果的诉求不计入受理量；`[]` 全计"),
    ("cohort", "`received_at`", "`events` 改为各按自己的时刻计：受理、派单、办结、回访在时段内"),
    ("as_of", "统计时", "固定的时刻，或 `period_end`（期末）"),
    ("share_base", "`requests`", "目的、类别的占比除以受理量，或 `dispatched` 转办工单"),
    ("child_share_base", "`total`", "二级类别的占比除以总数，或 `parent` 所属一级类别"),
    ("roles.totals、roles.by_unit", "主办", "合计、单位行计哪些角色；含协办时应印作“承办件次”"),
    ("satisfied", "满意、基本满意", "`mode = listed` 列出的算满意；`except` 除列出的都算满意"),
    ("daily_average", "呼入、日历天", "`of` offered、answered、requests；`days` calendar、working"),
    ("rounding.decimals", "2", "率和占比的小数位数"),
    (
        "printed_share_rounding",
        "`half_up`",
        "`largest_remainder` 让目的一列凑成 100；也可以按列写 by_purpose 等",
    ),
    ("unit_aliases", "无", "别名 = 单位名称，或 单位名称 = [别名]，合并计数"),
    ("zero_lines", "无", "没有诉求也印出的专线"),
    ("phone_channels", "电话、12345热线", "话务渠道；其余是非话务渠道"),
    (
        "topics",
        "无",
        "专项：name 和条件 channels、lines、purposes、categories、regions、words、days",
    ),
    ("grades", "满意率 98、95、90", "分档：按 of 的率分 bands，工单少于 at_least 的不分"),
    ("top", "10", "前几名列几个"),
)
