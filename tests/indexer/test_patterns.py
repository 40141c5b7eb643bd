from __future__ import annotations

import pytest

from indexer.patterns import document_numbers, phone_keys, phone_numbers


@pytest.mark.parametrize(
    "written",
    [
        "云府规〔2025〕7号",
        "云府规[2025]7号",
        "云府规(2025)第7号",
        "云府规 2025 7号",
        "云府规2025年7号",
    ],
)
def test_a_document_number_has_one_spelling_however_it_is_typed(written: str) -> None:
    assert document_numbers(written) == ["云府规〔2025〕7号"]


def test_orders_are_document_numbers_too() -> None:
    assert document_numbers("云湖市人民政府令第12号") == ["云湖市人民政府令第12号"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("电话：0799-8123456、13800001111", ["07998123456", "13800001111"]),
        ("拨打12345或400-800-1234", ["12345", "4008001234"]),
        ("身份证号360300199001011234", []),
        ("共2025年1800元", []),
        ("每月120元，满100周岁，罚他100了，12000元", []),
        ("打120急救，火警119，95598", ["120", "119", "95598"]),
    ],
)
def test_phone_numbers_are_found_and_other_numbers_are_not(text: str, numbers: list[str]) -> None:
    assert phone_numbers(text) == numbers


def test_a_number_is_also_known_without_its_area_code() -> None:
    assert phone_keys("0799-8123456") == ["07998123456", "8123456"]
