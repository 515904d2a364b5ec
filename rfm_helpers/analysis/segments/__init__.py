"""From scores to segments: naming, auditing a grid, explaining a customer, describing segments."""

from rfm_helpers.analysis.segments.assign import assign_segments
from rfm_helpers.analysis.segments.audit import Audit, audit_grid
from rfm_helpers.analysis.segments.explain import Explanation, explain_segment
from rfm_helpers.analysis.segments.profile import segment_profile
from rfm_helpers.analysis.segments.types import (
    customer_features,
    customer_type_counts,
    customer_types,
)

__all__ = [
    "Audit",
    "Explanation",
    "assign_segments",
    "audit_grid",
    "customer_features",
    "customer_type_counts",
    "customer_types",
    "explain_segment",
    "segment_profile",
]
