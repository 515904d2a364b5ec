"""The course's content, kept as YAML files: ``X.py`` reads ``X.yaml``, or the folder ``X/``.

`base` is how a file is read and refused; `plans` is what cases and activities share.
"""

from rfm_helpers.catalog.cases import Case, load_case
from rfm_helpers.catalog.contact_law import load_contact_law
from rfm_helpers.catalog.customer_types import CustomerType, load_customer_types
from rfm_helpers.catalog.grids import Grid, all_codes, load_grid
from rfm_helpers.catalog.plans import CostLine, Objective, Plan, Statement, Strategy, Target
from rfm_helpers.catalog.segments import Action, SegmentSheet, load_segments

__all__ = [
    "Action",
    "Case",
    "CostLine",
    "CustomerType",
    "Grid",
    "Objective",
    "Plan",
    "SegmentSheet",
    "Statement",
    "Strategy",
    "Target",
    "all_codes",
    "load_case",
    "load_contact_law",
    "load_customer_types",
    "load_grid",
    "load_segments",
]
