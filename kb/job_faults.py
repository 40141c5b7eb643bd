"""What the technical text of a background job's fault means to whoever looks after the system."""

import re

# What a job is failed with whose process ended at each try (kb.services.jobs).
BROKE_OFF = "the process ended while it was at this job, each time"
_UNKNOWN = "程序出错，没有做完。可以重试；再失败请把技术细节发给维护人员"
# The first that fits; the names are those of Python and its libraries.
_KNOWN = (
    (re.escape(BROKE_OFF), "做到一半程序就被终止，每次都这样，多半是内存不够或被系统结束"),
    (r"database is locked|LockNotAvailable|DeadlockDetected", "数据库一直有别的写入，没有等到"),
    (r"QueryCanceled|statement timeout", "数据库查询太久，被中断了"),
    # Databases tell of the disk under the name that a lost connection has, too.
    (
        r"No space left|ENOSPC|StorageFull|Disk quota|disk is full|DiskFull",
        "磁盘已满，写不进去",
    ),
    (r"disk I/O error|^OSError: \[Errno 5\]", "磁盘读写出错，可能已满或有损坏"),
    (r"^(?:Operational|Interface|Database)Error|AdminShutdown", "数据库连接不上或中途断开"),
    (r"^(?:Integrity|Data)Error", "要写入的内容与数据库里的对不上"),
    (r"^PermissionError|Permission denied", "没有读写文件的权限"),
    (r"^FileNotFoundError|No such file", "要用的文件不在了"),
    (r"^MemoryError|Cannot allocate memory", "内存不够"),
    (r"^(?:Timeout|TimeoutError|TimeoutExpired)|timed out", "等得太久，没有回应"),
    (r"^(?:Connection|BrokenPipe|socket)\w*Error|Connection refused", "连接不上对方"),
    (r"^IndexWriteFailed|^LockError", "索引写不进去"),
    (r"^NoResultFound|^NotFound", "要处理的记录已经不在了"),
    (r"^KeyError", "任务里缺少要用的内容，可能是旧版本程序留下的"),
)
_CHINESE = re.compile(r"^\w+: (?P<said>[^\x00-\x7f][^\n]*)")


def sentence_of(error: str) -> str:
    """One Chinese sentence, without a full stop; empty where nothing is known to be wrong."""
    if not error.strip():
        return ""
    # Our own refusals are written for people already.
    own = _CHINESE.match(error)
    if own:
        return own["said"].strip().rstrip("。")[:300]
    return next((said for pattern, said in _KNOWN if re.search(pattern, error)), _UNKNOWN)
