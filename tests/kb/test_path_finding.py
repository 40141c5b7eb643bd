"""Regions and categories found by typing: names, pinyin, initials, at any level."""

import pytest

from kb.path_finding import find_paths, meant, named_in

REGIONS = (
    "汀南区",
    "汀南区/柳荫街道",
    "汀南区/柳荫街道/清和里社区",
    "汀南区/柳荫街道/槐安社区",
    "汀北区",
    "汀北区/石桥街道",
    "汀北区/石桥街道/清和里社区",
    "望溪县",
)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("柳荫", "汀南区/柳荫街道"),
        ("lyjd", "汀南区/柳荫街道"),
        ("LY", "汀南区/柳荫街道"),
        ("liuyin", "汀南区/柳荫街道"),
        ("tnq", "汀南区"),
        ("汀南清和里", "汀南区/柳荫街道/清和里社区"),
        ("汀北清和", "汀北区/石桥街道/清和里社区"),
        ("tnqlyjdha", "汀南区/柳荫街道/槐安社区"),
        (" 望溪 ", "望溪县"),
    ],
)
def test_the_best_comes_first(typed: str, first: str) -> None:
    assert find_paths(REGIONS, typed)[0] == first


def test_a_name_in_two_places_is_shown_twice_and_means_neither() -> None:
    both = ["汀南区/柳荫街道/清和里社区", "汀北区/石桥街道/清和里社区"]
    assert find_paths(REGIONS, "清和里") == both
    assert meant(REGIONS, "清和里社区") == ""
    assert meant(REGIONS, "汀北区石桥街道清和里社区") == both[1]


def test_what_is_meant_is_a_whole_path_a_name_or_initials() -> None:
    assert meant(REGIONS, "汀南区/柳荫街道") == "汀南区/柳荫街道"
    assert meant(REGIONS, "柳荫街道") == "汀南区/柳荫街道"
    assert meant(REGIONS, "wxx") == "望溪县"
    assert meant(REGIONS, "柳荫") == ""  # only a part: a person must choose
    assert meant(REGIONS, "火星区") == ""


def test_nothing_typed_gives_the_first_and_nonsense_nothing() -> None:
    assert find_paths(REGIONS, "", 2) == ["汀南区", "汀南区/柳荫街道"]
    assert find_paths(REGIONS, "火星") == []


@pytest.mark.parametrize(
    ("place", "meant_"),
    [
        ("汀南区柳荫街道清和里社区3栋", "汀南区/柳荫街道/清和里社区"),
        ("云汀市汀南区人民路12号", "汀南区"),
        ("家住柳荫街道 12 号楼", "汀南区/柳荫街道"),
        ("石桥街道清和里社区", "汀北区/石桥街道/清和里社区"),
        ("汀北区清和里社区", "汀北区/石桥街道/清和里社区"),
        ("人民路12号，望溪县", "望溪县"),
        ("清和里社区", ""),  # in two streets
        ("汀南区和汀北区交界处", ""),
        ("新汀南区广场", ""),  # another name that only holds it
        ("石桥路口", ""),
        ("汀南区石桥街道", ""),  # contradicts itself
        ("", ""),
        ("不在汀南区，在外地", ""),
        ("不是汀南区的，在汀北区", "汀北区"),
        ("除汀南区外", ""),
    ],
)
def test_a_place_names_its_region_or_none(place: str, meant_: str) -> None:
    assert named_in(REGIONS, place, "云汀市") == meant_
