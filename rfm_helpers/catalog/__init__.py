"""The course's catalog: segment grids, segment sheets and customer types, kept as YAML files."""

from rfm_helpers.catalog.base import CatalogModel, load_yaml
from rfm_helpers.catalog.cases import CASE_NAMES, BudgetTable, Case, load_case
from rfm_helpers.catalog.contact_law import ContactLaw, load_contact_law
from rfm_helpers.catalog.customer_types import CustomerType, load_customer_types
from rfm_helpers.catalog.grids import GRID_NAMES, Grid, GridSegment, all_codes, load_grid
from rfm_helpers.catalog.plans import (
    CostLine,
    Objective,
    Plan,
    PlannedAction,
    Statement,
    Strategy,
    SubStrategy,
    Target,
)
from rfm_helpers.catalog.segments import Action, SegmentSheet, load_segments

__all__ = [
    "CASE_NAMES",
    "GRID_NAMES",
    "Action",
    "BudgetTable",
    "Case",
    "CatalogModel",
    "ContactLaw",
    "CostLine",
    "CustomerType",
    "Grid",
    "GridSegment",
    "Objective",
    "Plan",
    "PlannedAction",
    "SegmentSheet",
    "Statement",
    "Strategy",
    "SubStrategy",
    "Target",
    "all_codes",
    "load_case",
    "load_contact_law",
    "load_customer_types",
    "load_grid",
    "load_segments",
    "load_yaml",
]
