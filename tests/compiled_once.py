"""What every application compiles in the same way, compiled once for a whole test run.

Each test builds an application of its own. Two things in it cost more than most tests: turning
some 350 addresses into functions, and templates into code. Both depend on nothing but their
source, so a run keeps them; the program itself compiles them once at its start.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


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
    """Keep compiled addresses and templates while the context lasts."""
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
