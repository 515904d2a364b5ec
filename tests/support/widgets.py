"""Looking into what an activity shows."""

import ipywidgets as w


def tree(widget: w.Widget) -> list[w.Widget]:
    """The widget and all that stand in it."""
    children = getattr(widget, "children", ())
    return [widget, *(found for child in children for found in tree(child))]
