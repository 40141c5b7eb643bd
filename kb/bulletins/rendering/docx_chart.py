"""A chart in a DOCX as DrawingML: Word, WPS and LibreOffice draw it with their own fonts.

Greys and patterns tell the parts apart, so that it prints without colour.
"""

from typing import Any
from xml.sax.saxutils import escape

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from kb.bulletins.issuing import parts
from kb.bulletins.issuing.parts import Chart
from kb.bulletins.issuing.wording import plain
from kb.bulletins.rendering import docx_style as style
from kb.bulletins.rendering.legal import legal

_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_EMU = 36_000  # of a millimetre
_WIDTH, _LOW, _ROW = 140, 62, 8
GREYS = ("2B3A42", "8C979C", "55646B", "B9C1C4", "3F4F57", "D5DADC", "71808A", "A3ADB1")
PATTERNS = ("", "ltUpDiag", "", "smGrid", "", "ltHorz", "", "pct25")
_INK = "333333"


def add_chart(document: Any, chart: Chart, name: str) -> None:
    """The chart in a line of its own, its caption below."""
    uri = PackURI(f"/word/charts/chart_{name}.xml")
    part = Part(uri, _TYPE, _xml(chart).encode("utf-8"), document.part.package)
    relation = document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    number = len(document.part.rels)
    holder = style.shape(document.add_paragraph(), style.CENTER, line=None, before=6, keep=True)
    holder.add_run()._r.append(_drawing(relation, number, legal(chart.caption), _height(chart)))
    caption = style.shape(document.add_paragraph(), style.CENTER, after=4)
    style.add_run(caption, legal(chart.caption), style.HEAD, style.SIHAO)


def _height(chart: Chart) -> int:
    return max(_LOW, _ROW * len(chart.places) + 14) if chart.kind == parts.BARS else _LOW


def _drawing(relation: str, number: int, caption: str, height: int) -> Any:
    return parse_xml(
        f'<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        f'xmlns:wp="{_WP}" xmlns:a="{_A}" xmlns:r="{_R}"><wp:inline distT="0" distB="0" distL="0" '
        f'distR="0"><wp:extent cx="{_WIDTH * _EMU}" cy="{height * _EMU}"/>'
        f'<wp:docPr id="{number}" name="chart{number}" descr="{escape(caption)}"/>'
        f'<a:graphic><a:graphicData uri="{_C}"><c:chart xmlns:c="{_C}" r:id="{relation}"/>'
        f"</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


def _xml(chart: Chart) -> str:
    plot = {parts.PIE: _pie, parts.BARS: _bars, parts.TREND: _trend}[chart.kind](chart)
    legend = '<c:legend><c:legendPos val="r"/></c:legend>' if chart.kind == parts.PIE else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}" xmlns:r="{_R}"><c:roundedCorners val="0"/>'
        f'<c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>{plot}</c:plotArea>{legend}'
        '<c:plotVisOnly val="1"/></c:chart>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="900">'
        f'<a:solidFill><a:srgbClr val="{_INK}"/></a:solidFill><a:latin typeface="{style.TABLE}"/>'
        f'<a:ea typeface="{style.TABLE}"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p>'
        "</c:txPr></c:chartSpace>"
    )


def _series(chart: Chart, looks: str, labels: str) -> str:
    names = "".join(
        f'<c:pt idx="{at}"><c:v>{escape(legal(name))}</c:v></c:pt>'
        for at, name in enumerate(_names(chart))
    )
    values = "".join(
        f'<c:pt idx="{at}"><c:v>{plain(value)}</c:v></c:pt>'
        for at, value in enumerate(chart.values)
    )
    count = f'<c:ptCount val="{len(chart.places)}"/>'
    title = escape(legal(chart.caption))
    return (
        '<c:ser><c:idx val="0"/><c:order val="0"/>'
        f"<c:tx><c:v>{title}</c:v></c:tx>{looks}{labels}"
        f"<c:cat><c:strLit>{count}{names}</c:strLit></c:cat>"
        f"<c:val><c:numLit><c:formatCode>General</c:formatCode>{count}{values}</c:numLit></c:val>"
    )


def _names(chart: Chart) -> list[str]:
    """What the parts are called; in a pie with their numbers, as labels of thin slices overlap."""
    if chart.kind != parts.PIE:
        return list(chart.places)
    pairs = zip(chart.places, chart.figures, strict=True)
    return [f"{name} {figure.text}{chart.unit}" for name, figure in pairs]


def _fill(grey: str, pattern: str = "") -> str:
    if pattern:
        inner = (
            f'<a:pattFill prst="{pattern}"><a:fgClr><a:srgbClr val="{GREYS[0]}"/></a:fgClr>'
            '<a:bgClr><a:srgbClr val="FFFFFF"/></a:bgClr></a:pattFill>'
        )
    else:
        inner = f'<a:solidFill><a:srgbClr val="{grey}"/></a:solidFill>'
    line = f'<a:ln w="6350"><a:solidFill><a:srgbClr val="{_INK}"/></a:solidFill></a:ln>'
    return f"<c:spPr>{inner}{line}</c:spPr>"


def _labels(place: str) -> str:
    return (
        f'<c:dLbls><c:dLblPos val="{place}"/><c:showLegendKey val="0"/><c:showVal val="1"/>'
        '<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
        '<c:showBubbleSize val="0"/></c:dLbls>'
    )


def _pie(chart: Chart) -> str:
    points = "".join(
        f'<c:dPt><c:idx val="{at}"/><c:bubble3D val="0"/>'
        f"{_fill(GREYS[at % len(GREYS)], PATTERNS[at % len(PATTERNS)])}</c:dPt>"
        for at in range(len(chart.places))
    )
    return (
        '<c:pieChart><c:varyColors val="1"/>'
        f"{_series(chart, points, '')}</c:ser>"
        '<c:firstSliceAng val="0"/></c:pieChart>'
    )


def _bars(chart: Chart) -> str:
    looks = f'{_fill(GREYS[0])}<c:invertIfNegative val="0"/>'
    return (
        '<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f"{_series(chart, looks, _labels('outEnd'))}"
        '</c:ser><c:gapWidth val="50"/><c:axId val="111"/><c:axId val="222"/></c:barChart>'
        + _axes("maxMin", "l", "t")
    )


def _trend(chart: Chart) -> str:
    look = (
        f'<c:spPr><a:ln w="22225"><a:solidFill><a:srgbClr val="{GREYS[0]}"/></a:solidFill></a:ln>'
        '</c:spPr><c:marker><c:symbol val="circle"/><c:size val="5"/></c:marker>'
    )
    return (
        '<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>'
        f'{_series(chart, look, _labels("t"))}<c:smooth val="0"/></c:ser>'
        '<c:marker val="1"/><c:axId val="111"/><c:axId val="222"/></c:lineChart>'
        + _axes("minMax", "b", "l")
    )


def _axes(order: str, names_at: str, values_at: str) -> str:
    """The axis of names, and one of values that is not drawn: every point is labelled."""
    return (
        f'<c:catAx><c:axId val="111"/><c:scaling><c:orientation val="{order}"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{names_at}"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:crossAx val="222"/></c:catAx>'
        f'<c:valAx><c:axId val="222"/><c:scaling><c:orientation val="minMax"/></c:scaling>'
        f'<c:delete val="1"/><c:axPos val="{values_at}"/><c:crossAx val="111"/></c:valAx>'
    )
