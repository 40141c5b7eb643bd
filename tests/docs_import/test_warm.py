"""Reading many files in one child: the same answers, and no file pays for another."""

import os
from pathlib import Path

import pytest

from docs_import.errors import DocumentUnreadable
from docs_import.isolated import read_isolated
from docs_import.limits import Limits
from docs_import.warm import WarmReader

TEXT = "# 停水通知\n\n青石路明日停水。\n"


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_answers_are_those_of_a_child_of_its_own(tmp_path: Path) -> None:
    good, bad = write(tmp_path, "甲.md", TEXT), write(tmp_path, "乙.docx", b"PK\x03\x04cut")
    with WarmReader() as reader:
        for _ in range(2):
            assert reader.read(good, "甲.md") == read_isolated(good, "甲.md")
            with pytest.raises(DocumentUnreadable) as warm:
                reader.read(bad, "乙.docx")
            with pytest.raises(DocumentUnreadable) as alone:
                read_isolated(bad, "乙.docx")
            assert (warm.value.code, warm.value.message) == (alone.value.code, alone.value.message)


def pid(reader: WarmReader) -> int | None:
    return None if reader._child is None else reader._child._process.pid


def test_a_child_takes_so_many_files_and_is_replaced(tmp_path: Path) -> None:
    path = write(tmp_path, "甲.md", TEXT)
    with WarmReader(files_per_child=3) as reader:
        seen = []
        for _ in range(5):
            reader.read(path, "甲.md")
            seen.append(pid(reader))
    first, second, after_third, fourth, fifth = seen
    assert first == second
    assert after_third is None
    assert fourth == fifth != first


def test_a_child_that_is_killed_costs_no_file(tmp_path: Path) -> None:
    path = write(tmp_path, "甲.md", TEXT)
    with WarmReader() as reader:
        reader.read(path, "甲.md")
        os.kill(pid(reader) or 0, 9)
        assert reader.read(path, "甲.md").title == "停水通知"
        assert reader.read(path, "甲.md").title == "停水通知"


def test_a_file_that_takes_too_long_is_stopped_and_the_next_one_is_read(tmp_path: Path) -> None:
    slow = write(
        tmp_path, "慢.md", "\n\n".join(f"# 第{n}条 标题\n\n正文{n}。" for n in range(60_000))
    )
    with WarmReader(Limits(wall_seconds=0.3)) as reader:
        with pytest.raises(DocumentUnreadable) as stopped:
            reader.read(slow, "慢.md")
        assert stopped.value.code == "timeout"
        reader.limits = Limits()
        assert reader.read(write(tmp_path, "甲.md", TEXT), "甲.md").title == "停水通知"


def test_the_folder_of_the_child_is_taken_away(tmp_path: Path) -> None:
    with WarmReader() as reader:
        reader.read(write(tmp_path, "甲.md", TEXT), "甲.md")
        assert reader._child is not None
        folder = Path(reader._child._folder.name)
        assert folder.is_dir()
    assert not folder.exists()


def test_a_parent_that_holds_much_does_not_tire_its_child(tmp_path: Path) -> None:
    held = bytearray(b"x" * 300_000_000)
    path = write(tmp_path, "甲.md", TEXT)
    with WarmReader() as reader:
        reader.read(path, "甲.md")
        first = pid(reader)
        reader.read(path, "甲.md")
        assert first is not None
        assert pid(reader) == first
    assert len(held) == 300_000_000
