"""``kb serve`` and ``kb worker``."""

import errno
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from typing import Any

import click
from gunicorn.app.base import BaseApplication

from kb.background import OwnThread
from kb.clock import local_day
from kb.job_threads import JobThread
from kb.migrations.run import current
from kb.sender import Sender
from kb.services import reply_checking
from kb.services.first_run import is_empty, new_code
from kb.worker import Worker
from webapp.cli.http_worker import HttpWorker
from webapp.cli.main import kb, opened, require_current, speaks
from webapp.cli.setting_up import set_up
from webapp.compose import build
from webapp.demo_city import PROFILE, holds_demo
from webapp.settings import Settings

log = logging.getLogger("yingda")
STOP_SECONDS = 5.0
RESTART_SECONDS = 5.0


class Server(BaseApplication):
    """gunicorn around the application; every worker process puts its own program together."""

    def __init__(self, settings: Settings, options: dict[str, Any], with_worker: bool) -> None:
        self.settings, self.options, self.with_worker = settings, options, with_worker
        self.background: Background | None = None
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Called in each worker process."""
        program = build(self.settings)
        program.search.start_warming(local_day(program.clock()))
        reply_checking.start_warming(program.database, program.search.indexes)
        if self.with_worker:
            sender, reading, slow = program.sender(), program.file_reading(), program.slow_parts()
            slow.append(program.heartbeats([sender, reading, *slow]))
            self.background = Background(program.worker(), sender, reading, slow)
            self.background.start()
        return program.app()


class Background:
    """The background worker as a thread of a web process.

    A failed index writer may hold its lock until the process ends, so the process is asked to
    end; gunicorn starts it afresh. The pause before it lets people work on when that repeats.
    """

    def __init__(
        self,
        worker: Worker,
        sender: Sender,
        file_reading: JobThread,
        slow_parts: Sequence[OwnThread],
    ) -> None:
        self.worker, self.sender, self.file_reading = worker, sender, file_reading
        self.slow_parts = slow_parts
        self._is_ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="yingda-worker", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()
        self.file_reading.start()
        self.sender.start()
        for part in self.slow_parts:
            part.start()

    def stop(self) -> None:
        """End after the batch in hand and give the lease back, as far as the time allows."""
        self._is_ending.set()
        self.worker.stop()
        for part in self.slow_parts:
            part.stop()
        self.sender.stop()
        self.file_reading.stop(STOP_SECONDS)
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        try:
            self.worker.run()
        except Exception:  # the entrance of the background thread
            log.exception("worker ended, restarting the process")
            if not self._is_ending.wait(RESTART_SECONDS):
                os.kill(os.getpid(), signal.SIGTERM)


def _stop_background(arbiter: Any, _process: Any) -> None:
    """gunicorn calls this in a web process that ends."""
    if arbiter.app.background is not None:
        arbiter.app.background.stop()


@kb.command()
@click.option("--demo", is_flag=True, help="空库时装入演示城市")
@click.option("--with-worker", is_flag=True, help="后台任务也在这个进程里运行")
@click.option("--workers", default=2, type=click.IntRange(1, 64), help="进程数")
@speaks
def serve(demo: bool, with_worker: bool, workers: int) -> None:
    """启动网页服务（gunicorn）。"""
    settings = Settings.from_env()
    require_free(settings.host, settings.port)
    program = build(settings)
    if demo or current(program.database.engine) is None:
        set_up(program, demo=demo)
    else:
        require_current(program.database)
    with program.database.reading() as session:
        is_demo, is_first_run = holds_demo(session), is_empty(session)
    code = ""
    if is_first_run:
        with program.database.unit_of_work() as session:
            code = new_code(session)
    program.close()
    if is_demo and not settings.profile:
        settings = _with_profile(settings)
    announce(settings, is_demo)
    if code:
        click.echo(f"还没有任何人员：打开 http://{settings.host}:{settings.port}/first-run")
        click.echo(f"  开通码 {code}（只用一次；再次启动会换新的）")
    options = {
        "bind": f"{settings.host}:{settings.port}",
        "worker_class": HttpWorker,
        "workers": 1 if with_worker else workers,
        "threads": 8,
        "timeout": 60,
        "graceful_timeout": 10,
        "limit_request_line": 8190,
        "loglevel": "warning",
        "proc_name": "yingda",
        "worker_exit": _stop_background,
    }
    sys.stdout.flush()
    Server(settings, options, with_worker).run()


def require_free(host: str, port: int) -> None:
    """Refuse to begin where another program listens: no page and no code of ours would be there.

    :raises click.ClickException: the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            return  # what else is wrong with the address the server says itself
        raise click.ClickException(
            f"{host}:{port} 已被占用，应答没有启动，数据没有变化；"
            f"换一个端口再试：同一条命令，前面写 PORT={port + 1}"
        ) from error


def _with_profile(settings: Settings) -> Settings:
    from dataclasses import replace

    return replace(settings, profile=str(PROFILE))


def announce(settings: Settings, is_demo: bool) -> None:
    """Say where the pages are, and for the demo who may log in."""
    base = f"http://{settings.host}:{settings.port}"
    pages = (
        ("公众", "/"),
        ("坐席台", "/desk"),
        ("单位门户", "/units"),
        ("工单", "/dispatch"),
        ("督办", "/supervise"),
        ("管理", "/admin"),
        ("接口说明", "/api/docs"),
    )
    click.echo("应答已启动，按 Ctrl+C 停止")
    for name, path in pages:
        click.echo(f"  {name:　<5}{base}{path}")
    if is_demo:
        from demo.load import DEMO_PASSWORD, log_ins

        click.echo(f"演示登录（口令都是 {DEMO_PASSWORD}）：")
        for username, roles, unit in log_ins():
            click.echo(f"  {username:<12}{roles}　{unit}")


@kb.command("worker")
@speaks
def run_worker() -> None:
    """运行后台进程：写索引，做后台任务，识别扫描件。索引写入出错时退出，由系统服务重启。"""
    with opened() as program:
        worker = program.worker()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: worker.stop())
        sender, reading, slow = program.sender(), program.file_reading(), program.slow_parts()
        for part in [*slow, program.heartbeats([sender, reading, *slow])]:
            part.start()
        sender.start()
        reading.start()
        try:
            worker.run()
        finally:
            reading.stop(STOP_SECONDS)
            sender.stop(STOP_SECONDS)
