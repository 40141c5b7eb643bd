"""What the public asked, written down for 大家在搜 and for gaps: numbers masked, nobody named."""

import logging
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kb.masking import mask_person
from kb.models import SearchRecord
from kb.services.questions import Answers
from kb.terms import Audience

log = logging.getLogger(__name__)
Transaction = Callable[[], AbstractContextManager[Session]]
# Any long run of digits in a public question may be somebody's number.
_WORD = re.compile(r"[\u4e00-\u9fff]")
MIN_WORDS = 2
_LONG_NUMBER = re.compile(r"\d{7,}")


def masked_query(text: str) -> str:
    """The question as it may be kept: one line, at most 200 characters, no personal number."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return _LONG_NUMBER.sub(lambda m: m[0][:3] + "****", mask_person(line))[:200]


def is_question(query: str) -> bool:
    """A stray letter or a robot's probe is no question; it would only bury the real gaps."""
    return len(_WORD.findall(query)) >= MIN_WORDS


def record_public_search(transaction: Transaction, answers: Answers, now: datetime) -> bool:
    """Write one search down in a short transaction of its own.

    A busy database costs the record, never the reader's answer; returns whether it was written.

    :param transaction: opens a session that commits when its block ends.
    """
    query = masked_query(answers.question.text)
    if not is_question(query):
        return False
    top = answers.found[0].item.id if answers.found and answers.answered else None
    row = SearchRecord(
        at=now,
        query=query,
        audience=Audience.PUBLIC.value,
        answered=answers.answered,
        top_item_id=top,
    )
    try:
        with transaction() as session:
            session.add(row)
    except OperationalError as error:
        log.warning("a public search was not recorded", exc_info=error)
        return False
    return True
