"""Static files: kept in memory, packed once, under addresses that change with their content.

What every page needs before it can be drawn is one file, ``base.css``, made of the parts below.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import cast

from flask import Flask, Response, abort, current_app, request, url_for

BASE = "base.css"
_BASE_PARTS = ("tokens.css", "yingda.css")
_FRAME = "css/bootstrap.min.css"
_TEXT = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
_YEAR_SECONDS = 365 * 86_400
_NAME = "yingda_assets"


@dataclass(frozen=True)
class Asset:
    """One static file as it is sent."""

    content: bytes
    mimetype: str

    @cached_property
    def version(self) -> str:
        """Changes with the content."""
        return hashlib.sha256(self.content).hexdigest()[:10]

    @cached_property
    def packed(self) -> bytes:
        """The content as gzip; empty where that saves nothing."""
        if self.mimetype not in _TEXT:
            return b""
        packed = gzip.compress(self.content, mtime=0)
        return packed if len(packed) < len(self.content) else b""


def init_app(app: Flask) -> None:
    """Read the static files and serve them in place of Flask's own view."""
    frame = Path(app.blueprints["bootstrap"].static_folder or "", _FRAME)
    app.extensions[_NAME] = _read(Path(app.static_folder or ""), frame)
    app.view_functions["static"] = serve


@cache
def _read(folder: Path, frame: Path) -> Mapping[str, Asset]:
    found = {
        path.relative_to(folder).as_posix(): Asset(
            path.read_bytes(), mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    parts = [frame.read_bytes(), *(found[name].content for name in _BASE_PARTS)]
    return found | {BASE: Asset(b"\n".join(parts), "text/css")}


def _assets(app: Flask) -> Mapping[str, Asset]:
    return cast(Mapping[str, Asset], app.extensions[_NAME])


def asset_url(name: str) -> str:
    """The address of a static file; a new content gives a new address.

    :raises KeyError: no such file.
    """
    return url_for("static", filename=name, v=_assets(current_app)[name].version)


def serve(filename: str) -> Response:
    """A static file of ours.

    :raises NotFound: there is none of this name.
    """
    asset = _assets(current_app).get(filename)
    if asset is None:
        abort(404)
    return send(asset)


def send(asset: Asset) -> Response:
    """An asset: for a year under its own address, asked again each time under any other."""
    is_packed = bool(asset.packed) and "gzip" in request.accept_encodings
    answer = Response(asset.packed if is_packed else asset.content, mimetype=asset.mimetype)
    if is_packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.vary.add("Accept-Encoding")
    answer.set_etag(asset.version + "-gzip" * is_packed)
    if request.args.get("v") == asset.version:
        answer.headers["Cache-Control"] = f"public, max-age={_YEAR_SECONDS}, immutable"
    else:
        answer.headers["Cache-Control"] = "public, no-cache"
    return cast(Response, answer.make_conditional(request))
