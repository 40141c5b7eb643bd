"""A district is read from who issued a document, its unit or its title; joint ones stay open."""

import pytest

from kb.regions_said import said_regions


@pytest.mark.parametrize(
    ("authority", "unit", "title", "read"),
    [
        ("汀州市汀南区教育局", "市教育局", "入学办法", [("汀南区", "发文机关")]),
        ("", "汀南区教育局", "入学办法", [("汀南区", "推送单位")]),
        ("市教育局", "市教育局", "关于汀南区入学的通知", [("汀南区", "标题")]),
        ("汀南区教育局、汀南区财政局", "市教育局", "办法", [("汀南区", "发文机关")]),
        # The city signs as well, or another district: it holds for more than one.
        ("市教育局、汀南区教育局", "汀南区教育局", "办法", []),
        ("汀南区教育局、望山区教育局", "市教育局", "办法", []),
        ("市教育局", "市教育局", "入学办法", []),
        ("市教育局", "汀南区教育局", "入学办法", []),
    ],
)
def test_a_district_is_read_where_only_one_is_named(
    authority: str, unit: str, title: str, read: list[tuple[str, str]]
) -> None:
    found = said_regions(["汀南区", "望山区"], authority=authority, unit=unit, title=title)
    assert [(one.region, one.where) for one in found] == read
