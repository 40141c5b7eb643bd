from __future__ import annotations

import pytest

from indexer.errors import InvalidQuery
from indexer.lexicon import Lexicon, Synonym
from indexer.numerals import with_digits
from indexer.query import MAX_CHARS, MAX_TERMS, Understood, understand
from indexer.segment import JiebaSegmenter
from indexer.sounds import initials, word_sound
from indexer.wants import AMOUNT, DATE, HOURS, PAPERS, PENALTY, PHONE, PLACE, STEPS


class Words:
    """A vocabulary of a few words, found by sound as in an index."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def frequency(self, word: str) -> int:
        return int(word in self.words)

    def sounding(self, kind: str, key: str) -> list[tuple[str, int]]:
        heard = word_sound if kind == "t" else initials
        return [(word, 1) for word in self.words if heard(word) == key]


@pytest.fixture
def read(segmenter: JiebaSegmenter, lexicon: Lexicon):
    def reading(text: str, *words: str) -> Understood:
        return understand(text, segmenter, lexicon, Words(*words))

    return reading


def test_filler_is_struck_and_the_subject_is_kept(read) -> None:
    understood = read("喂，您好，我想问一下，暖气费怎么交啊，谢谢")
    assert "暖气费" in understood.kept
    assert "我想问一下" in understood.struck
    assert not {"喂", "您好", "谢谢", "怎么"} & set(understood.kept)


def test_a_question_of_filler_only_still_asks_for_its_words(read) -> None:
    assert read("你好").kept == ("你好",)


def test_a_colloquial_word_also_looks_for_the_official_one(read) -> None:
    understood = read("失业金一个月多少", "失业保险金", "失业保险")
    assert ("失业金", "失业保险金") in understood.synonyms
    vias = {a.via for c in understood.concepts if c.text == "失业金" for a in c.alternatives}
    assert vias == {"exact", "synonym"}


def test_a_homophone_slip_is_read_beside_what_was_typed(read) -> None:
    understood = read("长者饭糖", "长者饭堂", "长者")
    assert [right for _, right in understood.corrections] == ["长者饭堂"]
    typed = [a.original for c in understood.concepts for a in c.alternatives if a.via == "exact"]
    assert any("糖" in original for original in typed)


def test_a_word_that_is_found_as_typed_is_never_corrected(read) -> None:
    assert read("公式", "公式", "公示").corrections == ()
    assert read("长者饭堂", "长者饭堂", "长者泛堂").corrections == ()


@pytest.mark.parametrize("typed", ["shiyejin", "syj", "SYJ", "siyejin"])
def test_pinyin_and_initials_are_read_as_indexed_words(read, typed: str) -> None:
    assert [word for _, word in read(typed, "失业金").pinyin] == ["失业金"]


def test_common_words_weigh_less_than_the_matter(read) -> None:
    weights = {c.text: c.weight for c in read("小孩的长护险").concepts}
    assert weights["小孩"] < weights["长护险"] == 1.0


def test_a_long_question_is_cut_and_says_so(read) -> None:
    understood = read("供热" * 5000)
    assert len(understood.text) == MAX_CHARS
    assert understood.notices == ("问题较长，只按前 200 个字检索。",)
    assert len(understood.concepts) <= MAX_TERMS


@pytest.mark.parametrize("text", ["", "   ", "\x00\ud800\u200b", "（）" * 1000, "？！。"])
def test_a_question_without_words_is_refused_with_a_sentence(read, text: str) -> None:
    with pytest.raises(InvalidQuery, match="没有可检索的内容"):
        read(text)


def test_kinds_of_answer_are_read_from_the_question_words(read) -> None:
    assert read("自来水公司电话是多少号").wants >= {PHONE}
    assert read("热力公司在哪里").wants == {PLACE}
    assert read("滨河路停水停到几点").wants == {HOURS}
    assert read("测温费多少钱").wants == {AMOUNT}


@pytest.mark.parametrize(
    ("said", "read_as"),
    [
        ("二零二三年", "2023年"),
        ("二五年", "2025年"),
        ("三十五万", "35万"),
        ("一百五块", "150块"),
        ("一百零五元", "105元"),
        ("满一百岁", "满100岁"),
        ("三支一扶", "三支一扶"),
        ("一网通办", "一网通办"),
    ],
)
def test_spoken_amounts_become_digits_and_names_stay(said: str, read_as: str) -> None:
    assert with_digits(said) == read_as


def concept(understood: Understood, text: str):
    return next(c for c in understood.concepts if c.text == text)


def test_a_saying_is_known_with_light_words_between(segmenter: JiebaSegmenter) -> None:
    lexicon = Lexicon(
        synonyms=(Synonym("退押金", "押金退还"),), function_words=frozenset({"的", "吗"})
    )
    words = Words("押金", "退还")

    for asked in ("退押金", "退我的押金", "退了我的押金吗", "退刚刚的押金"):
        understood = understand(asked, segmenter, lexicon, words)
        assert understood.synonyms == (("退押金", "押金退还"),), asked
        assert concept(understood, "退押金").alternatives[0].terms == ("退", "押金")
    # 不 turns the meaning, and a whole clause between is another thing said.
    for asked in ("退不押金", "退房了以后我的那些押金"):
        assert understand(asked, segmenter, lexicon, words).synonyms == ()


def test_a_saying_of_everyday_words_weighs_as_what_it_is_said_for(
    segmenter: JiebaSegmenter,
) -> None:
    # Commonness 0.5, 0.75 and 0.75, see Lexicon; 探望 is no everyday word.
    language = {"哪里": 50 * 99, "领取": 50 * 999, "地点": 50 * 999}
    lexicon = Lexicon(
        synonyms=(Synonym("哪里领取", "领取地点"), Synonym("领取哪里", "探望")),
        language=language,
    )
    words = Words("领取", "地点", "探望")
    general = understand("哪里领取暖气券", segmenter, lexicon, words)
    assert concept(general, "哪里领取").weight == pytest.approx((0.5 + 0.25) / 2)
    matter = understand("领取哪里", segmenter, lexicon, words)
    assert concept(matter, "领取哪里").weight == 1.0


def test_a_guessed_word_hides_no_saying_and_no_function_word(segmenter: JiebaSegmenter) -> None:
    assert segmenter.cut("养狗要办") == ["养狗要", "办"]  # 养狗 is in no dictionary
    lexicon = Lexicon(
        synonyms=(Synonym("养狗", "饲养狗类"),), function_words=frozenset({"要", "办"})
    )
    understood = understand("养狗要办", segmenter, lexicon, Words("饲养", "犬只"))
    assert [c.text for c in understood.concepts] == ["养狗"]
    # What an entry says stays as it is.
    kept = understand("养狗要办", segmenter, lexicon, Words("养狗要"))
    assert [c.text for c in kept.concepts] == ["养狗要"]


def test_words_that_only_ask_weigh_less_than_what_is_asked_about(
    segmenter: JiebaSegmenter,
) -> None:
    lexicon = Lexicon(
        synonyms=(Synonym("要什么材料", "申请材料"), Synonym("龟要什么材料", "龟证材料")),
        function_words=frozenset({"要", "什么"}),
    )
    words = Words("申请材料", "龟", "证", "材料")
    understood = understand("暖气证要什么材料", segmenter, lexicon, words)
    assert concept(understood, "要什么材料").weight == 0.4
    named = understand("龟要什么材料", segmenter, lexicon, words)
    assert concept(named, "龟要什么材料").weight == 1.0


def test_a_character_left_alone_goes_back_to_the_word_it_ends(read) -> None:
    assert read("上一年级", "一年级", "上一年").kept == ("一年级",)
    assert read("上一年级", "上一年").kept == ("上一年", "级")  # no such word in the index


def test_a_word_no_entry_has_gives_its_head_to_one_that_some_have(read) -> None:
    assert read("失业金领多久", "失业金", "失业", "领").kept[0] == "失业金"
    assert read("失业金领多久", "失业金", "失业", "金领").kept[:2] == ("失业", "金领")


def test_whose_mother_it_is_tells_no_more_than_a_mother(read) -> None:
    weights = {c.text: c.weight for c in read("我妈的长护险", "长护险").concepts}
    assert weights["我妈"] <= 0.5 < weights["长护险"]


@pytest.mark.parametrize(
    ("said", "want"),
    [
        ("办这个搁哪儿", PLACE),
        ("暖气费咋交", STEPS),
        ("换个表多钱", AMOUNT),
        ("乱扔东西咋罚", PENALTY),
        ("啥时候供暖", DATE),
        ("上户口带啥", PAPERS),
    ],
)
def test_kinds_of_answer_are_read_from_dialect(read, said: str, want: str) -> None:
    assert want in read(said).wants


def test_dialect_words_name_no_matter(read) -> None:
    assert read("俺的暖气费搁哪儿交啥子", "暖气费", "交").kept == ("暖气费", "交")


def test_what_to_do_is_asked_of_every_trouble_and_is_no_piece_of_this_one(read) -> None:
    assert read("钥匙丢了该怎么办").stretches == ("钥匙丢了",)
    assert read("在哪补办钥匙").stretches == ("在哪补办钥匙",)
