"""A learner's own file: writing it, reading it, and what its log says."""

import openpyxl
import pytest

from rfm_helpers.datasets import clean_orders, read_orders
from rfm_helpers.errors import CourseError

NAMES = {"customer": "Client", "order": "Commande", "date": "Jour", "amount": "Montant"}


def write(tmp_path, content, name="ventes.csv"):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def book(tmp_path, sheets, name="ventes.xlsx", change=None):
    """A workbook of these sheets (title → rows); `change` is given it before it is saved."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        page = made.create_sheet(title)
        for row in rows:
            page.append(row)
    if change:
        change(made)
    path = tmp_path / name
    made.save(path)
    return path


def plain(text):
    return text.replace("\u00a0", " ")


def cleaned(path, **options):
    frame = read_orders(path, **NAMES, **options)
    return frame, clean_orders(frame, **NAMES)[1]


def remarks(log):
    table = log.table.set_index("defaut")
    return {
        plain(name): plain(f"{row['lignes']} | {row['traitement']} | {row['exemples']}")
        for name, row in table.iterrows()
    }


def refused(path, **options):
    with pytest.raises(CourseError) as caught:
        read_orders(path, **{**NAMES, **options})
    message = plain(str(caught.value))
    assert "n’a pas pu travailler" not in message
    return message
