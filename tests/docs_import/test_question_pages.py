"""Pages that are nothing but questions and answers become entries of their own."""

import pytest

from docs_import.document import ParsedDocument
from docs_import.page_subject import subject_of
from docs_import.read import read_bytes
from tests.docs_import.samples import docx, paragraph

PAGE = """# 居住证常见问题

来源：云汀市公安局　2026年3月1日

为方便来汀人员，现将常见问题整理如下。

## 一、申领

### 1. 居住证怎么办？

带身份证到派出所办理。咨询电话：0999-8250110

相似问：居住证去哪里办；怎么申领居住证

### 2. 办居住证要多少钱？

首次免费。

| 情形 | 收费 |
| --- | --- |
| 首次 | 免费 |
| 补领 | 20元 |

补领在原签发地办理。

## 二、签注

### 3. 居住证过期了怎么办？

相似问：

- 居住证过期怎么补签
- 超过一年没签注

到居住地派出所补办签注。
"""
SAID = """云汀市社会保障卡办理说明

问：社保卡丢了怎么办？
答：先挂失，再到合作银行补办。
问：补办要多久？
答：当场可取。
问：能不能异地补办？答：可以，带身份证到任一网点。
"""
SOURCE = "来源：《居住证常见问题》"


def read(text: str, name: str) -> ParsedDocument:
    return read_bytes(text.encode(), name)


def test_each_question_is_an_entry_with_its_variants_its_whole_answer_and_the_common_source():
    page = read(PAGE, "居住证.md")
    assert page.is_all_records
    first, second, third = page.records
    assert {record.kind for record in page.records} == {"qa"}
    assert [record.row for record in page.records] == [1, 2, 3]
    assert (first.title, third.title) == ("居住证怎么办？", "居住证过期了怎么办？")
    assert first.variants == ("居住证去哪里办", "怎么申领居住证")
    assert first.body == f"带身份证到派出所办理。咨询电话：0999-8250110\n\n{SOURCE}\n"
    assert second.body.split("\n\n") == [
        "首次免费。",
        "| 情形 | 收费 |\n| --- | --- |\n| 首次 | 免费 |\n| 补领 | 20元 |",
        "补领在原签发地办理。",
        f"{SOURCE}\n",
    ]
    assert third.variants == ("居住证过期怎么补签", "超过一年没签注")
    assert third.body == f"到居住地派出所补办签注。\n\n{SOURCE}\n"
    said = {"issuing_authority": "云汀市公安局", "issued_on": "2026-03-01"}
    assert all(record.values == said and not record.fault for record in page.records)
    left_out = "不属于任何一条的文字没有收录：“为方便来汀人员，现将常见问题整理如下。”。"
    assert left_out in page.warnings
    assert "首次免费" in page.markdown  # the whole page is still there


def test_marks_of_question_and_answer_are_enough_without_a_title_that_says_so():
    page = read(SAID, "社保卡.txt")
    told = [(record.title, record.body.split("\n\n")[0]) for record in page.records]
    assert told == [
        ("社保卡丢了怎么办？", "先挂失，再到合作银行补办。"),
        ("补办要多久？", "当场可取。"),
        ("能不能异地补办？", "可以，带身份证到任一网点。"),
    ]


FERRY = """云汀市渡轮月票热点问答

云汀市轮渡公司 2026年10月8日

1．问：渡轮月票在哪里买？
答：在各渡口售票窗口购买。

2．问：丢了能补吗？
答：凭身份证补办一次，工本费5元。

3．问：没用完怎么退？
答：月底前到售票窗口退还剩余次数的一半。

咨询电话：0999-8300009
地址：柳岸路3号
"""


def test_lines_below_the_last_answer_belong_to_the_page_not_to_that_answer():
    reached = "来源：《云汀市渡轮月票热点问答》（咨询电话：0999-8300009；地址：柳岸路3号）"
    records = read(FERRY, "月票.txt").records
    assert [record.body.split("\n\n")[1] for record in records] == [f"{reached}\n"] * 3
    assert records[2].body.startswith("月底前到售票窗口退还剩余次数的一半。\n")
    assert not any(record.facts for record in records)


def test_a_phone_that_other_answers_have_too_stays_in_its_answer():
    text = FERRY.replace("工本费5元。", "工本费5元。\n补办电话：0999-8300007").split("地址")[0]
    records = read(text, "月票.txt").records
    assert "补办电话：0999-8300007" in records[1].body
    assert "咨询电话：0999-8300009\n\n来源" in records[2].body


def test_a_last_question_that_asks_where_and_how_keeps_the_answer():
    text = FERRY.replace("没用完怎么退？", "在哪里补办，怎么联系？")
    records = read(text, "月票.txt").records
    assert "咨询电话：0999-8300009\n\n地址：柳岸路3号" in records[2].body
    assert "来源：《云汀市渡轮月票热点问答》\n" in records[0].body


def test_the_short_name_of_the_subject_is_enough():
    text = FERRY.replace("丢了能补吗？", "月票丢了能补吗？")
    assert read(text, "月票.txt").records[1].variants == ()


def test_a_question_that_leaves_out_the_subject_is_asked_with_it_too():
    records = read(FERRY, "月票.txt").records
    assert [record.variants for record in records] == [
        (),
        ("渡轮月票丢了能补吗？",),
        ("渡轮月票没用完怎么退？",),
    ]


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("渡轮月票常见问题解答", "渡轮月票"),
        ("关于渡轮月票办理的问答（2026年版）", "渡轮月票"),
        ("云汀市公安局居住证业务问答", "居住证"),
        ("柳岸区市民船票政策百问百答", "市民船票"),
        ("社会保障卡办理说明", "社会保障卡"),
        ("常见问题", ""),
        ("热点问答", ""),
        ("渡口的一天", ""),
    ],
)
def test_the_subject_of_a_page_is_read_from_its_title(title, subject):
    assert subject_of(title) == subject


def test_a_number_before_a_year_is_not_part_of_the_question():
    text = "积分入学问答\n\n" + "".join(
        f"{at}.{at + 2023}年度指标有多少个？\n\n共{at}千个。\n\n" for at in (1, 2, 3)
    )
    titles = [record.title for record in read(text, "问答.txt").records]
    assert titles == [f"{year}年度指标有多少个？" for year in (2024, 2025, 2026)]


def test_word_files_and_web_pages_are_taken_apart_alike():
    lines = [line for line in SAID.replace("说明", "问答").splitlines() if line]
    word = read_bytes(docx("".join(map(paragraph, lines))), "问答.docx")
    html = "".join(f"<p>{line}</p>" for line in lines[1:])
    web = read(f"<html><head><meta charset=utf-8></head><body><h1>{lines[0]}</h1>{html}", "问.html")
    titles = [record.title for record in read(SAID, "社保卡.txt").records]
    assert [record.title for record in word.records] == titles
    assert [record.title for record in web.records] == titles


POLICY = """云汀市居住证管理办法

第一条 为规范居住证管理，制定本办法。本办法适用于在本市居住半年以上的人员。
第二条 公安机关负责居住证的受理、制作、发放和签注，其他部门按照职责做好服务。
第三条 申领居住证应当提交身份证、住所证明和照片，公安机关应当在十五日内发放。
第四条 居住证每年签注一次，逾期中止使用功能，补办签注后恢复。

附件：常见问题
问：居住证怎么办？
答：到派出所。
问：多少钱？
答：免费。
问：多久？
答：十五日。
"""
NUMBERED = "云公规〔2026〕3号\n\n云汀市公安局居住证业务问答\n\n" + "".join(
    f"问：第{at}件事怎么办？\n答：到派出所办理第{at}件事。\n" for at in range(1, 6)
)
EXPLAINED = """《云汀市高龄津贴办法》政策解读

一、为什么出台这个办法？
为提高老年人的生活水平。
二、哪些人可以领？
八十岁以上的户籍老人。
三、标准是多少？
每月一百元。
"""
UNANSWERED = (
    "社保卡问答\n\n问：丢了怎么办？\n答：先挂失。\n问：多久能补？\n答：当天。\n问：要钱吗？\n"
)
GUIDE = """老年人优待证办理指南

一、哪些人可以申请？
六十五岁以上的老人。
二、需要什么材料？
身份证和照片。
三、去哪里办？
社区服务中心。
"""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (POLICY, "policy"),  # a small annex of questions
        (NUMBERED, "qa"),  # a formal document
        (EXPLAINED, "qa"),  # its questions mean nothing apart from it
        (UNANSWERED, "qa"),
        (GUIDE, "qa"),
    ],
)
def test_other_documents_with_questions_stay_whole(text, kind):
    page = read(text, "文件.txt")
    assert (page.records, page.is_all_records) == ((), False)
    assert page.metadata.kind.value == kind


CASES = """# 高龄津贴常见问题

## 1. 谁可以领高龄津贴？

年满八十周岁的本市户籍老人。

**案例1：**陈奶奶户口在外地，能领吗？

答：不能，要先迁入户口。

案例2：周爷爷下月满八十，现在能申请吗？

答：可以提前一个月申请。

## 2. 津贴什么时候发？

每月十五日发。

## 3. 津贴怎么停？

例：老人去世后由谁申报？

答：由家属到社区申报。
"""


def test_a_case_in_an_answer_stays_in_it_with_its_own_reply():
    records = read(CASES, "问答.md").records
    assert [record.title for record in records] == [
        "谁可以领高龄津贴？",
        "津贴什么时候发？",
        "津贴怎么停？",
    ]
    for words in (
        "陈奶奶户口在外地，能领吗？",
        "要先迁入户口",
        "周爷爷下月满八十",
        "可以提前一个月",
    ):
        assert words in records[0].body
    assert "由家属到社区申报" in records[2].body


def test_on_a_page_of_cases_each_case_is_a_question():
    page = """# 高龄津贴常见问题

案例1：陈奶奶户口在外地，能领津贴吗？

答：不能。

案例2：周爷爷下月满八十，现在能申请吗？

答：可以。

案例3：津贴卡丢了怎么办？

答：到银行补办。
"""
    titles = [record.title for record in read(page, "问答.md").records]
    assert len(titles) == 3
    assert titles[1].endswith("周爷爷下月满八十，现在能申请吗？")
