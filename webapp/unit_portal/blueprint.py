"""The blueprint of the unit portal; its views register themselves in their own files."""

from flask import Blueprint

bp = Blueprint("unit_portal", __name__, url_prefix="/units")


@bp.app_template_filter("file_size")
def file_size(size_bytes: int) -> str:
    """``415 字节``, ``12.3 KB``, ``1.2 MB``."""
    if size_bytes < 1024:
        return f"{size_bytes} 字节"
    if size_bytes < 1024 * 1024:
        return f"{size_bytes / 1024:.1f} KB"
    return f"{size_bytes / 1024 / 1024:.1f} MB"
