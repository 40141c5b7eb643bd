"""Office files without a trace of when they were made."""

import io
import zipfile
from datetime import datetime

# Earlier than this a zip archive cannot say.
EPOCH = (1980, 1, 1, 0, 0, 0)
MADE = datetime(2000, 1, 1)


def repacked(data: bytes) -> bytes:
    """The same archive with one fixed time for all its parts."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in given.namelist():
            part = zipfile.ZipInfo(name, EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            made.writestr(part, given.read(name))
    return out.getvalue()
