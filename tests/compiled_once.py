"""What every application compiles in the same way, compiled once for a whole test run.

Each test builds an application of its own. Three things in it cost more than most tests: turning
some 400 addresses into functions, templates into code, and queries into SQL. They depend on nothing
but their source and the kind of database, so a run keeps them; the program itself compiles them
once.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from kb import db


class KeptTemplates(BytecodeCache):
    """Compiled templates in memory; Jinja compares each with its source before using it."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


@contextmanager
def compiled_once() -> Iterator[None]:
    """Keep compiled addresses, templates and queries while the context lasts."""
    with _addresses_and_templates(), _queries():
        yield


@contextmanager
def _queries() -> Iterator[None]:
    """SQL is kept by dialect; here two engines for the same kind of server have the same one."""
    make: Callable[..., Engine] = db.create_engine
    kept: Any = LRUCache(20_000)

    def make_with_kept(*args: Any, **options: Any) -> Engine:
        engine = make(*args, **options)
        engine._compiled_cache = kept
        return engine

    same, numbered = DefaultDialect.__eq__, DefaultDialect.__hash__
    db.create_engine = make_with_kept  # type: ignore[assignment]
    DefaultDialect.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[method-assign]
    DefaultDialect.__hash__ = lambda one: hash(type(one))  # type: ignore[method-assign]
    try:
        yield
    finally:
        db.create_engine = make
        DefaultDialect.__eq__, DefaultDialect.__hash__ = same, numbered  # type: ignore[method-assign]


@contextmanager
def _addresses_and_templates() -> Iterator[None]:
    compile_builder: Callable[..., Any] = Rule._compile_builder
    built: dict[Any, Any] = {}

    def kept_builder(rule: Rule, append_unknown: bool = True) -> Any:
        # All that a builder is made of; the rule itself is handed to it with each call.
        parts = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if parts not in built:
            built[parts] = compile_builder(rule, append_unknown)
        return built[parts]

    options = Flask.jinja_options
    Rule._compile_builder = kept_builder  # type: ignore[method-assign]
    Flask.jinja_options = {**options, "bytecode_cache": KeptTemplates()}
    try:
        yield
    finally:
        Rule._compile_builder = compile_builder  # type: ignore[method-assign]
        Flask.jinja_options = options
