"""/api/docs: complete, Chinese, and without anything the content policy forbids."""

import html
import re

from flask.testing import FlaskClient


def test_every_operation_is_on_the_page(client: FlaskClient) -> None:
    spec = client.get("/api/v1/openapi.json").json
    page = client.get("/api/docs").text
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                assert path in page
                assert operation["summary"] in page
    for name in re.findall(r'href="#(schema-[^"]+)"', page):
        assert f'id="{name}"' in page, name


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(client: FlaskClient) -> None:
    answer = client.get("/api/docs")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert " style=" not in answer.text
    assert re.findall(r"<script(?![^>]*src=)", answer.text) == []
    sources = re.findall(r'(?:src|href)="(https?://[^"]+)"', answer.text)
    assert sources == []


def test_the_entrance_names_both(client: FlaskClient) -> None:
    assert client.get("/api/v1").json["docs"] == "/api/docs"


def test_the_printed_examples_send_chinese_encoded(client: FlaskClient) -> None:
    """curl sends what stands in an address as it is, and the server answers 400 to raw Chinese."""
    page = html.unescape(client.get("/api/docs").text)
    asked = page[page.index("curl ") : page.index("/search\n")]
    assert asked.startswith("curl -G ")
    assert '--data-urlencode "q=公租房怎么申请"' in asked
    assert re.findall(r"https?://[^\s<]*[一-鿿]", page[page.index("curl ") :]) == []
