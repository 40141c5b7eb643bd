"""Personal data as it may be shown and stored outside its own fields."""

import hashlib
import hmac
import re

_ID_NUMBER = re.compile(r"(?<!\d)(\d{6})(\d{8})(\d{3}[\dXx])(?!\d)")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)(\d{4})(\d{4})(?!\d)")


def mask_phone(phone: str) -> str:
    """``138****1234``: the first three and last four digits stay."""
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return f"****{phone[-4:]}" if len(phone) > 4 else "****" if phone else ""


def mask_name(name: str) -> str:
    """``李*``: only the family name stays."""
    return name[:1] + "*" * max(len(name) - 1, 0)


def mask_text(text: str) -> str:
    """Mask mobile and ID numbers inside a text."""
    text = _ID_NUMBER.sub(lambda m: f"{m[1]}********{m[3]}", text)
    return _MOBILE.sub(lambda m: f"{m[1]}****{m[3]}", text)


def phone_hash(phone: str, key: bytes) -> str:
    """A keyed hash of the digits, to find a caller's history without reading numbers."""
    digits = re.sub(r"\D", "", phone)
    return hmac.new(key, digits.encode(), hashlib.sha256).hexdigest() if digits else ""
