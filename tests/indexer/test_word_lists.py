"""The reviewed lists of indexer/data: what every entry must be, and what it must not break."""

from __future__ import annotations

from collections import Counter

import pytest

from indexer import word_checks as checks
from indexer.filler import strike_filler
from indexer.lexicon import Lexicon
from indexer.query import Understood, understand
from indexer.segment import JiebaSegmenter


class Everything:
    """A vocabulary that holds every word and hears none: only the lists decide."""

    def frequency(self, word: str) -> int:
        return 1

    def sounding(self, kind: str, key: str) -> list[tuple[str, int]]:
        return []


@pytest.fixture
def read(segmenter: JiebaSegmenter, lexicon: Lexicon):
    def reading(text: str) -> Understood:
        return understand(text, segmenter, lexicon, Everything())

    return reading


def test_every_matter_of_a_hotline_has_its_pairs(lexicon: Lexicon) -> None:
    assert len(lexicon.by_asked) >= 700


def test_no_pair_stands_twice(lexicon: Lexicon) -> None:
    counts = Counter((entry.asked, entry.target) for entry in lexicon.synonyms)
    assert [pair for pair, count in counts.items() if count > 1] == []


def test_every_shipped_entry_is_sound(lexicon: Lexicon, segmenter: JiebaSegmenter) -> None:
    """The checks that an editor's own entries must pass, see indexer/word_checks.py."""
    problems = [
        *(text for word in lexicon.user_words for text in checks.check_user_word(word, lexicon)),
        *(
            text
            for entry in lexicon.synonyms
            for text in checks.check_synonym(entry.asked, entry.target, lexicon, segmenter)
        ),
        *(text for phrase in lexicon.filler for text in checks.check_filler(phrase, lexicon)),
        *(
            text
            for word in lexicon.function_words
            for text in checks.check_function_word(word, lexicon)
        ),
        *(
            text
            for wrong, right in lexicon.misspellings.items()
            for text in checks.check_misspelling(wrong, right, lexicon)
        ),
    ]
    assert problems == []


@pytest.mark.parametrize(
    "text",
    [
        "云汀市申请教师资格在哪报名",
        "其他问题找哪个窗口",
        "检查下水道要预约吗",
        "根据说明书安装热水器",
        "我的话费被多扣",
        "额度用完了",
        "亲属关系证明",
        "是工商银行吗",
        "心理咨询热线",
        "访问下载页面",
        "违反正常作息施工",
    ],
)
def test_filler_never_eats_into_neighbouring_words(
    lexicon: Lexicon, segmenter: JiebaSegmenter, text: str
) -> None:
    assert strike_filler(text, segmenter, lexicon) == (text, ())


@pytest.mark.parametrize(
    ("said", "subjects"),
    [
        ("喂，请问一下云汀公园几点开门", {"公园"}),
        ("您好麻烦帮我查一下滨河路的路灯", {"路灯"}),
        ("来电人咨询滑板车能不能上地铁", {"滑板车", "地铁"}),
        ("我听说图书馆要搬是不是真的", {"图书馆"}),
    ],
)
def test_the_subject_is_left_when_the_filler_is_gone(read, said: str, subjects: set[str]) -> None:
    kept = set(read(said).kept)
    assert subjects <= kept
    assert not kept & {"请问", "喂", "麻烦", "咨询", "听说", "您好"}


@pytest.mark.parametrize(
    "text",
    [
        "从新疆转来的电动车",
        "身份正常",
        "支付利息",
        "周末婚姻登记上班吗",
        "自己婚假",
        "出租凭什么涨价",
        "关注消费券",
        "申报消费税",
        "恢复盖章",
    ],
)
def test_a_slip_is_never_seen_across_two_right_words(read, text: str) -> None:
    assert read(text).corrections == ()


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("云汀市几号供暧", "供暖"),
        ("房屋租凭要登记吗", "房屋租赁"),
        ("老街折迁公告", "拆迁"),
        ("游泳馆消费卷", "消费券"),
    ],
)
def test_a_slip_of_shape_is_mended(read, typed: str, right: str) -> None:
    assert right in {read_as for _, read_as in read(typed).corrections}


@pytest.mark.parametrize(
    ("said", "official"),
    [
        ("云汀公园附近的红绿灯坏了", "交通信号灯故障"),
        ("我家楼上的阳光房", "违法建设"),
        ("骑电瓶车要戴头盔吗", "电动自行车"),
        ("邻居遛狗不拴绳", "携犬出户"),
        ("会员卡退钱", "退款"),
        ("水表坏了找谁", "水表"),
        ("刻章去哪备案", "印章刻制"),
        ("旧改什么时候轮到翠屏里", "老旧小区改造"),
    ],
)
def test_what_callers_say_also_asks_for_the_official_words(read, said: str, official: str) -> None:
    understood = read(said)
    looked_for = {target for _, target in understood.synonyms}
    assert official in looked_for | set(understood.kept)


@pytest.mark.parametrize(
    ("official", "everyday"),
    [("老年人", "老人"), ("用人单位", "公司"), ("配偶", "老婆"), ("违法建设", "阳光房")],
)
def test_everyday_words_lead_one_way_only(lexicon: Lexicon, official: str, everyday: str) -> None:
    assert official in {entry.target for entry in lexicon.by_asked[everyday]}
    assert everyday not in {entry.target for entry in lexicon.by_asked.get(official, [])}
