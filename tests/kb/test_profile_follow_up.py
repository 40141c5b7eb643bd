"""``[follow_up]`` of a city profile, and what its texts become for one order."""

from typing import Any

import pytest

from kb.errors import InvalidInput
from kb.models import CitizenRequest
from kb.presenters.call_back import addressed, in_short, is_mobile, message_of, script_of
from kb.profile import Profile, profile_from
from kb.profile_follow_up import FollowUp


def test_what_is_given_replaces_the_usual_texts() -> None:
    profile = profile_from(
        {
            "follow_up": {
                "script": "{称呼}您好，{事项}办好了吗？",
                "reasons": ["没修好"],
                "link_days": 3,
            }
        }
    )
    assert profile.follow_up.script == "{称呼}您好，{事项}办好了吗？"
    assert profile.follow_up.reasons == ("没修好",)
    assert profile.follow_up.link_days == 3
    assert profile.follow_up.sms == FollowUp().sms


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"scripts": ""}, "没有“scripts”这一项"),
        ({"script": "  "}, "follow_up.script 应为一段文字"),
        ({"script": "{电话}"}, "不能写“{电话}”"),
        ({"sms": "请评价"}, "要写上 {链接}"),
        ({"sms": "{称呼}请评价：{链接}"}, "不能写“{称呼}”"),
        ({"reasons": []}, "应为一列文字"),
        ({"reasons": ["好", 3]}, "应为一列文字"),
        ({"link_days": 0}, "1 至 90 的整数"),
        ({"link_days": True}, "1 至 90 的整数"),
    ],
)
def test_a_wrong_table_is_refused_with_what_would_be_right(
    table: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words.replace("{", r"\{")):
        profile_from({"follow_up": table})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("李小明", "李先生/女士"),
        ("李女士", "李女士"),
        ("欧阳先生", "欧先生"),
        ("", "您本人"),
        ("先生", "您本人"),
    ],
)
def test_nobody_is_addressed_by_the_full_name(name: str, said: str) -> None:
    assert addressed(name) == said


def test_a_long_reply_is_read_out_by_whole_sentences() -> None:
    assert in_short("已修好。\n谢谢。") == "已修好。 谢谢。"
    sentence = "一" * 99 + "。"
    assert in_short(sentence * 3) == sentence
    assert in_short("一" * 200) == "一" * 160 + "……"


def test_the_script_of_a_confidential_request_names_neither_matter_nor_unit() -> None:
    told = {"number": "LC1", "purpose": "tip_off", "requester_name": "王芳"}
    values = {"unit": "某局", "title": "夜间偷排", "reply": "已立案。"}
    profile = Profile(city="澜川市")
    plain = script_of(profile, CitizenRequest(**told, is_confidential=False), **values)
    assert plain[0] == "您好，这里是澜川市 12345 政务服务便民热线，请问是王先生/女士吗？"
    assert plain[1] == "您反映的“夜间偷排”（编号 LC1）由某局办理，答复是：已立案。"
    secret = "\n".join(script_of(profile, CitizenRequest(**told, is_confidential=True), **values))
    for words in ("夜间偷排", "某局", "王"):
        assert words not in secret


def test_the_script_does_not_tell_the_requester_what_they_said() -> None:
    told = CitizenRequest(number="LC1", purpose="help", requester_name="", is_confidential=False)
    reply = "井盖已更换。已于今天上午电话告知您，您表示满意。"
    said = script_of(Profile(city="澜川市"), told, unit="某局", title="井盖缺失", reply=reply)
    assert said[1] == "您反映的“井盖缺失”（编号 LC1）由某局办理，答复是：井盖已更换。"


def test_the_message_says_number_and_link_alone() -> None:
    told = message_of(Profile(city="澜川市"), "LC20260506-0001", "https://a.cn/rate/x")
    assert told.startswith("【澜川市12345】您的诉求（编号 LC20260506-0001）已办结")
    assert "https://a.cn/rate/x 。链接 7 天内有效" in told
    assert "{" not in told


def test_a_message_reaches_mobiles_only() -> None:
    assert is_mobile(" 13812341234 ")
    assert not is_mobile("0999-8250119")
    assert not is_mobile("12345")
