"""答复检查: each kind of finding on a short reply, and the good reply that raises none."""

import pytest

from kb.conflicts.entry import Entry, Passage
from kb.replies.check import Person, check_reply
from kb.replies.consistency import Earlier, InForce
from kb.replies.finding import Kind, Severity
from kb.terms import Purpose

TITLE = "反映路灯不亮"
CONTENT = "来电人反映振兴路翠湖花苑门口三盏路灯不亮，请维修。"
GOOD = (
    "您好。我局路灯管理所4月18日到振兴路翠湖花苑门口检查，三盏路灯因电缆破损断电。"
    "维修人员4月19日更换电缆12米，路灯已恢复照明。4月19日晚当面告知您，您表示满意。"
)


def found(reply, kind, **extra):
    """Findings of a kind, hints left out."""
    findings = check_reply(TITLE, CONTENT, reply, **extra)
    return [f for f in findings if f.kind is kind and f.severity is not Severity.HINT]


def test_a_good_reply_raises_nothing_but_hints():
    findings = check_reply(TITLE, CONTENT, GOOD, unit="市城市管理局")
    assert [f for f in findings if f.severity is not Severity.HINT] == []


@pytest.mark.parametrize(
    ("old", "new", "kind", "quote"),
    [
        ("破损", "破埙", Kind.TYPO, "破埙"),
        # Characters that share a part.
        ("照明", "照眀", Kind.TYPO, "照眀"),
        (
            "维修人员4月19日更换电缆12米，路灯已恢复照明。",
            "请供电所抓紧抢修。",
            Kind.PROMISE,
            "请供电所抓紧抢修",
        ),
        ("当面告知您", "打13907210088告知您", Kind.PERSONAL, "13907210088"),
        ("路灯已恢复照明", "我局将尽快恢复照明", Kind.PROMISE, "我局将尽快恢复照明"),
        ("我局路灯管理所", "【单位】路灯管理所", Kind.FORM, "【单位】"),
    ],
)
def test_a_planted_fault_is_quoted_at_its_place(old, new, kind, quote):
    reply = GOOD.replace(old, new)
    finding = found(reply, kind)[0]
    assert finding.quote == quote == reply[finding.start : finding.end]
    assert finding.sentence and finding.suggestion


def test_set_phrases_without_a_fact_are_serious_when_nothing_else_is_said():
    reply = "您好，我局高度重视，正积极协调有关部门妥善处理。"
    assert [f.severity for f in found(reply, Kind.EMPTY)] == [Severity.SERIOUS]


def test_whether_the_requester_is_content_is_not_asked_for_anonymous_requests():
    reply = GOOD.replace("4月19日晚当面告知您，您表示满意。", "")
    assert found(reply, Kind.INFORMED)
    assert not found(reply, Kind.INFORMED, is_anonymous=True)


def test_a_missing_actor_and_day_are_named():
    finding = found("您好，路灯坏了是因为电缆破损，已经更换，可以正常使用了。", Kind.INCOMPLETE)[0]
    assert finding.sentence == "没有写明由谁办理、何时办理"


def test_each_open_question_of_a_request_is_told():
    content = "来电人咨询居住证怎么签注？要带什么材料？多久能办好？"
    reply = "您好。居住证可到居住地派出所签注，请带身份证和居住证原件。"
    findings = check_reply("咨询居住证签注", content, reply, purpose=Purpose.CONSULTATION)
    missed = [f.quote for f in findings if f.kind is Kind.QUESTION_MISSED]
    assert missed == ["多久能办好"]


@pytest.mark.parametrize(
    ("content", "reply", "missed"),
    [
        # What the request says itself, and when the telephone is answered, are no answers.
        (
            "社保交了9年，问失业金能领多久？",
            "失业金可以领取，社保咨询电话工作日9:00—17:00有人接听。",
            True,
        ),
        ("社保交了9年，问失业金能领多久？", "社保缴费9年的，失业金可领18个月。", False),
        ("问图书馆能借几本书？", "图书馆每天8:30开门，凭读者证进馆。", True),
        ("问图书馆能借几本书？", "图书馆的书，凭读者证可借8册。", False),
        ("咨询农机补贴发给谁？", "补贴每台1200元，6月30日前到账。", True),
        ("咨询农机补贴发给谁？", "补贴发给购机的农户。", False),
    ],
)
def test_a_question_wants_an_answer_of_its_own(content, reply, missed):
    findings = check_reply("", content, f"您好。{reply}", purpose=Purpose.CONSULTATION)
    told = {f.kind for f in findings} & {Kind.QUESTION_MISSED, Kind.UNANSWERED}
    assert bool(told) == missed


def test_a_reply_to_another_matter_does_not_answer():
    reply = "您好。失业保险金在“云汀通”申领，每月1890元，咨询电话0999-8210333。"
    assert found(reply, Kind.UNANSWERED)


def test_another_amount_than_the_earlier_reply_is_a_contradiction_with_both_words():
    earlier = [Earlier("4月18日", GOOD.replace("12米", "30米"))]
    finding = found(GOOD, Kind.EARLIER, earlier_replies=earlier)[0]
    assert finding.quote == "12米" and "30米" in finding.against and "4月18日" in finding.against


WASHED = "您好。翠湖花苑水箱于11月29日停水清洗。"


@pytest.mark.parametrize(
    ("reply", "quotes"),
    [
        # Says what was said before and adds a day.
        ("您好。翠湖花苑水箱于11月29日停水清洗并于11月30日送检。", []),
        ("您好。翠湖花苑水箱于11月29日停水清洗，12月2日再通知检测结果。", []),
        ("您好。翠湖花苑水箱于11月30日停水清洗。", ["11月30日"]),
        # The former day stands with something else.
        ("您好。翠湖花苑水箱于11月30日停水清洗。我局11月29日已致电您。", ["11月30日"]),
        # Told as a change: of the matter, just before, beside it.
        (
            "此前答复的清洗日期因提前安排有变化。我局已派员到场。翠湖花苑水箱于11月28日停水清洗。",
            [],
        ),
        ("您好。此前答复有误。翠湖花苑水箱于11月30日停水清洗。", []),
        ("您好。因施工队到场晚，翠湖花苑水箱停水清洗推迟到11月30日。", []),
        # A change of something else, and none at all.
        (
            "此前答复的收费标准有变化。我局已派员到场。翠湖花苑水箱于11月30日停水清洗。",
            ["11月30日"],
        ),
        ("此前答复的清洗日期没有变化。翠湖花苑水箱于11月30日停水清洗。", ["11月30日"]),
    ],
)
def test_what_still_stands_or_is_told_as_a_change_contradicts_no_earlier_reply(reply, quotes):
    earlier = [Earlier("11月28日", WASHED)]
    findings = check_reply("反映自来水浑浊", "翠湖花苑水浑", reply, earlier_replies=earlier)
    assert [f.quote for f in findings if f.kind is Kind.EARLIER] == quotes


def test_a_finding_that_is_told_as_a_change_may_be_turned_round():
    before = [Earlier("", "您好。您反映的路灯不亮情况属实。")]
    said = "您反映的路灯不亮情况不属实。"
    assert found(f"您好。{said}", Kind.EARLIER, earlier_replies=before)
    assert not found(f"您好。此前答复的情况有误。{said}", Kind.EARLIER, earlier_replies=before)


def test_what_was_not_yet_done_may_be_done_now_but_not_the_other_way_round():
    not_yet = GOOD.replace("路灯已恢复照明", "路灯尚未恢复照明")
    assert not found(GOOD, Kind.EARLIER, earlier_replies=[Earlier("", not_yet)])
    assert found(not_yet, Kind.EARLIER, earlier_replies=[Earlier("", GOOD)])


def test_an_entry_in_force_that_says_otherwise_is_named():
    title = "一次性创业补贴申领"
    entry = Entry(title, [Passage(0, "", "初次创业正常经营满一年，给予一次性创业补贴8000元。")])
    reply = "您好。初次创业正常经营满一年的，可申领一次性创业补贴5000元。"
    findings = check_reply(
        title,
        "咨询创业补贴多少钱",
        reply,
        purpose=Purpose.CONSULTATION,
        entries=[InForce(title, entry)],
    )
    assert [f.quote for f in findings if f.kind is Kind.ENTRY] == ["5000元"]


def test_the_registered_name_and_phone_are_found_and_desk_phones_are_not():
    reply = GOOD.replace("告知您", "告知林岳") + "咨询0999-8210333。"
    findings = found(reply, Kind.PERSONAL, person=Person("林岳", "0999-8123456"))
    assert [f.quote for f in findings] == ["林岳"]


def test_a_unit_name_with_a_wrong_character_is_mended():
    reply = GOOD.replace("我局路灯", "市城市管里局路灯")
    units = ["市城市管理局", "市公安局"]
    assert [f.suggestion for f in found(reply, Kind.FORM, units=units)] == ["改为“市城市管理局”"]


WATER = Entry(
    "二次供水水箱清洗",
    [Passage(0, "", "小区二次供水水箱每半年清洗一次，咨询电话8123401。")],
)
PASS = Entry(
    "公园年票办理",
    [Passage(0, "", "公园年票每年激活1次，没有户籍、年龄要求，咨询电话8123402。")],
)


@pytest.mark.parametrize(
    ("title", "reply", "entry", "quotes"),
    [
        # Another matter, another office: its number denies nothing.
        ("暖气不热", "您好。市供热办5月6日到户测温，咨询电话8123999。", WATER, []),
        ("公园年票", "您好。公园年票每两年激活一次。", PASS, ["每两年激活一次"]),
        ("公园年票", "您好。办公园年票须有本市户籍。", PASS, ["须有本市户籍"]),
        ("公园年票", "您好。公园年票每年激活一次，不要求户籍。", PASS, []),
    ],
)
def test_an_entry_is_held_against_its_own_matter(title, reply, entry, quotes):
    findings = check_reply(title, title, reply, entries=[InForce(entry.title, entry)])
    assert [f.quote for f in findings if f.kind is Kind.ENTRY] == quotes


@pytest.mark.parametrize(("registered", "is_named"), [("周先生", False), ("周建国", True)])
def test_a_surname_with_a_title_is_what_the_advice_asks_for(registered, is_named):
    reply = GOOD.replace("当面告知您，您表示满意", f"当面告知{registered}，{registered}表示满意")
    assert bool(found(reply, Kind.PERSONAL, person=Person(registered, ""))) is is_named
