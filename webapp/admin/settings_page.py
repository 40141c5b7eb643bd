"""管理: the settings the program was started with, and where each comes from."""

import os
from dataclasses import dataclass

from flask import render_template

from webapp.admin.blueprint import bp
from webapp.context import services
from webapp.settings_declared import DECLARED

# Never shown: secrets, and addresses that may carry a password.
_SECRET = frozenset({"secret_key", "smtp_password", "database_url", "opensearch_url"})


@dataclass(frozen=True)
class ShownSetting:
    """One setting; ``value`` is empty where it is secret."""

    env: str
    value: str
    source: str
    meaning: str
    is_secret: bool


@bp.get("/settings")
def settings() -> str:
    """Every setting with its value and source; secrets only as set or not."""
    return render_template("admin/settings.html", rows=[_shown(name) for name in DECLARED])


def _shown(name: str) -> ShownSetting:
    declared, known = DECLARED[name], services().settings
    value, is_given = getattr(known, name), bool(os.environ.get(declared.env, "").strip())
    source = "环境变量" if is_given else "默认"
    if name == "secret_key" and not is_given:
        source = "文件（数据目录的 secret_key）"
    if name == "profile" and value and not is_given:
        source = "演示城市"
    is_secret = name in _SECRET
    return ShownSetting(
        declared.env, "" if is_secret else _words(value), source, declared.meaning, is_secret
    )


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, tuple):
        return "、".join(str(one) for one in value)
    if hasattr(value, "items"):
        return "，".join(f"{name}={limit}" for name, limit in value.items())
    return str(value)
