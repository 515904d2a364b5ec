"""The menus of the learner's JupyterLab."""

from __future__ import annotations

import json
from importlib import util
from pathlib import Path


def menu_labels() -> set[str]:
    """What JupyterLab's French translation calls its commands."""
    origin = util.find_spec("jupyterlab_language_pack_fr_FR").origin
    (path,) = Path(origin).parent.rglob("jupyterlab.json")
    texts = json.loads(path.read_text(encoding="utf-8"))
    return {text for forms in texts.values() if isinstance(forms, list) for text in forms}
