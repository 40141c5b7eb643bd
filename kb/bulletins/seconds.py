"""Whole seconds between two stored instants, said in the words of each database."""

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class seconds_between(FunctionElement[int]):
    """``seconds_between(earlier, later)``; empty when either is."""

    type = BigInteger()
    inherit_cache = True


@compiles(seconds_between, "sqlite")
def _sqlite(element: seconds_between, compiler: SQLCompiler, **kw: Any) -> str:
    earlier, later = (compiler.process(one, **kw) for one in element.clauses)
    return (
        f"(CAST(strftime('%s', {later}) AS INTEGER) - CAST(strftime('%s', {earlier}) AS INTEGER))"
    )


@compiles(seconds_between, "postgresql")
def _postgresql(element: seconds_between, compiler: SQLCompiler, **kw: Any) -> str:
    earlier, later = (compiler.process(one, **kw) for one in element.clauses)
    # date_part is a double, exact to the microsecond; extract would be a slow numeric.
    whole = "floor(date_part('epoch', {}))"
    return f"CAST({whole.format(later)} - {whole.format(earlier)} AS BIGINT)"
