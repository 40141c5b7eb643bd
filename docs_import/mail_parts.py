"""Mails and web archives: headers in any Chinese character set, and the parts of the body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

from docs_import.archive import broken, clean_name
from docs_import.charset import decode
from docs_import.clean import clean_text

_BREAK = re.compile(r"\r?\n[ \t]*")


def parse_mail(data: bytes) -> Message:
    """Return the parts of a mail.

    :raises DocumentUnreadable: corrupt.
    """
    try:
        return message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n\t "), policy=policy.compat32)
    except (ValueError, LookupError, AttributeError, IndexError) as error:
        raise broken() from error


def header(message: Message, name: str) -> str:
    """Return a header's words, "" when there is none.

    Encoded words that say gb2312 are read as GB18030; bytes without any encoding, as older
    Chinese mail programs write them, by their content.
    """
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            text = _BREAK.sub(" ", str(value))
            raw = text.encode("ascii", "surrogateescape")
            words = decode(raw)[0] if any(byte > 127 for byte in raw) else _words(text)
            return " ".join(clean_text(words)[0].split())
    return ""


def _words(text: str) -> str:
    try:
        parts = decode_header(text)
    except ValueError:  # the Base64 of an encoded word is broken: show it as it came
        return text
    # A sender may cut a character in two between encoded words; neighbours are joined before.
    return "".join(
        part if isinstance(part, str) else decode(part, charset or "")[0] for part, charset in parts
    )


def sent_on(message: Message) -> str:
    """Return the day of the Date header as YYYY-MM-DD in the sender's time, "" without one."""
    try:
        return parsedate_to_datetime(header(message, "Date")).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return ""


def payload(part: Message) -> bytes:
    """Return the bytes of a part, its transfer encoding undone."""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def part_text(part: Message) -> str:
    """Return the text of a part by its charset or, when that is wrong, by its content."""
    return decode(payload(part), part.get_content_charset("") or "")[0]


def file_name(part: Message) -> str:
    """Return the cleaned file name of a part, "" when it has none."""
    for key, value in part.raw_items():
        # RFC 2231 and plain names come through get_filename, encoded words inside quotes do not.
        if key.lower() in ("content-disposition", "content-type") and "=?" in str(value):
            found = re.search(r"name\s*=\s*\"?((?:=\?[^?]*\?[BbQq]\?[^?]*\?=\s*)+)", str(value))
            if found:
                return clean_name(_words(_BREAK.sub(" ", found[1])))
    name = part.get_filename("")
    raw = name.encode("utf-8", "surrogateescape")
    try:
        return clean_name(decode(raw)[0]) if name else ""
    except UnicodeEncodeError:
        return clean_name(name)


def leaves(message: Message) -> Iterator[Message]:
    """Yield the parts that are no containers, of alternatives only the richest that is text."""
    kind = message.get_content_type()
    if kind == "message/rfc822" or not message.is_multipart():
        yield message
        return
    parts = [part for part in message.get_payload() if isinstance(part, Message)]
    if kind == "multipart/alternative":
        rich = [p for p in parts if p.is_multipart() or p.get_content_type() == "text/html"]
        parts = rich[-1:] or parts[:1]
    for part in parts:
        yield from leaves(part)
