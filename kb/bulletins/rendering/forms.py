"""The forms a bulletin is printed in."""

from collections.abc import Callable, Mapping

from kb.bulletins.issuing.parts import Bulletin
from kb.bulletins.rendering import docx_file, html_file, xlsx_file

_RENDERERS: Mapping[str, Callable[[Bulletin], bytes]] = {
    "docx": docx_file.as_docx,
    "xlsx": xlsx_file.as_xlsx,
    "html": html_file.as_html,
}
TYPES: Mapping[str, str] = {
    "docx": docx_file.TYPE,
    "xlsx": xlsx_file.TYPE,
    "html": html_file.TYPE,
}


def rendered(bulletin: Bulletin, form: str) -> bytes:
    """The bytes of a bulletin in one of :data:`TYPES`; the same bulletin gives the same bytes."""
    return _RENDERERS[form](bulletin)
