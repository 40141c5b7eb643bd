"""Mails (EML): subject and body as the document, files as attachments."""

from __future__ import annotations

import re
from email.message import Message

from docs_import.clean import clean_text
from docs_import.document import Attachment, Block
from docs_import.from_html import read_html
from docs_import.headings import squeeze
from docs_import.hints import Hints
from docs_import.limits import MB, Limits
from docs_import.lines import text_blocks
from docs_import.mail_parts import (
    file_name,
    header,
    leaves,
    parse_mail,
    part_text,
    payload,
    sent_on,
)
from docs_import.raw import RawDocument

_REPLY = re.compile(r"^(?:(?:re|fw|fwd|答复|回复|转发|自动转发)\s*[:：]\s*)+", re.IGNORECASE)
_ADDRESS = re.compile(r"\s*<[^<>]*>\s*$|\"")
_LAYOUT = re.compile(r"image\d{3}\.(?:png|jpe?g|gif|bmp|emz|wmz)", re.IGNORECASE)
_MAX_FILES = 100


def read_eml(data: bytes, limits: Limits) -> RawDocument:
    """Read a mail.

    :raises DocumentUnreadable: corrupt, too_complex.
    """
    message = parse_mail(data)
    hints = _hints(message)
    blocks: list[Block] = []
    warnings: list[str] = []
    files: list[Attachment] = []
    for part in leaves(message):
        if _is_body(part):
            blocks += _body(part, limits, warnings)
        elif name := _attached_name(part, len(files) + 1):
            _attach(files, name, _content(part), limits, warnings)
    if hints.heading and not any(
        squeeze(block.text) == squeeze(hints.heading[0]) for block in blocks[:8]
    ):
        blocks.insert(0, Block("heading", hints.heading[0], 1))
    if files and all(block.kind == "heading" for block in blocks):
        names = "、".join(each.name for each in files)
        blocks.append(Block("paragraph", f"邮件没有正文，内容在附件里：{names}"))
    return RawDocument(blocks, hints, tuple(dict.fromkeys(warnings)), attachments=tuple(files))


def _hints(message: Message) -> Hints:
    hints = Hints()
    subject = _REPLY.sub("", header(message, "Subject"))
    if subject:
        hints.heading = (subject, "邮件主题")
    hints.add("发布日期", sent_on(message), "邮件发送日期")
    hints.add("来源", _ADDRESS.sub("", header(message, "From")), "邮件发件人")
    return hints


def _is_body(part: Message) -> bool:
    kind, disposition = part.get_content_type(), part.get_content_disposition()
    return kind in ("text/plain", "text/html") and disposition != "attachment" and (
        disposition == "inline" or not file_name(part)
    )  # fmt: skip


def _body(part: Message, limits: Limits, warnings: list[str]) -> list[Block]:
    text, said = clean_text(part_text(part))
    warnings += said
    if part.get_content_type() == "text/html":
        page = read_html(text.encode("utf-8"), limits)
        return page.blocks
    return text_blocks(text)


def _attached_name(part: Message, number: int) -> str:
    """Return the name a file gets, "" for what is no file: pictures of the layout."""
    name = file_name(part)
    if part.get_content_type() == "message/rfc822":
        inner = _inner_mail(part)
        subject = header(inner, "Subject") if inner is not None else ""
        return name or f"{subject or f'转发的邮件{number}'}.eml"
    return "" if _is_of_layout(part, name) else name


def _is_of_layout(part: Message, name: str) -> bool:
    """A picture that the text shows (a logo below a signature): Outlook calls it image001.png."""
    if part.get_content_maintype() != "image":
        return False
    is_shown, is_attached = part.get("Content-ID"), part.get_content_disposition() == "attachment"
    if _LAYOUT.fullmatch(name):
        return bool(is_shown) or not is_attached
    return bool(is_shown) and not is_attached


def _inner_mail(part: Message) -> Message | None:
    inner = part.get_payload()
    first = inner[0] if isinstance(inner, list) and inner else None
    return first if isinstance(first, Message) else None


def _content(part: Message) -> bytes:
    inner = _inner_mail(part)
    return payload(part) if inner is None else inner.as_bytes()


def _attach(
    files: list[Attachment], name: str, data: bytes, limits: Limits, warnings: list[str]
) -> None:
    size = sum(len(each.data) for each in files) + len(data)
    if not data:
        warnings.append(f"附件“{name}”是空的，没有取出。")
    elif len(files) >= _MAX_FILES or size > limits.max_attachment_bytes:
        warnings.append(
            f"附件“{name}”没有取出：附件最多 {_MAX_FILES} 个、"
            f"合计 {limits.max_attachment_bytes / MB:g} MB。请单独上传这个附件。"
        )
    else:
        files.append(Attachment(name, data))
