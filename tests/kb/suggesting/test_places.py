"""属地: of the local units that a row of the catalogue names, the request's region decides."""

from kb.suggesting.matters import Matter, NamedUnit, fitting, from_catalogue
from kb.suggesting.units import ASSISTING, LEAD

BUREAU, SOUTH, NORTH, STREET = 1, 2, 3, 4
UNITS = (
    NamedUnit(BUREAU, "市城市管理局", ("城管局",), is_local=False),
    NamedUnit(SOUTH, "汀南区人民政府", ("汀南区",), is_local=True),
    NamedUnit(NORTH, "汀北区人民政府", ("汀北区",), is_local=True),
    NamedUnit(STREET, "柳荫街道办事处", ("柳荫街道",), is_local=True),
)


def told(lead: int, *assisting: int, region: str) -> list[tuple[int, str]]:
    row = Matter(7, "占道经营", ("摆摊",), "城市管理/市容", "", lead, assisting, "三定")
    fits = fitting([row], "门口有人摆摊", "城市管理/市容", region)
    found = from_catalogue(fits, "城市管理/市容", UNITS, region)
    return [(one.unit_id, one.role) for one in found]


def test_the_district_of_the_request_leads_where_a_district_leads() -> None:
    assert told(SOUTH, NORTH, region="汀北区/石桥街道") == [(NORTH, LEAD)]
    assert told(SOUTH, NORTH, region="汀南区") == [(SOUTH, LEAD)]


def test_a_bureau_goes_on_leading_and_the_district_of_the_request_assists() -> None:
    assert told(BUREAU, SOUTH, NORTH, region="汀北区") == [(BUREAU, LEAD), (NORTH, ASSISTING)]


def test_the_street_answers_before_its_district() -> None:
    assert told(SOUTH, NORTH, STREET, region="汀南区/柳荫街道/清和里社区") == [(STREET, LEAD)]


def test_without_a_region_or_with_one_local_unit_the_row_holds_as_it_stands() -> None:
    both = [(SOUTH, LEAD), (NORTH, ASSISTING)]
    assert told(SOUTH, NORTH, region="") == both
    assert told(SOUTH, NORTH, region="望溪县") == both
    assert told(BUREAU, SOUTH, region="汀北区") == [(BUREAU, LEAD), (SOUTH, ASSISTING)]


def test_the_reason_names_the_place() -> None:
    row = Matter(7, "占道经营", ("摆摊",), "城市管理/市容", "", SOUTH, (NORTH,), "三定")
    fits = fitting([row], "门口有人摆摊", "城市管理/市容", "汀北区")
    (lead,) = from_catalogue(fits, "城市管理/市容", UNITS, "汀北区")
    assert lead.reason.endswith("，属地汀北区，主办")


def test_a_row_of_the_narrowest_region_stands_for_its_matter() -> None:
    rows = [
        Matter(1, "占道经营", ("摆摊",), "城市管理/市容", "", BUREAU, (), "三定"),
        Matter(2, "占道经营", (), "城市管理/市容", "汀南区", SOUTH, (), "三定"),
        Matter(3, "占道经营", (), "城市管理/市容", "汀南区/柳荫街道", STREET, (), "三定"),
    ]
    region = "汀南区/柳荫街道/清和里社区"
    fits = fitting(rows, "门口有人摆摊", "城市管理/市容/占道", region)
    found = from_catalogue(fits, "城市管理/市容/占道", UNITS, region)
    assert [(one.unit_id, one.role) for one in found] == [(STREET, LEAD)]
