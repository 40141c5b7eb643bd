"""发文机关 and 成文日期: the signature first, then what the title and the page say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from docs_import.dates import DATE, first_date, normalise
from docs_import.document import Block
from docs_import.head_lines import (
    begins_with_place,
    is_date_line,
    is_organ_line,
    organ_names,
    signature_length,
    unstamped,
)
from docs_import.headings import squeeze
from docs_import.hints import Hints
from docs_import.metadata_fields import Found

_PRINTED = re.compile(r"印发$")
_TITLE_ORGAN = re.compile(
    r"^(?:（[^（）]{1,6}）)?(.{3,120}?)(?:等\s*\w{1,3}\s*(?:个?部门|家|单位))?(?:关于|(?:重新)?(?:印发|发布|公布))"
)
_ORDER = re.compile(r"^(?:中华人民共和国)?([一-鿿]{2,40})令(?:[（(]?第?\d+号[）)]?)?$")
_RED_HEAD = re.compile(r"^([一-鿿]{4,40}(?:局|厅|委|府|部|院|会|办公室|中心))文件$")
_ANNOTATION = re.compile(
    r"^(?:[（(][^（）()]{0,120}(?:公布|通过|发布|颁布|批准|印发)"
    r"|(?:19|20)\d\d年\d{1,2}月\d{1,2}日[^。；]{4,120}(?:公布|通过|批准|修订|修正)[^。；]{0,10}$)"
)
_CONGRESS = re.compile(
    r"日([一-鿿]{0,14}?)第[一-鿿\d]+届([一-鿿]{0,14}?人民代表大会(?:常务委员会)?)"
)
_MEDIA = re.compile(
    r"日报|晚报|早报|新闻|广播|电视|南方|新华|人民网|公众号|本网|本站|数据库|微信|转载|网$|号$"
)
_LEAD = re.compile(
    r"(?:(?:20\d\d年)?\d{1,2}月\d{1,2}日，|近日，|日前，)?([一-鿿]{4,30}?)(?:近日|日前)?(?:公布|发布|印发|出台)"
)
_REGION = re.compile(r"^(.{2,8}?(?:市|州|盟|地区))?(.{1,7}?(?:区|县|旗))?")
_PLACE = re.compile("省|市|区|县|州|盟|旗|镇|街道|国家|国务院|中华|中共|全国")
_MAX_FRAGMENT = 40
_OFFICER = re.compile(r"^(?:代)?(?:省|市|区|县|州|局|厅|委|部)?(?:长|主任|主席|书记)[：:]?")


@dataclass(frozen=True)
class Signature:
    """落款: the authorities, the date, and where."""

    organs: tuple[str, ...]
    issued_on: str
    where: str
    printed: bool


def signatures(blocks: Sequence[Block]) -> list[Signature]:
    """Return the signatures of a document in order."""
    found: list[Signature] = []
    at = 0
    while at < len(blocks):
        count = signature_length(blocks, at)
        if count:
            lines = [block.text for block in blocks[at : at + count]]
            day = first_date(lines[-1])
            if day:
                organs = _whole_name(blocks, at, _organs(lines))
                printed = bool(_PRINTED.search(squeeze(lines[-1])))
                found.append(Signature(organs, day, f"正文第{at + count}段（落款）", printed))
        at += count or 1
    return found


def _organs(lines: Sequence[str]) -> tuple[str, ...]:
    names: list[str] = []
    for line in lines:
        words = unstamped(DATE.sub(" ", normalise(line)).removesuffix("印发"))
        words = words.strip() if "（" in words.strip()[1:] else words.strip("（）() ")
        names += organ_names(words) or words.split()
    return tuple(dict.fromkeys(name for name in names if name))


def _whole_name(blocks: Sequence[Block], at: int, names: tuple[str, ...]) -> tuple[str, ...]:
    """Put 云汀市供热保障 before 工作领导小组 when the signature breaks one name over lines."""
    before = blocks[at - 1] if at else None
    if (
        not names
        or before is None
        or before.kind != "paragraph"
        or begins_with_place(names[0])
        or not begins_with_place(before.text)
        or len(before.text) > _MAX_FRAGMENT
        or re.search(r"[。；，：！？、“《\d:]", before.text)
        or is_organ_line(before.text)
    ):
        return names
    return (squeeze(before.text) + names[0], *names[1:])


def find_authority(
    blocks: Sequence[Block], signed: Sequence[Signature], title: str, hints: Hints
) -> Found | None:
    """Return the issuing authorities, joint ones joined by 、."""
    for signature in signed:
        if signature.organs and not signature.printed:
            return Found("、".join(signature.organs), signature.where)
    given = hints.values.get("authority")
    if given and is_organ_line(given[0].replace("、", " ")):
        return Found("、".join(re.split(r"[\s、]+", given[0])), given[1])
    return (
        _from_title(title)
        or _from_head(blocks)
        or _from_publisher(hints)
        or _from_print(signed)
        or _from_source(blocks, hints)
    )


def _from_title(title: str) -> Found | None:
    match = _TITLE_ORGAN.match(title)
    if match and is_organ_line(match[1]):
        joint = "等" in title[match.end(1) : match.end()]
        return Found("、".join(organ_names(match[1])), "标题", doubtful=joint)
    return None


def _from_head(blocks: Sequence[Block]) -> Found | None:
    for i, block in enumerate(blocks[:8]):
        line = squeeze(block.text)
        match = _RED_HEAD.match(line) or _ORDER.match(line)
        if match:
            return Found(match[1], f"正文第{i + 1}段")
        note = re.search(r"(?:中华人民共和国)?(国务院|[一-鿿]{2,12}人民政府)令第\d+号公布", line)
        if note and line.startswith(("（", "(")):
            return Found(note[1], f"正文第{i + 1}段（题注）")
        congress = _CONGRESS.search(line) if _ANNOTATION.match(line) else None
        if congress:
            return Found(congress[1] + congress[2], f"正文第{i + 1}段（题注）")
    # 红头文件 copied as text: authorities alone on the first lines.
    for i, block in enumerate(blocks[:4]):
        if block.kind == "paragraph" and _PLACE.search(block.text) and is_organ_line(block.text):
            return Found("、".join(organ_names(block.text)), f"正文第{i + 1}段", doubtful=True)
    return None


def _from_publisher(hints: Hints) -> Found | None:
    if "publisher" not in hints.values:
        return None
    value, where = hints.values["publisher"]
    return Found("、".join(value.split()), where, doubtful=True)


def _from_print(signed: Sequence[Signature]) -> Found | None:
    for signature in signed:
        if signature.organs:
            name = signature.organs[0].removesuffix("秘书处")
            return Found(name, signature.where, doubtful=True)
    return None


def _from_source(blocks: Sequence[Block], hints: Hints) -> Found | None:
    """Take the page's source when it is an authority, else the owner of the site."""
    site = hints.meta.get("SiteName", "")
    value, where = hints.meta.get("ContentSource", ""), "网页元数据 ContentSource"
    if "source" in hints.values and not value:
        value, where = hints.values["source"]
    value = re.sub(r"[（(][^（）()]*[）)]$", "", value.removeprefix("本网")).strip()
    value = re.sub(r"(?:官网|网站|官方网站)$", "", value)
    if value and not _MEDIA.search(value) and is_organ_line(value.replace("、", " ")):
        names = re.split(r"[\s、]+", value)
        return Found("、".join(_completed(name, site) for name in names), where, doubtful=True)
    lead = _from_lead(blocks)
    if lead:
        return lead
    if site:
        return Found(site, "网页元数据 SiteName（发布网站）", doubtful=True)
    return None


def _from_lead(blocks: Sequence[Block]) -> Found | None:
    """A news item begins with who published what it tells: 4月28日，某市教育局公布…"""
    for i, block in enumerate(blocks[:4]):
        match = _LEAD.match(squeeze(block.text))
        if match and _PLACE.search(match[1]) and is_organ_line(match[1]):
            return Found(match[1], f"正文第{i + 1}段", doubtful=True)
    return None


def _completed(name: str, site: str) -> str:
    """Give 市民政局, 区教育局 the city or district of the site."""
    region = _REGION.match(site)
    if not region or not region.group():
        return name
    if name.startswith("市") and region[1]:
        return region[1] + name[1:]
    if name.startswith(("区", "县")) and region[2]:
        return region.group() + name[1:]
    return name


def find_issued(blocks: Sequence[Block], signed: Sequence[Signature], hints: Hints) -> Found | None:
    """Return 成文日期 of the document itself, not the day a page showed it."""
    for signature in signed:
        if not signature.printed:
            return Found(signature.issued_on, signature.where)
    lone = _lone_date(blocks)
    if lone:
        return lone
    if "issued_on" in hints.values:
        day = first_date(hints.values["issued_on"][0])
        if day:
            return Found(day, hints.values["issued_on"][1])
    for i, block in enumerate(blocks[:8]):
        line = squeeze(block.text)
        if _ANNOTATION.match(line) and (day := first_date(line)):
            following = squeeze(blocks[i + 1].text) if i + 1 < len(blocks) else ""
            dates = DATE.findall(
                normalise(line + following if _ANNOTATION.match(following) else line)
            )
            several = len(dates) > 1
            return Found(day, f"正文第{i + 1}段（题注）", doubtful=several)
    for signature in signed:
        return Found(signature.issued_on, signature.where, doubtful=True)
    return None


def _lone_date(blocks: Sequence[Block]) -> Found | None:
    """A date alone on a line, below an officer's name or at the end of the text."""
    last = len(blocks) - 1
    for i, block in enumerate(blocks):
        if block.kind != "paragraph" or not is_date_line(block.text) or i == 0:
            continue
        officer = _OFFICER.match(squeeze(blocks[i - 1].text))
        day = first_date(squeeze(block.text))
        if day and (officer or i >= last - 3):
            return Found(day, f"正文第{i + 1}段", doubtful=not officer)
    return None
