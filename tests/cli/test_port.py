"""``kb serve`` begins nothing where another program listens."""

import socket

import click
import pytest

from webapp.cli.serving import require_free


def test_a_taken_port_is_refused_with_a_sentence_and_another_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(click.ClickException, match=f"127.0.0.1:{port} 已被占用") as refused:
            require_free("127.0.0.1", port)
    assert f"同一条命令，前面写 PORT={port + 1}" in refused.value.message
    require_free("127.0.0.1", port)  # free again
