"""The course's catalog: segment grids, segment sheets and customer types, kept as YAML files."""

from rfm_helpers.catalog.loading import (
    GRID_NAMES,
    load_customer_types,
    load_grid,
    load_segments,
    load_yaml,
)
from rfm_helpers.catalog.models import (
    Action,
    CatalogModel,
    CustomerType,
    Grid,
    GridSegment,
    SegmentSheet,
    all_codes,
)
from rfm_helpers.catalog.strategies import (
    CASE_NAMES,
    BudgetTable,
    Case,
    CostLine,
    Objective,
    Plan,
    PlannedAction,
    Statement,
    Strategy,
    SubStrategy,
    Target,
    load_case,
)

__all__ = [
    "CASE_NAMES",
    "GRID_NAMES",
    "Action",
    "BudgetTable",
    "Case",
    "CatalogModel",
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
    "load_customer_types",
    "load_grid",
    "load_segments",
    "load_yaml",
]
