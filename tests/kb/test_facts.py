"""The fixed fields of an entry: known names only, trimmed, limited, one line each for the index."""

import pytest

from kb.errors import InvalidInput
from kb.facts import MAX_FACT, MAX_SCRIPT, clean_facts, fact_text, facts_passage


def test_lists_are_lists_and_texts_are_trimmed():
    cleaned = clean_facts(
        {"materials": " 身份证 \n\n户口簿\n", "phone": " 0000-1 ", "ask_first": ["  本市？ ", ""]}
    )
    assert cleaned == {
        "materials": ["身份证", "户口簿"],
        "phone": "0000-1",
        "ask_first": ["本市？"],
    }


def test_a_list_for_a_text_fact_is_joined_and_empty_facts_are_dropped():
    assert clean_facts({"fee": ["免费", " "], "place": "  ", "steps": "\n"}) == {"fee": "免费"}


def test_a_script_may_have_135_characters_and_not_one_more():
    assert len(clean_facts({"script": "说" * MAX_SCRIPT})["script"]) == 135
    with pytest.raises(InvalidInput) as refused:
        clean_facts({"script": "说" * 136})
    assert refused.value.fields == {"script": "“口播”最多 135 字，现有 136 字"}


def test_every_fault_is_named_at_once():
    with pytest.raises(InvalidInput) as refused:
        clean_facts({"colour": "红", "fee": 5, "materials": [1], "place": "长" * (MAX_FACT + 1)})
    assert set(refused.value.fields) == {"colour", "fee", "materials", "place"}


def test_the_passage_says_the_conclusion_first_and_leaves_the_script_out():
    facts = {"materials": ["身份证", "户口簿"], "script": "请带身份证", "conclusion": "免费办理。"}
    assert facts_passage(facts) == "免费办理。\n材料：身份证；户口簿"
    assert facts_passage({}) == ""
    assert fact_text(["甲", "乙"]) == "甲；乙"
