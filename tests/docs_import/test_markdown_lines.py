"""Lines of a Markdown paragraph: joined where a sentence goes on, apart where each is its own."""

import pytest

from docs_import.read import read_bytes

TEXT = """关于发放补助的通知
云汀规〔2026〕31号

补助每户每年三百六十元，按季度
发放到社保卡。
云汀市财政局
云汀市民政局
2025年12月20日
"""


def paragraphs(text: str) -> list[str]:
    return read_bytes(text.encode(), "推送.md").markdown.strip().split("\n\n")


def test_a_signature_and_a_number_keep_their_lines():
    assert paragraphs(TEXT) == [
        "# 关于发放补助的通知",
        "云汀规〔2026〕31号",
        "补助每户每年三百六十元，按季度发放到社保卡。",
        "云汀市财政局",
        "云汀市民政局",
        "2025年12月20日",
    ]
    found = read_bytes(TEXT.encode(), "推送.md").metadata
    assert found.issuing_authority is not None
    assert found.issuing_authority.value == "云汀市财政局、云汀市民政局"
    assert found.issued_on is not None
    assert found.issued_on.value == "2025-12-20"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A title that is broken over lines stays one, whatever stands under it.
        (
            "关于进一步做好住房保障\n工作的通知\n2026年1月5日\n\n正文在这里。",
            "关于进一步做好住房保障工作的通知",
        ),
        # A day inside of a sentence that was broken there is no signature.
        ("补助从\n2026年1月5日起\n发放。", "补助从2026年1月5日起发放。"),
    ],
)
def test_lines_of_one_sentence_are_joined(text: str, expected: str):
    assert paragraphs(text)[0].removeprefix("# ") == expected
