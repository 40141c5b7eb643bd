"""The pages of the profile and their fields."""

from typing import Any

from kb.profile import Profile
from kb.profile_form.assessing import ASSESSMENT
from kb.profile_form.fields import Field, Kind, Options, Section, simple
from kb.profile_form.figures import FIGURES
from kb.profile_form.public import LIFE_EVENTS
from kb.profile_form.times import PURPOSES, TIMES
from kb.terms import BulletinKind, Purpose

_SCHEDULED: Options = tuple(
    (kind.label, kind.label) for kind in BulletinKind if kind is not BulletinKind.TOPICAL
)


def _renamed(kind: str) -> Field:
    names = {
        "categories": "类别",
        "regions": "区域",
        "channels": "渠道",
        "lines": "专线",
        "purposes": "目的",
    }
    return Field(
        f"renamed.{kind}",
        f"{names[kind]}改名",
        Kind.PAIRS,
        lambda profile: "\n".join(
            f"{old} = {new}" for old, new in profile.renamed.get(kind, {}).items()
        ),
        "每行“旧名 = 新名”。旧名照样能查；再登记、统计时用新名。",
        may_be_empty=True,
    )


def _purpose_rows(profile: Profile) -> list[dict[str, Any]]:
    ours = {one.value for one in Purpose}
    return [
        {
            "name": one.name,
            "code": one.stored if one.stored in ours else "",
            "counts_as": one.counts_as.value,
            "withdrawn": not one.is_offered,
        }
        for one in profile.purposes
    ]


SECTIONS: tuple[Section, ...] = (
    Section(
        "basics",
        "基本",
        "城市名称、热线号码、编号前缀，和几样不常改的。",
        (
            simple("name", "城市", Kind.TEXT, "city", most=20),
            simple("hotline", "热线号码", Kind.TEXT, most=20),
            simple(
                "code",
                "编号前缀",
                Kind.LETTERS,
                "number_prefix",
                most=6,
                hint="诉求和工单编号的开头，1 至 6 个大写字母，如 YT；改后只用于以后的编号。",
            ),
            simple("registering.repeat_days", "重复诉求看几天", Kind.NUMBER, most=365),
            simple("upkeep.remind_at", "每天几点提醒", Kind.TIME),
            simple("upkeep.silent_days", "多少天没有推送算久未推送", Kind.NUMBER, most=3650),
            simple("scans.pages_a_day", "每单位每天识别多少页", Kind.NUMBER, most=100_000),
        ),
    ),
    Section(
        "channels",
        "渠道和专线",
        "登记时可选的来源和专线，每行一个。",
        (
            simple("channels", "渠道", Kind.LINES),
            simple("lines", "专线", Kind.LINES),
            _renamed("channels"),
            _renamed("lines"),
        ),
    ),
    Section(
        "purposes",
        "诉求目的",
        "系统自己的七种可以改名；本市自己的目的不选“系统种类”，写明时限按哪一种算。",
        (
            Field(
                "purposes",
                "诉求目的",
                Kind.ROWS,
                _purpose_rows,
                columns=(
                    Field("name", "名称", Kind.TEXT, most=20),
                    Field("code", "系统种类", Kind.CHOICE, options=PURPOSES, may_be_empty=True),
                    Field("counts_as", "时限按", Kind.CHOICE, options=PURPOSES, may_be_empty=True),
                    Field("withdrawn", "不再让选", Kind.SWITCH),
                ),
            ),
            _renamed("purposes"),
        ),
    ),
    Section(
        "categories",
        "诉求类别",
        "最多三级，每行一条“一级/二级/三级”，上级不用另写。",
        (
            simple("categories", "类别", Kind.TREE, may_be_empty=True),
            _renamed("categories"),
        ),
    ),
    Section(
        "regions",
        "区域",
        "最多三级，每行一条“区县/街道乡镇/社区村”，上级不用另写。",
        (
            simple("regions", "区域", Kind.TREE, "all_regions", may_be_empty=True),
            _renamed("regions"),
        ),
    ),
    *TIMES,
    Section(
        "orders",
        "工单规则",
        "退单、延期、回访的次数，和单位内部的审核。",
        (
            simple("orders.free_returns", "直接退回派单台的次数", Kind.NUMBER, least=0, most=20),
            simple("orders.max_returns", "最多退单几次", Kind.NUMBER, least=0, most=20),
            simple("orders.max_extensions", "最多延期几次", Kind.NUMBER, least=0, most=20),
            simple("orders.call_attempts", "未接通几次可以归档", Kind.NUMBER, least=0, most=20),
            simple("orders.four_eyes", "经办、审核两人分开", Kind.SWITCH),
            simple("orders.unit_review", "答复先经单位审核", Kind.SWITCH),
        ),
    ),
    Section(
        "follow_up",
        "回访",
        "回访的话术、评价短信和不满意的原因。话里可以用 {编号}、{城市} 这样的位置。",
        (
            simple("follow_up.script", "话术", Kind.LONG, most=2000),
            simple("follow_up.script_confidential", "保密诉求的话术", Kind.LONG, most=2000),
            simple("follow_up.sms", "评价短信", Kind.LONG, most=500),
            simple("follow_up.reasons", "不满意的原因", Kind.LINES),
            simple("follow_up.link_days", "评价链接有效几天", Kind.NUMBER, most=90),
        ),
    ),
    Section(
        "bulletins",
        "通报",
        "红头、抄送、自动起草和审核。",
        (
            simple("bulletins.hotline", "红头第一行", Kind.TEXT, may_be_empty=True),
            simple("bulletins.kind", "红头第二行", Kind.TEXT),
            simple("bulletins.issuer", "印发机关", Kind.TEXT, may_be_empty=True),
            simple("bulletins.copies", "抄送", Kind.LINES, may_be_empty=True),
            simple("bulletins.review_by_another", "修改、审核、印发两人分开", Kind.SWITCH),
            Field(
                "bulletins.scheduled",
                "到期自动起草",
                Kind.CHOICES,
                lambda profile: [kind.label for kind in profile.bulletins.scheduled],
                options=_SCHEDULED,
            ),
        ),
    ),
    Section(
        "figures",
        "统计口径",
        "看板和通报里的数字怎样算；各项的意思见数字字典。已经印发的通报不变。",
        FIGURES,
    ),
    ASSESSMENT,
    LIFE_EVENTS,
)


def section_of(name: str) -> Section | None:
    """A section by its name."""
    return next((one for one in SECTIONS if one.name == name), None)
