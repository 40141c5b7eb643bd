"""gunicorn's threaded worker, with our own sentence where it would answer in English."""

from typing import Any

from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

_BODY = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>地址太长</title>'
    "<h1>问题太长，没有检索</h1>"
    "<p>请把问题写短些再查：一次最多检索 200 个字。返回上一页，您输入的内容还在。</p></html>"
).encode()
_ANSWER = (
    b"HTTP/1.1 414 URI Too Long\r\nConnection: close\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n"
    b"Content-Length: " + str(len(_BODY)).encode() + b"\r\n\r\n" + _BODY
)


class HttpWorker(ThreadWorker):
    """Answers an address that is too long before the application could."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """As gunicorn does, but in Chinese for what people really meet."""
        if isinstance(exc, LimitRequestLine):
            client.sendall(_ANSWER)
            return
        super().handle_error(req, client, addr, exc)
