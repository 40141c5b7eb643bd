"""Settings: one frozen record, read once from ``KB_*``; every fault is reported together."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from docs_import.ocr.available import is_available
from webapp.settings_declared import DECLARED, MIN_SECRET


class SettingsInvalid(Exception):
    """Raised when settings cannot be used; ``problems`` has one Chinese sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("设置有误，未启动：\n" + "\n".join(f"· {line}" for line in problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """What the program was told at its start; each field is described in ``DECLARED``."""

    data_folder: Path
    database_url: str
    search_engine: str
    opensearch_url: str
    profile: str
    host: str
    port: int
    secret_key: str
    max_upload_mb: int
    clamd: str
    ocr: bool
    trusted_hosts: tuple[str, ...]
    proxy_hops: int
    secure_cookies: bool
    session_idle_minutes: int
    rate_limits: Mapping[str, str]
    public_url: str
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str = field(repr=False)
    smtp_starttls: bool
    smtp_from: str
    webhook_hosts: tuple[str, ...]

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings; makes the data folder, and the secret key when none is set.

        :raises SettingsInvalid: with every fault found.
        """
        given = os.environ if env is None else env
        values: dict[str, Any] = {}
        problems: list[str] = []
        for name, declared in DECLARED.items():
            raw = given.get(declared.env, "").strip() or declared.default
            try:
                values[name] = declared.read(raw)
            except ValueError as error:
                problems.append(f"{declared.env}={raw}：{error}")
        problems += _cross_check(values)
        if problems:
            raise SettingsInvalid(problems)
        values["data_folder"] = Path(values["data_folder"]).resolve()
        _complete(values)
        return cls(**values)

    @property
    def recognises(self) -> bool:
        """Tell whether scans are recognised here: wanted, and the extra is installed."""
        return self.ocr and is_available()

    @property
    def max_upload_bytes(self) -> int:
        """The upload limit in bytes."""
        return self.max_upload_mb * 1024 * 1024


def _cross_check(values: Mapping[str, Any]) -> list[str]:
    problems = []
    if values.get("search_engine") == "opensearch" and not values.get("opensearch_url"):
        problems.append("KB_SEARCH_ENGINE=opensearch 时必须同时设置 KB_OPENSEARCH_URL")
    key = values.get("secret_key", "")
    if key and len(key) < MIN_SECRET:
        problems.append(f"KB_SECRET_KEY：太短，至少 {MIN_SECRET} 个字符")
    if values.get("profile") and not Path(values["profile"]).is_file():
        problems.append(f"KB_PROFILE：没有这个文件 {values['profile']}")
    problems += _mail_problems(values)
    if values.get("database_url"):
        problems += _database_problems(values["database_url"])
    return problems


def _mail_problems(values: Mapping[str, Any]) -> list[str]:
    if not values.get("smtp_host"):
        return []
    problems = []
    if "@" not in parseaddr(values.get("smtp_from", ""))[1]:
        problems.append("KB_SMTP_FROM：设了 KB_SMTP_HOST，就要写明发件人的邮箱地址")
    if "public_url" in values and not values["public_url"]:
        problems.append("KB_PUBLIC_URL：设了 KB_SMTP_HOST，就要写明本系统的网址，邮件里的链接用它")
    return problems


def _database_problems(url: str) -> list[str]:
    try:
        backend = make_url(url).drivername
    except ArgumentError:
        return ["KB_DATABASE_URL：不是数据库地址，形如 postgresql+psycopg://用户:密码@主机/库名"]
    if backend not in ("sqlite", "postgresql+psycopg"):
        return [f"KB_DATABASE_URL：不支持 {backend}，只支持 sqlite 和 postgresql+psycopg"]
    return []


def _complete(values: dict[str, Any]) -> None:
    folder: Path = values["data_folder"]
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        values["secret_key"] = values["secret_key"] or kept_secret(folder / "secret_key")
    except OSError as error:
        raise SettingsInvalid([f"KB_DATA={folder}：无法写入（{error.strerror}）"]) from error
    values["database_url"] = values["database_url"] or f"sqlite:///{folder / 'yingda.sqlite3'}"


def kept_secret(path: Path) -> str:
    """The secret kept in a file, made once with mode 0600; two starts at once agree on one."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48))
            out.flush()
            os.fsync(out.fileno())
        # Unlike a rename, a link never replaces the key another start has just made.
        with suppress(FileExistsError):
            os.link(temporary, path)
        temporary.unlink()
    return path.read_text(encoding="ascii").strip()
