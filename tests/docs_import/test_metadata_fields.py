"""What was recognised survives the way from the reading child to the page."""

from dataclasses import fields

import pytest

from docs_import.document import ParsedDocument
from docs_import.metadata_fields import (
    Found,
    FoundContact,
    LinkedDocument,
    Metadata,
    NamedDocument,
)

FULL = Metadata(
    title=Found("关于停水的通告", "正文第1段"),
    subject_words=Found("供水、通告", "正文第9段"),
    index_number=Found("YT-2025-00017", "网页信息栏 索引号"),
    audience=Found("internal", "正文第10段", doubtful=True),
    kind=Found("notice", "标题"),
    acts=(NamedDocument("repeals", "旧办法", "云政发〔2019〕3号", "正文第8段", "2025-03-01"),),
    contacts=(FoundContact("云汀市水务局", "0999-2345678", "河东路1号", "正文第7段"),),
    linked=(LinkedDocument("附件1：停水范围.docx", "./P0202.docx"),),
)


def test_everything_recognised_comes_back_from_the_json():
    document = ParsedDocument("html", "关于停水的通告", "正文\n", FULL)
    assert ParsedDocument.from_json(document.to_json()) == document


def test_a_document_read_before_these_fields_were_known_still_loads():
    assert Metadata.from_dict({"title": None}) == Metadata()


def test_an_unknown_field_is_refused():
    with pytest.raises(TypeError):
        Metadata.from_dict({"colour": None})


def test_the_names_are_those_of_the_values_found():
    empty = {"document_number", "issuing_authority", "issued_on", "published_on"}
    empty |= {"valid_from", "valid_until"}
    assert set(FULL.names()) == {field.name for field in fields(Metadata)} - empty
