from __future__ import annotations

import pytest

from indexer.answer import PassageText, best_answer, extract, mark
from indexer.query import Alternative, Concept, Understood

TEXT = (
    "第一条 为规范供热，制定本规定。第二条 采暖期为每年11月15日至次年3月15日。"
    "第三条 居民卧室温度不得低于18摄氏度；达不到的，用户可以申请测温。"
)


@pytest.fixture
def ask(filled):
    from .conftest import public

    def asking(text: str) -> Understood:
        return filled.search(text, public()).understood

    return asking


def test_the_answer_is_whole_sentences_of_the_passage(ask) -> None:
    answer = extract(ask("卧室温度不能低于多少"), TEXT, limit=40)
    assert answer.text == "第三条 居民卧室温度不得低于18摄氏度；达不到的，用户可以申请测温。"
    assert TEXT[answer.start : answer.end] == answer.text


def test_matched_words_are_marked_where_they_stand(ask) -> None:
    answer = extract(ask("采暖期"), TEXT, limit=40)
    assert [TEXT[start:end] for start, end in answer.marks] == ["采暖期"]
    assert all(answer.start <= start < end <= answer.end for start, end in answer.marks)


def test_a_table_row_answers_with_its_row(ask) -> None:
    rows = "| 窗口 | 电话 |\n| 社保窗口 | 0799-8000001 |\n| 医保窗口 | 0799-8000002 |"
    answer = extract(ask("医保窗口电话"), rows, limit=30)
    assert answer.text == "| 医保窗口 | 0799-8000002 |"


def test_a_sentence_of_the_kind_asked_for_is_preferred(ask) -> None:
    text = "失业保险金由社保机构发放。失业保险金每月1980元。"
    assert "1980元" in extract(ask("失业保险金多少钱"), text, limit=20).text


@pytest.mark.parametrize("limit", [20, 50, 300])
def test_the_limit_is_never_exceeded_even_by_one_long_sentence(ask, limit: int) -> None:
    answer = extract(ask("供热"), "供热" + "很长的一句话" * 200, limit=limit)
    assert 0 < len(answer.text) <= limit


def test_nothing_is_answered_from_an_empty_passage(ask) -> None:
    assert extract(ask("供热"), "").text == ""
    with pytest.raises(ValueError, match="20"):
        extract(ask("供热"), TEXT, limit=5)


def test_the_best_of_several_passages_is_named(ask) -> None:
    passages = [
        PassageText(3, "", "本办法自印发之日起施行。"),
        PassageText(8, "", "申领失业保险金需要身份证。"),
    ]
    ordinal, answer = best_answer(ask("领失业保险金带什么材料"), passages)
    assert (ordinal, answer.text) == (8, "申领失业保险金需要身份证。")


def test_marks_in_any_text_point_into_it_as_written(ask) -> None:
    text = "《失業保險金》申領（ＡＰＰ）"
    assert [text[a:b] for a, b in mark(ask("失业保险金app"), text)] == ["失業保險金", "ＡＰＰ"]


def test_a_heading_that_stands_alone_is_not_the_answer(ask):
    passages = [
        PassageText(3, "办理方式", "办理方式"),
        PassageText(4, "办理方式", "方式：窗口；路径：二楼社保专区"),
    ]
    ordinal, answer = best_answer(ask("办理方式"), passages)
    assert (ordinal, answer.text) == (4, "方式：窗口；路径：二楼社保专区")


def test_the_lines_around_the_text_are_no_answer(ask):
    passages = [
        PassageText(0, "文件头", "关于调整校车停靠点的通知"),
        PassageText(1, "二、增设申请", "学校可以提出增设停靠点的申请。"),
    ]
    ordinal, _ = best_answer(ask("校车停靠点调整增设"), passages)
    assert ordinal == 1


def answer_to(ask, question: str, *passages: PassageText, title: str = "", limit: int = 300):
    return best_answer(ask(question), list(passages), title=title, limit=limit)


def test_the_sentences_of_a_clause_are_shown_together_as_far_as_they_fit(ask):
    text = "第九条 租约每次三年。期满可续。续租另行申请。"
    assert extract(ask("租约几年"), text).text == text
    # Whole sentences only: what does not fit is left out, not cut.
    assert extract(ask("租约几年"), text, limit=20).text == "第九条 租约每次三年。期满可续。"


def test_a_word_that_stands_everywhere_does_not_choose_the_passage(ask):
    ordinal, _ = answer_to(
        ask,
        "游泳馆寒假开放吗",
        PassageText(0, "", "游泳馆由体育中心管理。游泳馆分深浅两池，游泳馆内禁止跳水。"),
        PassageText(1, "", "游泳馆票价每场三十元。"),
        PassageText(2, "", "寒假照常开放，时间另行公布。"),
    )
    assert ordinal == 2


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("骑行证几年换一次", "骑行证三年换领一次。"),
        ("骑行证几天能拿到", "骑行证五个工作日办结。"),
        ("骑行证工本费多少钱", "骑行证工本费十元。"),
        ("骑行证几岁可以办", "骑行证限十六周岁以上申领。"),
        ("骑行证丢了打哪个电话", "骑行证挂失请拨打0799-8000003。"),
    ],
)
def test_the_unit_asked_for_chooses_among_like_sentences(ask, question: str, expected: str):
    sentences = [
        "骑行证三年换领一次。",
        "骑行证五个工作日办结。",
        "骑行证工本费十元。",
        "骑行证限十六周岁以上申领。",
        "骑行证挂失请拨打0799-8000003。",
    ]
    passages = [PassageText(n, "", text) for n, text in enumerate(sentences, start=1)]
    assert answer_to(ask, question, *passages)[1].text == expected


def test_a_heading_that_is_the_question_makes_its_passage_the_answer(ask):
    ordinal, _ = answer_to(
        ask,
        "钓鱼证怎么续期",
        PassageText(1, "钓鱼证丢失后怎么补办和钓鱼证注销", "钓鱼证须本人持有，钓鱼证不得转借。"),
        PassageText(2, "钓鱼证怎么续期", "到期前一个月登录平台提交。"),
    )
    assert ordinal == 2


def test_why_a_document_was_made_is_no_answer(ask):
    ordinal, _ = answer_to(
        ask,
        "夜市摊位怎么管理",
        PassageText(1, "第一条", "为规范夜市摊位管理，根据有关规定，制定本办法。"),
        PassageText(2, "第二条", "夜市摊位由街道划定并管理，摊主凭牌经营。"),
    )
    assert ordinal == 2


def test_a_preamble_is_left_out_unless_it_alone_has_a_word_asked_for(ask):
    preamble = "为做好校服工作，经教育局研究，现就有关事项通知如下："
    provision = "一、补助标准\n校服补助每人每学年三百元。"
    passage = PassageText(0, "一、补助标准", f"{preamble}\n{provision}")
    assert answer_to(ask, "校服补助多少钱", passage)[1].text == provision
    assert answer_to(ask, "教育局校服补助", passage)[1].text == f"{preamble}\n{provision}"


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        ("地铁能带宠物吗", "为维护运营秩序，禁止乘客有下列行为：\n（一）携带宠物进站乘车；"),
        ("有车能吃低保吗", "为做好低保工作，有下列情形的不予纳入低保：\n（一）家庭有车的；"),
        ("摆摊要什么", "为规范经营，对符合条件的摊主规定如下：\n（一）持证摆摊；"),
    ],
)
def test_what_forbids_or_sets_a_condition_is_always_said(ask, question: str, rule: str):
    assert answer_to(ask, question, PassageText(0, "", rule))[1].text == rule


@pytest.mark.parametrize(
    ("question", "expected"), [("合同备案要钱吗", 2), ("合同备案几天能办好", 3)]
)
def test_a_fee_and_a_span_are_told_from_whom_it_is_for(ask, question: str, expected: int):
    ordinal, _ = answer_to(
        ask,
        question,
        PassageText(1, "一、备案对象", "出租住房的当事人应当办理合同备案。"),
        PassageText(2, "二、备案费用", "办理合同备案不收取任何费用。"),
        PassageText(3, "三、备案时限", "合同备案在3个工作日内办好。"),
    )
    assert ordinal == expected


def test_a_sentence_that_repeats_the_title_is_no_answer(ask):
    ordinal, _ = answer_to(
        ask,
        "冬季渔船检验多久一次",
        PassageText(1, "", "市里印发了关于冬季渔船检验有关规定的通知。"),
        PassageText(2, "", "渔船每年检验一次，冬季停航的可以顺延。"),
        title="关于冬季渔船检验有关规定的通知",
    )
    assert ordinal == 2


def test_a_title_line_before_a_clause_makes_it_no_answer(ask):
    title = "云汀市夜市摊位管理办法"
    ordinal, answer = answer_to(
        ask,
        "夜市摊位要交多少钱",
        PassageText(1, "第一章 总则 > 第一条", f"{title}\n第一章 总则\n第一条 夜市由街道举办。"),
        PassageText(2, "第二章 收费 > 第四条", "第二章 收费\n第四条 每个摊位每晚收30元。"),
        title=title,
    )
    assert (ordinal, answer.text) == (2, "第四条 每个摊位每晚收30元。")


def test_a_heading_that_names_the_kind_of_answer_makes_it_likelier(ask):
    ordinal, _ = answer_to(
        ask,
        "校服怎么订",
        PassageText(1, "一、适用范围", "校服由学校统一安排。"),
        PassageText(2, "二、办理流程", "校服由家长自愿安排。"),
        title="关于校服的通知",
    )
    assert ordinal == 2


@pytest.mark.parametrize(
    ("question", "expected"), [("摊位能用多少年", 1), ("摊位办法有效期多少年", 2)]
)
def test_how_long_a_document_holds_is_told_only_where_it_is_asked(ask, question, expected):
    ordinal, _ = answer_to(
        ask,
        question,
        PassageText(1, "第九条", "第九条 签约后使用期为二年，期满应当交回。"),
        PassageText(2, "第十条", "第十条 本办法自2026年5月1日起施行，有效期5年。"),
        title="云汀市夜市摊位管理办法",
    )
    assert ordinal == expected


def test_everyday_words_and_parts_of_a_synonym_are_not_marked(segmenter):
    understood = Understood(
        text="人的医保",
        concepts=(
            Concept("人", 0.25, (Alternative(("人", "人们"), "exact", "人"),)),
            Concept(
                "医保",
                1.0,
                (
                    Alternative(("医保",), "exact", "医保"),
                    Alternative(("基本", "保险"), "synonym", "医保", 0.8),
                    Alternative(("结算",), "synonym", "医保", 0.5),
                ),
            ),
        ),
        grams=(),
    )
    text = "人们的医保基本相同，结算另议"
    assert [text[a:b] for a, b in mark(understood, text)] == ["医保"]
    whole = "基本保险"
    assert [whole[a:b] for a, b in mark(understood, whole)] == ["基本保险"]


def test_a_table_row_is_shown_whole_with_its_column_names(ask):
    rows = [
        PassageText(1, "网点", "网点：东门站；地址：东门街3号；时间：8:30至17:00"),
        PassageText(2, "网点", "网点：西门站；地址：西门街9号；时间：9:00至16:00"),
    ]
    _, answer = answer_to(ask, "西门站几点开门", *rows)
    assert answer.text == "网点：西门站；地址：西门街9号；时间：9:00至16:00"
