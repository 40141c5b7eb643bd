"""A printed bulletin as PDF, through LibreOffice where one is installed.

An issued edition is its DOCX; the PDF is made from it on demand and may differ in its bytes from
one LibreOffice to another, so none is kept.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

from kb.errors import InvalidInput

TYPE = "application/pdf"
_SECONDS = 90
_FAILED = "没有转成 PDF，请下载 DOCX 后用 Word 或 WPS 另存为 PDF"


def is_offered() -> bool:
    """Whether this machine can make one."""
    return shutil.which("soffice") is not None


def as_pdf(docx: bytes) -> bytes:
    """The pages of a DOCX.

    :raises InvalidInput: LibreOffice is not installed, or gives nothing in 90 seconds.
    """
    program = shutil.which("soffice")
    if program is None:
        raise InvalidInput("服务器上没有安装 LibreOffice，不能转成 PDF")
    with tempfile.TemporaryDirectory(prefix="bulletin-") as name:
        folder = Path(name)
        source = folder / "bulletin.docx"
        source.write_bytes(docx)
        command = [
            program, f"-env:UserInstallation=file://{folder / 'profile'}", "--headless",
            "--norestore", "--convert-to", "pdf:writer_pdf_Export", "--outdir", name, str(source),
        ]  # fmt: skip
        try:
            subprocess.run(  # noqa: S603 - a fixed command, the file name is our own
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise InvalidInput(_FAILED) from error
        target = source.with_suffix(".pdf")
        if not target.is_file():
            raise InvalidInput(_FAILED)
        return target.read_bytes()
