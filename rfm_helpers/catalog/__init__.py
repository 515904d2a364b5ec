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

__all__ = [
    "GRID_NAMES",
    "Action",
    "CatalogModel",
    "CustomerType",
    "Grid",
    "GridSegment",
    "SegmentSheet",
    "all_codes",
    "load_customer_types",
    "load_grid",
    "load_segments",
    "load_yaml",
]
