"""What the portal's forms offer: units, categories, regions, kinds, and the words for steps."""

from kb.terms import KnowledgeKind, LinkKind
from webapp.context import services
from webapp.unit_choices import (
    Options,
    audiences,
    categories,
    chosen_unit,
    kinds,
    units,
    wishes_said,
)

# What a clerk reads in the history of an entry.
STEPS = {
    "created": "建立草稿",
    "from_order": "取自工单",
    "edited": "修改草稿",
    "submitted": "送审",
    "passed_on": "转中心复核",
    "unit_approved": "本单位审核通过",
    "returned": "退回修改",
    "published": "发布",
    "scheduled": "定时发布",
    "schedule_cancelled": "取消定时发布",
    "schedule_failed": "定时发布没有完成",
    "checked": "核验",
    "let_end": "到期不再延续",
    "expired": "有效期届满",
    "ended": "停止有效",
    "unlinked": "撤销替代、废止、修改关系",
    "withdrawn": "下架",
    "restored": "重新上架",
    "discarded": "作废草稿",
    "correction_accepted": "接受纠错，要改",
    "restored_from": "以旧版为底新建",
    "moved": "并入另一个条目",
    "told_apart": "核对为不同文件",
    "number_apart": "文号相同，核对为不同文件",
    "backdating_confirmed": "确认施行日期早于成文日期",
    "brought_back_confirmed": "对照过旧版以后办结的纠错",
    "link_confirmed": "确认与旧件的关系",
    "link_rejected": "核对为不是旧件",
    "from_document": "取自文件",
    "kept_here": "确认由本单位维护",
    "handed_over": "移交",
    "original_allowed": "允许公开原件",
    "original_withheld": "不再公开原件",
    "supersedes": "被新件替代",
    "repeals": "被新件废止",
}
WRITABLE = (KnowledgeKind.QA, KnowledgeKind.GUIDE, KnowledgeKind.CONTACT)
# The facts that each kind of entry is mainly made of; the others are one click away.
MAIN_FACTS = {
    KnowledgeKind.QA: ("conclusion", "script", "ask_first"),
    KnowledgeKind.GUIDE: (
        "conclusion",
        "conditions",
        "materials",
        "steps",
        "time_limit",
        "fee",
        "place",
        "hours",
        "phone",
        "online",
    ),
    KnowledgeKind.CONTACT: ("phone", "place", "hours", "conclusion", "online"),
    KnowledgeKind.POLICY: ("conclusion", "script"),
    KnowledgeKind.NOTICE: ("conclusion", "script", "phone"),
}


__all__ = ["audiences", "categories", "chosen_unit", "kinds", "units", "wishes_said"]


def link_kinds() -> Options:
    """替代, 废止, 修改."""
    return [(kind.value, kind.label) for kind in LinkKind]


def regions() -> tuple[str, ...]:
    """The city's districts."""
    return tuple(getattr(services().profile, "regions", ()))
