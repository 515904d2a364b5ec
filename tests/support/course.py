"""Where the course stands, and the scripts that make it."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = Path(os.environ.get("RFM_NOTEBOOKS", ROOT / "notebooks"))


def load_tool(name: str) -> ModuleType:
    """Import one script of ``sources/tools``."""
    path = ROOT / "sources" / "tools" / f"{name}.py"
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))
    spec = importlib.util.spec_from_file_location(f"course_{name}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
