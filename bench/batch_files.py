"""The small files that ``bench.batch`` sends: documents of our own, no two alike."""

import io
import zipfile
from collections.abc import Iterator

_MATTERS = (
    "居住证签注",
    "公租房复核",
    "失业补助",
    "校车停靠",
    "老年乘车卡",
    "油烟投诉",
    "异地备案",
)
_PLACES = ("青石街道", "南湖街道", "云岭县", "汀南区", "北城镇", "新港镇", "柳河乡")


def documents(count: int) -> Iterator[tuple[str, bytes]]:
    """Small documents of our own, no two alike, a tenth each HTML and DOCX."""
    for number in range(count):
        matter, place = _MATTERS[number % 7], _PLACES[number // 7 % 7]
        title = f"{place}关于{matter}办理安排（{number}号）的通知"
        clauses = [
            f"{index}、{matter}第{(number * 31 + index * 17) % 97}类申请由"
            f"{(number * 7 + index) % 40 + 1}号窗口受理，"
            f"{(number + index * 13) % 29 + 2}个工作日办结，"
            f"咨询电话0999-{8_000_000 + (number * 7_919 + index * 104_729) % 999_983}。"
            for index in range(1, 9)
        ]
        lines = [f"云办发〔2026〕{number + 1}号", title, "各单位：", *clauses, "2026年5月6日"]
        if number % 10 == 0:
            body = "".join(f"<p>{line}</p>" for line in lines)
            page = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
            yield f"{number}.html", page.encode()
        elif number % 10 == 1:
            yield f"{number}.docx", _docx(lines)
        else:
            yield f"{number}.txt", "\n\n".join(lines).encode("gb18030")


def _docx(lines: list[str]) -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>',
        )
    return out.getvalue()
