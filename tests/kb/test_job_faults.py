"""A fault of background work is told in Chinese before what the program said."""

import pytest

from kb.job_faults import BROKE_OFF, sentence_of


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("", ""),
        (BROKE_OFF, "做到一半程序就被终止，每次都这样，多半是内存不够或被系统结束"),
        (
            "OperationalError: (sqlite3.OperationalError) database is locked",
            "数据库一直有别的写入，没有等到",
        ),
        (
            'OperationalError: (psycopg.OperationalError) connection to "10.0.0.3" failed',
            "数据库连接不上或中途断开",
        ),
        ("OSError: [Errno 28] No space left on device", "磁盘已满，写不进去"),
        (
            "OperationalError: (sqlite3.OperationalError) database or disk is full",
            "磁盘已满，写不进去",
        ),
        (
            'OperationalError: (psycopg.errors.DiskFull) could not extend file "base/1": '
            "wrote only 4096 of 8192 bytes",
            "磁盘已满，写不进去",
        ),
        (
            "OperationalError: (sqlite3.OperationalError) disk I/O error",
            "磁盘读写出错，可能已满或有损坏",
        ),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'x'", "要用的文件不在了"),
        # A refusal of our own is a sentence already.
        ("IllegalTransition: 这一版已不在等待发布的状态。", "这一版已不在等待发布的状态"),
        (
            "ZeroDivisionError: division by zero",
            "程序出错，没有做完。可以重试；再失败请把技术细节发给维护人员",
        ),
    ],
)  # fmt: skip
def test_a_fault_is_told_in_chinese(error: str, sentence: str) -> None:
    assert sentence_of(error) == sentence
