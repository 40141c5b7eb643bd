"""Invented matters of an invented city, one module for each field of life."""

from bench.conflicts_data.matters.care import MATTERS as CARE
from bench.conflicts_data.matters.matter import Matter
from bench.conflicts_data.matters.work_and_homes import MATTERS as WORK_AND_HOMES

__all__ = ["MATTERS", "Matter"]

MATTERS = CARE + WORK_AND_HOMES
