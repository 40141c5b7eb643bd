"""Districts, streets and towns named in a text: what is said of one is not said of another."""

import re

_PLACE = re.compile(r"[\u4e00-\u9fff]{2,3}?(?:区|县|街道|镇|乡)")
_NO_PLACE = re.compile(
    "(?:小|社|地|园|景|校|特|灾|城|市|郊|片|辖|库|牧|林|矿|山|专|分|务|"
    "作|行政|开发|保护|住宅|试验|居住|功能|服务|公共|生活|办公|候车|等候|各|本|"
    "全|外|跨|该|两|某|和|及|每|在|到|去|向|往|由|当)(?:区|县|街道|镇|乡)$"
    "|城镇|乡镇|村镇|市县|区县|县区|街镇|城乡|下乡|返乡|家乡|回乡|老区|时区"
)
_CITY = re.compile(
    "(?!(?:[\u4e00-\u9fff][城超全本我上股楼夜集门都]))[\u4e00-\u9fff]{2}市(?![场民政容区直级值价长内外辖属])"
)
_LEAD = re.compile("^(?:市|在|到|由|为|是|的|和|与|及|凡|住|本|我|请|向|往|至|对|从|省|新|属)+")


def places_in(text: str) -> frozenset[str]:
    """The districts and smaller places a levelled text names."""
    found = set()
    for place in _PLACE.findall(text):
        name = _LEAD.sub("", place)
        if len(name) > 2 and not _NO_PLACE.search(name):
            found.add(name)
    return frozenset(found)


def without_places(text: str) -> str:
    """The text without the city and the places it names, which would be cut to odd words."""
    for place in places_in(text):
        text = text.replace(place, " ")
    return _CITY.sub(" ", text)
