"""Maison Orsenne: the simulated house whose files the course reads.

``python -m rfm_helpers.teacher.house`` writes every file of ``data/orsenne`` again, byte for
byte, and the tables of the pages that describe them. All that can be tuned is in ``REFERENCE``.

Customers follow a buy-till-you-die process: each has a rhythm (gamma) and a chance of leaving
after each order (beta), both moved by what the course wants to be found in the data.
"""

from .files import FILES, generate, write_files
from .parameters import REFERENCE, SEED, Parameters
from .raw_export import RawExport
from .simulation import House, simulate

__all__ = [
    "FILES",
    "REFERENCE",
    "SEED",
    "House",
    "Parameters",
    "RawExport",
    "generate",
    "simulate",
    "write_files",
]
