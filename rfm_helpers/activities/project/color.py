"""A field for a colour, both of whose parts have a name; those of ipywidgets' chooser have one."""

from __future__ import annotations

from pathlib import Path

from anywidget import AnyWidget
from traitlets import Unicode

from rfm_helpers import palette
from rfm_helpers.activities.typed import Typed
from rfm_helpers.french.words import french

_CSS = """
.rfm-color { display: flex; flex: 0 0 auto; align-items: center; margin: 2px; gap: 6px; }
.rfm-color input { font: inherit; height: 28px; padding: 3px 6px; box-sizing: border-box; }
.rfm-color input[type=color] { width: 44px; padding: 2px; }
"""


class ColorField(Typed, AnyWidget):  # type: ignore[misc]
    """A colour as ``#7a1f3d``: its code to type, the browser's chooser beside it.

    Of a code that is none, the chooser shows the colour that the deck then has.
    """

    _esm = Path(__file__).parent / "color.js"
    _css = _CSS
    description = Unicode(french("Sa couleur :")).tag(sync=True)
    chooser = Unicode("Choisir sa couleur").tag(sync=True)
    fallback = Unicode(palette.HEAD).tag(sync=True)
    value = Unicode(palette.HEAD).tag(sync=True)
