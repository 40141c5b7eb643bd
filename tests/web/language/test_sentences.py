"""What Python says, found again in a catalogue: whole, or by the words around its values."""

import pytest
from markupsafe import Markup

from webapp.language.catalogues import Catalogue
from webapp.language.extracting import of_python, of_script
from webapp.language.scripts import translated as script_in_language
from webapp.language.sentences import Sentences

KNOWN = Sentences(
    {
        "其他": "Other",
        "咨询": "Enquiry",
        "、": ", ",
        "提交了 {0} 条，{1} 条没有通过": "{0} submitted, {1} refused",
        "{0} 天": "{0} days",
        "还有 {0}": "{0} left",
        "转给{0}办理的工单": "Order passed to {0}",
        "提交了 {0} 条": "{0} submitted",
    }
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("其他", "Other"),
        ("提交了 3 条", "3 submitted"),
        ("提交了 3 条，1 条没有通过", "3 submitted, 1 refused"),  # the longer sentence first
        ("还有 2 天", "2 days left"),  # a value is looked up as well
        ("转给云汀市水务局办理的工单", "Order passed to 云汀市水务局"),
        ("咨询、其他", "Enquiry, Other"),
        ("咨询 · 云汀市水务局", "Enquiry · 云汀市水务局"),
    ],
)
def test_a_sentence_is_found_with_its_values(text: str, said: str) -> None:
    assert KNOWN.said(text) == said


@pytest.mark.parametrize(
    "value",
    [
        "咨询、水费",  # one part is not a label of ours
        "请等待三 天",  # too few words of its own to know it by, and the value is Chinese
        "云汀市自来水公司",
        "转给办理的工单" * 80,
        Markup("其他"),
        12,
        None,
        "",
    ],
)
def test_anything_else_stays_what_it_is(value: object) -> None:
    assert KNOWN.said(value) is value


def test_a_text_made_to_be_tried_in_every_way_is_read_once() -> None:
    """The words of a sentence are taken where they first come; trying all would never end."""
    many = Sentences({"".join(f"{{{n}}}，" for n in range(40)) + "完": "x"})
    assert many.said("，" * 399) == "，" * 399


def test_python_gives_its_sentences_with_places_and_not_its_docstrings() -> None:
    source = '''
def f(n):
    """说明。"""
    re.compile("中文")
    flash(f"提交了 {len(n)} 条" if n else "没有选中")
    return "共 %d 件，%s" % (n, n)
'''
    assert [message for message, _ in of_python(source)] == [
        "提交了 {0} 条",
        "没有选中",
        "共 {0} 件，{1}",
    ]


def test_a_script_keeps_all_but_its_strings() -> None:
    source = "// 说明 'x'\nsay('已保存', \"n\"); if (t.indexOf('【') > 0) { say('没有保存'); }"
    known = Catalogue("en", {}, {}, {"已保存": 'It\'s "saved"\n</script>'})
    assert [text for text, _ in of_script(source)] == ["已保存", "没有保存"]
    assert script_in_language(source, known) == source.replace(
        "'已保存'", '"It\'s \\"saved\\"\\n</script>"'
    ).replace("'没有保存'", '"没有保存"')
