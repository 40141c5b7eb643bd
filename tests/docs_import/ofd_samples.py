"""OFD files written by hand after GB/T 33190, as small as a test needs them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE = 5.6  # millimetres: 三号
PITCH = 10.0


def text(x: float, y: float, words: str, size: float = SIZE) -> str:
    """One line of text; `y` is its base line, in millimetres from above."""
    return (
        f'<ofd:TextObject ID="9" Boundary="{x} {y - size} 170 {size * 1.3}" Font="1" Size="{size}">'
        f'<ofd:TextCode X="0" Y="{size}">{escape(words)}</ofd:TextCode></ofd:TextObject>'
    )


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    """A thin line."""
    return (
        f'<ofd:PathObject ID="9" Boundary="{x0} {y0} {x1 - x0 + 0.1} {y1 - y0 + 0.1}">'
        f"<ofd:AbbreviatedData>M 0 0 L {x1 - x0} {y1 - y0}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def outline() -> str:
    """A letter turned into a shape."""
    return (
        '<ofd:PathObject ID="9" Boundary="30 30 20 20" Fill="true"><ofd:AbbreviatedData>'
        "M 0 0 B 1 1 2 2 3 3 L 5 9 C</ofd:AbbreviatedData></ofd:PathObject>"
    )


def image(resource: int) -> str:
    """A picture placed on the page."""
    return f'<ofd:ImageObject ID="9" Boundary="10 10 50 50" ResourceID="{resource}"/>'


def content(objects: str, template: bool = False) -> str:
    """A page's Content.xml."""
    below = '<ofd:Template TemplateID="T1" ZOrder="Background"/>' if template else ""
    return (
        f"<ofd:Page {_NS}>{below}<ofd:Content><ofd:Layer ID='1'>{objects}</ofd:Layer>"
        f"</ofd:Content></ofd:Page>"
    )


def ofd(
    pages: Sequence[str],
    *,
    template: str = "",
    resources: str = "",
    attachments: Sequence[tuple[str, str]] = (),
    files: Mapping[str, bytes] | None = None,
    document: str | None = None,
    root: str = "Doc_0/Document.xml",
) -> bytes:
    """An OFD of these pages' objects.

    :param attachments: name and FileLoc of each; the bytes come with `files`.
    :param document: what to write as Document.xml instead.
    """
    listed = "".join(
        f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
    )
    common = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    if template:
        common += '<ofd:TemplatePage ID="T1" BaseLoc="Tpls/T1.xml"/>'
    if resources:
        common += "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
    attached = "<ofd:Attachments>Attachments.xml</ofd:Attachments>" if attachments else ""
    parts = {
        "OFD.xml": f"<ofd:OFD {_NS}><ofd:DocBody><ofd:DocInfo/><ofd:DocRoot>{root}</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": document
        or f"<ofd:Document {_NS}><ofd:CommonData>{common}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages>{attached}</ofd:Document>",
    }
    if template:
        parts["Doc_0/Tpls/T1.xml"] = content(template)
    if resources:
        parts["Doc_0/DocumentRes.xml"] = f'<ofd:Res {_NS} BaseLoc="Res">{resources}</ofd:Res>'
    if attachments:
        entries = "".join(
            f'<ofd:Attachment ID="{n}" Name="{name}"><ofd:FileLoc>{where}</ofd:FileLoc>'
            "</ofd:Attachment>"
            for n, (name, where) in enumerate(attachments)
        )
        parts["Doc_0/Attachments.xml"] = f"<ofd:Attachments {_NS}>{entries}</ofd:Attachments>"
    for number, objects in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = content(objects, bool(template))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
        for name, data in (files or {}).items():
            archive.writestr(name, data)
    return out.getvalue()
