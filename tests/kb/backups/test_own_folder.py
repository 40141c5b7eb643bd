"""Backups of the health page: the newest seven stay, and whatever a person put beside them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from kb.backups.own_folder import clear_old, new_file

FIRST = datetime(2026, 5, 1, 18, 0, tzinfo=UTC)  # 2 May, 02:00 in the city


def test_the_newest_seven_stay(tmp_path: Path) -> None:
    for day in range(9):
        new_file(tmp_path, FIRST + timedelta(days=day)).write_bytes(b"x" * 10)
    folder = tmp_path / "backups"
    by_hand = folder / "yingda-before-upgrade.tar.gz"
    by_hand.write_bytes(b"kept")
    assert clear_old(tmp_path) == 20
    left = sorted(path.name for path in folder.iterdir())
    assert left[0] == "yingda-20260504-020000.tar.gz"
    assert (len(left), left[-1]) == (8, by_hand.name)
    assert clear_old(tmp_path) == 0


def test_without_backups_there_is_nothing_to_clear(tmp_path: Path) -> None:
    assert clear_old(tmp_path) == 0
    assert not (tmp_path / "backups").exists()
