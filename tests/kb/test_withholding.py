"""What of an order's words reaches a unit when its requester asked for 保密."""

import pytest
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.services import contact_details
from kb.services.entries import Content, create_entry
from kb.services.publishing import publish
from kb.terms import KnowledgeKind, Role
from kb.withholding import withhold
from tests.kb.hotline import Hotline, at

NOW = at("2026-05-07 10:24")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我家座机0546-8123456，请打8123456", "我家座机****，请打****"),
        ("座机８１２３４５６", "座机****"),
        ("拨812-3456找我", "拨****找我"),
        ("微信zjg1980", "微信****"),
        ("加微信号：lin_yue-80，晚上在", "加微信号：****，晚上在"),
        ("微信同号13800001234", "微信同号****"),
        ("我的vx是zjg1980", "我的vx是****"),
        ("QQ 123456789", "QQ ****"),
        ("qq号：１２３４５６", "qq号：****"),
        ("家在3-2-502", "家在*-*-*"),
        ("3-502的住户", "*-*的住户"),
        ("电话138 0000 1234", "电话****"),
        ("一三八零零零零一二三四", "****"),
        ("已存的138 **** 1234和一三八****一二三四", "已存的****和****"),
        ("车牌粤B12345", "车牌****"),
        ("邮箱 1234567@example.org", "邮箱 ****"),
    ],
)
def test_whatever_reaches_the_requester_is_hidden_whole(text: str, shown: str) -> None:
    assert withhold(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "请拨打12345，2026-05-07 16:30 前答复",
        "文号云政发〔2026〕12号，工单LCGD20260507-0012，编号20260507",
        "欠费3000000元，300-500米内，2026-2027年度",
        "微信公众号里查，QQ群和微信支付都不行",
        "医疗险报销比例3-5成，12345678元",
    ],
)
def test_what_leads_to_nobody_stays(text: str) -> None:
    assert withhold(text) == text


def test_a_unit_reads_office_phones_but_not_the_one_it_was_called_from(
    session: Session, city: Hotline
) -> None:
    water = city.unit("澜川水务集团")
    editor = Actor(0, "知识管理员", None, frozenset({Role.EDITOR}))
    for title, phone in (("水务窗口", "0999-8210333"), ("传达室", "0999-8210334、0999-8210335")):
        content = Content(KnowledgeKind.CONTACT, title, f"电话{phone}", facts={"phone": phone})
        publish(
            session,
            create_entry(session, unit=water, content=content, actor=editor, now=NOW),
            actor=editor,
            now=NOW,
        )
    request = city.request(
        NOW, requester_name="李小明", requester_phone="0999-8210335", is_confidential=True
    )
    clerk = city.actor(Role.UNIT_CLERK, unit=water)
    said = "李小明说打8210333、0999-8210334没人接，回0999-8210335或8210335，座机0999-8123456"
    assert contact_details.shown_text(said, request, clerk) == (
        "****说打8210333、0999-8210334没人接，回****或****，座机****"
    )
    dispatcher = city.actor(Role.DISPATCHER)
    # The centre reads all but the number of whoever asked, which it uncovers where it stands.
    assert contact_details.shown_text(said, request, dispatcher) == (
        "李小明说打8210333、0999-8210334没人接，回****-*******或8210335，座机0999-8123456"
    )
