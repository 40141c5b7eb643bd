"""What travels: files kept for a year under their own address, pages packed, lengths blurred."""

import gzip
import re

from flask.testing import FlaskClient

PACKED = {"Accept-Encoding": "gzip"}


def addresses(client: FlaskClient) -> list[str]:
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/login").text)


def test_a_page_names_files_that_may_be_kept_for_a_year(client: FlaskClient) -> None:
    named = addresses(client)
    assert any("/base.css?v=" in address for address in named)
    for address in named:
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_file_under_another_version_is_asked_for_again_each_time(client: FlaskClient) -> None:
    answer = client.get("/static/yingda.js?v=0123456789")
    assert answer.headers["Cache-Control"] == "public, no-cache"
    again = client.get("/static/yingda.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/static/nothing.css").status_code == 404
    assert client.get("/static/../settings.py").status_code == 404


def test_the_base_sheet_is_its_parts_one_after_the_other(client: FlaskClient) -> None:
    whole = client.get("/static/base.css").data
    tokens, own = (client.get(f"/static/{name}").data for name in ("tokens.css", "yingda.css"))
    assert whole.endswith(tokens + b"\n" + own)
    assert b"Bootstrap" in whole[:200]


def test_files_and_pages_are_packed_for_whoever_takes_it(client: FlaskClient) -> None:
    for path in ("/static/base.css", "/login"):
        plain, packed = client.get(path), client.get(path, headers=PACKED)
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert len(packed.data) < len(plain.data)
        assert gzip.decompress(packed.data)[:200] == plain.data[:200]


def test_the_length_of_a_packed_page_says_nothing_exact(client: FlaskClient) -> None:
    lengths = {len(client.get("/login", headers=PACKED).data) for _ in range(12)}
    assert len(lengths) > 3
