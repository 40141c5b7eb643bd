"""The pictures of a file's pages: PDF pages drawn at 200 dpi, images as they are."""

from __future__ import annotations

import io
import math
import warnings
from typing import Protocol

import pypdfium2 as pdfium
from PIL import Image, ImageOps

from docs_import.errors import DocumentUnreadable
from docs_import.ocr.limits import DPI, MAX_PIXELS

IMAGE = "image"
# A photograph of a page is seldom helped by more than this; the recogniser scales it anyway.
_MAX_SIDE = 4_000


class Pictures(Protocol):
    """A file whose pages can be looked at, numbered from 1."""

    def page(self, number: int) -> Image.Image:
        """Return a page in RGB.

        :raises DocumentUnreadable: corrupt, too_large.
        """


def open_pictures(data: bytes, file_type: str, max_pixels: int = MAX_PIXELS) -> Pictures:
    """Open a PDF ("pdf") or an image ("image").

    :raises DocumentUnreadable: corrupt, too_large.
    """
    return ImagePictures(data, max_pixels) if file_type == IMAGE else PdfPictures(data, max_pixels)


def count_frames(data: bytes, max_pixels: int = MAX_PIXELS, *, most: int = 1_000) -> int:
    """Return how many pages an image file has; more than one for a TIFF from a scanner.

    :param most: counting stops there: thousands of pages take many seconds to count.
    :raises DocumentUnreadable: corrupt, too_large.
    """
    return ImagePictures(data, max_pixels).count(most)


class PdfPictures:
    """A PDF. PDFium is not thread-safe: for a process that does nothing else."""

    def __init__(self, data: bytes, max_pixels: int) -> None:
        try:
            self._document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            raise _broken() from error
        self._max_pixels = max_pixels

    def page(self, number: int) -> Image.Image:
        """Draw a page at 200 dpi, or as large as the pixel limit lets it be."""
        try:
            page = self._document[number - 1]
        except (pdfium.PdfiumError, IndexError) as error:
            raise _broken() from error
        try:
            width, height = page.get_size()
            if width < 1 or height < 1:
                raise _broken()
            scale = min(DPI / 72, math.sqrt(self._max_pixels / (width * height)))
            return page.render(scale=scale).to_pil().convert("RGB")
        except pdfium.PdfiumError as error:
            raise _broken() from error
        finally:
            page.close()


class ImagePictures:
    """PNG, JPEG, BMP, or a TIFF of several pages."""

    def __init__(self, data: bytes, max_pixels: int) -> None:
        self._max_pixels = max_pixels
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            try:
                self._image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF", "BMP"))
                self._check_size()
            except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
                raise _too_many_pixels(max_pixels) from error
            except (OSError, SyntaxError, ValueError, EOFError) as error:
                raise _broken_image() from error

    def page(self, number: int) -> Image.Image:
        """Return a frame upright as the camera noted it, transparent parts white."""
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            try:
                self._image.seek(number - 1)
                self._check_size()
                picture = _on_white(ImageOps.exif_transpose(self._image))
            except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
                raise _too_many_pixels(self._max_pixels) from error
            except (OSError, SyntaxError, ValueError, EOFError) as error:
                raise _broken_image() from error
        picture.thumbnail((_MAX_SIDE, _MAX_SIDE))
        return picture

    def count(self, most: int) -> int:
        """Return the number of frames, `most` when there are as many or more."""
        number = 1
        try:
            while number < most:
                self._image.seek(number)
                number += 1
        except EOFError:
            pass
        except (OSError, SyntaxError, ValueError) as error:
            raise _broken_image() from error
        return number

    def _check_size(self) -> None:
        width, height = self._image.size
        if width * height > self._max_pixels:
            raise _too_many_pixels(self._max_pixels)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode not in ("RGBA", "LA", "P", "PA"):
        return picture.convert("RGB")
    picture = picture.convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture).convert("RGB")


def _too_many_pixels(most: int) -> DocumentUnreadable:
    return DocumentUnreadable(
        "too_large",
        f"图片超过 {most // 1_000_000} 百万像素的上限。请用 200～300 dpi 重新扫描或缩小后再上传。",
        limit=most,
    )


def _broken_image() -> DocumentUnreadable:
    return DocumentUnreadable(
        "corrupt", "图片已损坏或没有传完整，打不开。请重新扫描或另存后再上传。"
    )


def _broken() -> DocumentUnreadable:
    return DocumentUnreadable(
        "corrupt", "PDF 已损坏或没有传完整，打不开。请重新下载或另存后再上传。"
    )
