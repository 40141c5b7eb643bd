"""Every setting, described once; ``docs/settings.md`` is compared with this table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from webapp.settings_readers import (
    read_choice,
    read_hosts,
    read_limits,
    read_list,
    read_number,
    read_scanner,
    read_switch,
    read_text,
    read_web_address,
)

MIN_SECRET = 32


@dataclass(frozen=True)
class Declared:
    """One setting: its name in the environment, default as text, meaning in Chinese, reader."""

    env: str
    default: str
    meaning: str
    read: Callable[[str], Any]


DECLARED: dict[str, Declared] = {
    "data_folder": Declared(
        "KB_DATA", "./var", "数据目录：数据库、原件、索引、密钥都在其中", read_text
    ),
    "database_url": Declared(
        "KB_DATABASE_URL",
        "",
        "数据库地址；不设时用数据目录里的 SQLite。生产用 postgresql+psycopg://…",
        read_text,
    ),
    "search_engine": Declared(
        "KB_SEARCH_ENGINE",
        "whoosh",
        "检索引擎：whoosh（内置）或 opensearch（集群）",
        read_choice("whoosh", "opensearch"),
    ),
    "opensearch_url": Declared(
        "KB_OPENSEARCH_URL", "", "OpenSearch 地址；引擎选 opensearch 时必须设置", read_text
    ),
    "profile": Declared("KB_PROFILE", "", "城市配置文件的路径；不设时用内置配置", read_text),
    "host": Declared("KB_HOST", "127.0.0.1", "监听地址；只在反向代理之后才改", read_text),
    "port": Declared("PORT", "8000", "监听端口", read_number(1, 65535)),
    "secret_key": Declared(
        "KB_SECRET_KEY",
        "",
        f"签名密钥，至少 {MIN_SECRET} 个字符；不设时自动生成，存于数据目录的 secret_key，权限 0600",
        read_text,
    ),
    "max_upload_mb": Declared(
        "KB_MAX_UPLOAD_MB", "50", "单个上传文件的上限，兆字节", read_number(1, 2048)
    ),
    "clamd": Declared(
        "KB_CLAMD",
        "",
        "查毒服务 clamd 的地址，写作 unix:/run/clamav/clamd.ctl 或 tcp:主机:端口；不设时不查毒",
        read_scanner,
    ),
    "ocr": Declared(
        "KB_OCR",
        "1",
        "1 表示装了文字识别组件就自动识别扫描件；0 表示不识别，由人工录入",
        read_switch,
    ),
    "trusted_hosts": Declared(
        "KB_TRUSTED_HOSTS",
        "",
        "允许的主机名，逗号分隔；以点开头表示含子域名。不设时不检查，生产必须设置",
        read_list,
    ),
    "proxy_hops": Declared(
        "KB_PROXY_HOPS", "0", "前面有几层反向代理；0 表示不信任任何转发头", read_number(0, 5)
    ),
    "secure_cookies": Declared(
        "KB_SECURE_COOKIES", "0", "1 表示 Cookie 只经 HTTPS 发送；生产必须为 1", read_switch
    ),
    "session_idle_minutes": Declared(
        "KB_SESSION_IDLE_MINUTES",
        "30",
        "多少分钟没有人操作就要重新登录，开着的页面自己的询问不算；不论如何，8 小时后都要重新登录",
        read_number(5, 480),
    ),
    "rate_limits": Declared(
        "KB_RATE_LIMITS",
        "login=20/minute,public_page=600/minute,public_search=60/minute,public_suggest=240/minute,"
        "public_original=60/minute,public_vote=10/minute,public_ask=5/minute,track=10/minute,"
        "satisfaction=20/minute",
        "每个地址的访问限额，写作 名称=次数/单位，逗号分隔；off 表示不限。每个进程各自计数",
        read_limits,
    ),
    "public_url": Declared(
        "KB_PUBLIC_URL",
        "",
        "本系统对外的网址，如 https://kb.example.gov.cn；邮件里的链接以它开头，发邮件必须设置",
        read_web_address,
    ),
    "smtp_host": Declared("KB_SMTP_HOST", "", "提醒邮件的发信服务器；不设时不发邮件", read_text),
    "smtp_port": Declared("KB_SMTP_PORT", "587", "发信服务器的端口", read_number(1, 65535)),
    "smtp_user": Declared("KB_SMTP_USER", "", "发信服务器的用户名；不设时不登录", read_text),
    "smtp_password": Declared("KB_SMTP_PASSWORD", "", "发信服务器的口令", read_text),
    "smtp_starttls": Declared(
        "KB_SMTP_STARTTLS", "1", "1 表示先加密（STARTTLS）并核对证书，再登录和发信", read_switch
    ),
    "smtp_from": Declared(
        "KB_SMTP_FROM",
        "",
        "发件人，邮箱地址或“名称 <地址>”；设了发信服务器就必须设置",
        read_text,
    ),
    "webhook_hosts": Declared(
        "KB_WEBHOOK_HOSTS",
        "",
        "允许接收事件推送的主机名，逗号分隔，须与推送地址里的完全一致，可带端口；主机在内网的，"
        "还要列出它的 IP 地址。不设时不推送",
        read_hosts,
    ),
}
