"""What a reply says to its requester alone stays out of what others are told."""

import pytest

from kb.replies.addressed import for_all

ANSWER = "养犬登记在居住地派出所办理，带身份证和犬只免疫证明，当场办结，不收费。"


@pytest.mark.parametrize(
    "talk",
    [
        "已电话告知您，您表示满意。",
        "以上情况已于今天上午电话告知您，您表示满意。",
        "5月8日10时，市公安局经办人已电话联系诉求人，告知处理结果，诉求人表示理解，对处理结果认可。",
        "工作人员多次拨打您的电话，无人接听。",
        "陈女士说不再要求退款，并表示感谢。",
        "您好！您反映的养犬登记收费问题已收悉，现答复如下：",
        "李大山您好，关于您咨询的养犬登记一事的问题，",
        "给您带来不便，敬请谅解。感谢您对我们工作的关心与支持！祝您生活愉快！",
        "尊敬的市民：",
    ],
)
def test_talk_to_the_requester_is_left_out_before_and_after_the_answer(talk: str) -> None:
    assert for_all(ANSWER + talk).text == ANSWER
    assert for_all(talk + ANSWER).text == ANSWER


@pytest.mark.parametrize(
    "said",
    [
        "已告知您携带身份证到政务服务中心办理。",
        "业主表决需三分之二以上同意。",
        "联系电话：0999-8215566。",
        "如有疑问请拨打12350咨询。",
        "您可在5月上旬关注市教育局网站的公告。",
        "对处罚决定不服的，可以向市人民政府申请复议。",
        "您可以向市人社局提出诉求。",
        "您所说的入户公路尚未申报，须由村委会书面报告镇政府。",
        "我镇已和供电所联系，停电线路当天抢修完毕。",
        "业主如有异议，可以向市住建局申请复核。",
        "您所称的收费公司与市住建局无关。",
        "申请人应在收到通知后15日内提出书面意见。",
    ],
)
def test_whatever_says_anything_else_stays_as_it_was_written(said: str) -> None:
    assert for_all(said).text == said


def test_only_the_clauses_of_talk_go_and_each_is_told() -> None:
    found = for_all(
        "您好，路灯已于5月6日修复，并电话告知您，您表示满意。\n\n后续由市城管局每月巡查。"
    )
    assert found.text == "路灯已于5月6日修复。\n\n后续由市城管局每月巡查。"
    assert found.left_out == ("您好", "并电话告知您", "您表示满意")


def test_a_reply_that_is_nothing_but_talk_leaves_nothing() -> None:
    assert for_all("您好，已电话与您沟通，您表示理解。").text == ""
    assert for_all("").text == ""
