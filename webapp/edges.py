"""What is sent, made fit for the database before any view sees it."""

from collections.abc import Iterable
from typing import Any

from flask import Request as FlaskRequest
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter, Map

MAX_ID = 2**31 - 1


class RowId(IntegerConverter):
    """A row's id in an address; what no row can have is an unknown address."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **({"max": MAX_ID} | options))


class Values(ImmutableMultiDict[str, Any]):
    """Fields of a form or an address, without the NUL that PostgreSQL cannot store."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] | Any = None) -> None:
        if isinstance(pairs, (list, tuple)):
            pairs = [
                (name, value.replace("\0", "") if isinstance(value, str) else value)
                for name, value in pairs
            ]
        super().__init__(pairs)


class Request(FlaskRequest):
    """A request whose forms and addresses hold text that can be kept."""

    parameter_storage_class = Values
