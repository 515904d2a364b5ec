"""A field for a file: ipywidgets' own ends its words with a count, « (0) »."""

from __future__ import annotations

from pathlib import Path

from anywidget import AnyWidget
from traitlets import Tuple, Unicode

_CSS = """
.rfm-file { display: flex; flex: 0 1 auto; align-items: center; margin: 2px; gap: 8px; }
.rfm-file button { width: auto; margin: 0; }
.rfm-file span { overflow-wrap: anywhere; }
"""


class FileField(AnyWidget):  # type: ignore[misc]
    """A button that chooses a file: `value` holds its `name` and `content`, or nothing."""

    _esm = Path(__file__).parent / "file_field.js"
    _css = _CSS
    description = Unicode().tag(sync=True)
    tooltip = Unicode().tag(sync=True)
    accept = Unicode().tag(sync=True)
    value = Tuple().tag(sync=True)
