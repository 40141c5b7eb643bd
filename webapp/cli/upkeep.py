"""``kb mail-test``: does the configured mail server take a mail?"""

import secrets

import click

from kb.clock import utc_now
from kb.errors import InvalidInput
from kb.mail_address import check_address
from kb.mail_post import MailRefused, compose, smtp_send
from webapp.cli.main import kb, speaks
from webapp.compose import smtp_server
from webapp.settings import Settings


@kb.command("mail-test")
@click.argument("address")
@speaks
def mail_test(address: str) -> None:
    """向 ADDRESS 试发一封邮件，核对发信服务器的设置。"""
    settings = Settings.from_env()
    server = smtp_server(settings)
    if server is None:
        raise InvalidInput("没有设置发信服务器：请设置 KB_SMTP_HOST、KB_SMTP_FROM 和 KB_PUBLIC_URL")
    if not check_address(address):
        raise InvalidInput("请写明收件地址")
    body = f"这是应答知识库的试发邮件，收到即表示发信设置可用。\n{settings.public_url}\n"
    message = compose(
        server.sender,
        check_address(address),
        "应答知识库：试发邮件",
        body,
        now=utc_now(),
        name=f"test-{secrets.token_hex(8)}",
    )
    try:
        smtp_send(server)(message)
    except MailRefused as refused:
        raise InvalidInput(f"没有发出：{refused.reason}") from refused
    click.echo(f"✓ 已交给 {server.host}:{server.port}，请到 {address} 查收")
