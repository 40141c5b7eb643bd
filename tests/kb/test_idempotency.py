"""幂等: once per key, the same answer again, and what happens when a worker died."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kb.db import Database
from kb.errors import InvalidInput
from kb.services import idempotency
from kb.services.idempotency import (
    Begun,
    KeyInUse,
    KeyReused,
    answer_once,
    check_key,
    claim,
    forget_old,
)

NOW = datetime(2026, 5, 7, 2, 24, tzinfo=UTC)


class Counter:
    """Work that can be counted."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, _begun: Begun) -> tuple[dict[str, Any], int]:
        self.times += 1
        return {"time": self.times}, 201


def test_the_second_time_gives_the_first_answer(any_database: Database) -> None:
    work = Counter()
    first = answer_once(any_database, "k", "a", work, lambda: NOW)
    again = answer_once(any_database, "k", "a", work, lambda: NOW)
    assert first == ({"time": 1}, 201, False)
    assert again == ({"time": 1}, 201, True)
    assert work.times == 1


def test_another_content_under_the_key_is_refused(any_database: Database) -> None:
    answer_once(any_database, "k", "a", Counter(), lambda: NOW)
    with pytest.raises(KeyReused):
        answer_once(any_database, "k", "b", Counter(), lambda: NOW)


def test_an_answer_is_kept_for_thirty_days(any_database: Database) -> None:
    work = Counter()
    answer_once(any_database, "k", "a", work, lambda: NOW)
    forget_old(any_database, NOW + timedelta(days=30))
    assert answer_once(any_database, "k", "a", work, lambda: NOW)[0] == {"time": 1}
    forget_old(any_database, NOW + timedelta(days=30, seconds=1))
    assert answer_once(any_database, "k", "a", work, lambda: NOW)[0] == {"time": 2}


def test_failed_work_frees_the_key(any_database: Database) -> None:
    def fail(_begun: Begun) -> tuple[dict[str, Any], int]:
        raise InvalidInput("不对")

    with pytest.raises(InvalidInput):
        answer_once(any_database, "k", "a", fail, lambda: NOW)
    assert answer_once(any_database, "k", "b", Counter(), lambda: NOW)[1] == 201


def test_a_claim_under_way_is_waited_for_and_lapses(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "WAIT_SECONDS", 0.1)
    assert claim(any_database, "k", "a", lambda: NOW) is None
    with pytest.raises(KeyInUse):
        claim(any_database, "k", "a", lambda: NOW)
    later = NOW + idempotency.LEASE + timedelta(seconds=1)
    assert claim(any_database, "k", "a", lambda: later) is None


@pytest.mark.parametrize("key", ["", "x" * 101, "中文", "a\nb"])
def test_a_key_is_short_plain_text(key: str) -> None:
    with pytest.raises(InvalidInput):
        check_key(key)


def test_what_broke_off_is_gone_on_with_at_once(any_database: Database) -> None:
    tries: list[Begun] = []

    def work(begun: Begun) -> tuple[dict[str, Any], int]:
        tries.append(begun)
        if begun.file_id is None:
            with any_database.unit_of_work() as session:
                begun.note(session, file_id=17)
            raise SystemExit  # the process is told to end
        return {"file": begun.file_id}, 201

    with pytest.raises(SystemExit):
        answer_once(any_database, "k", "a", work, lambda: NOW)
    assert answer_once(any_database, "k", "a", work, lambda: NOW) == ({"file": 17}, 201, False)
    assert [each.file_id for each in tries] == [None, 17]
    assert answer_once(any_database, "k", "a", work, lambda: NOW) == ({"file": 17}, 201, True)
