"""What a mail address must look like."""

import re

from kb.errors import InvalidInput

MAX_LENGTH = 200
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def check_address(address: str) -> str:
    """A mail address as it is stored; empty is nobody's.

    :raises InvalidInput: it cannot be one.
    """
    cleaned = address.strip()
    if cleaned and (len(cleaned) > MAX_LENGTH or not _ADDRESS.fullmatch(cleaned)):
        sentence = "邮箱地址不对，应形如 zhang@example.gov.cn"
        raise InvalidInput(sentence, {"email": sentence})
    return cleaned
