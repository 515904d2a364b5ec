"""The two Spark cells of lesson 13, on Sail."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jupytext
import pandas as pd
import pytest

from rfm_helpers import COURSE_DATE, assign_segments, load_orders, rfm_table, score_rfm

SOURCE = Path(__file__).parents[2] / "sources" / "lessons" / "13_passage_a_l_echelle.py"


def test_the_cells_of_lesson_13_find_marc(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = load_orders()[["client_id", "commande_id", "date_achat", "montant"]]
    stores = [
        lines.assign(client_id=store + lines["client_id"], commande_id=store + lines["commande_id"])
        for store in ("M006-", "M007-")
    ]
    pd.concat(stores).to_parquet(tmp_path / "vingt.parquet")
    known: dict[str, Any] = {
        "find_spec": find_spec, "dossier": tmp_path, "COURSE_DATE": COURSE_DATE,
        "rfm_table": rfm_table, "score_rfm": score_rfm, "assign_segments": assign_segments,
    }  # fmt: skip
    cells = [cell.source for cell in jupytext.read(SOURCE).cells if cell.cell_type == "code"]
    first, second = [source for source in cells if "spark" in source]
    exec(first, known)
    exec(second, known)
    known["spark"].stop()
    known["serveur"].stop()
    assert capsys.readouterr().out.splitlines() == [
        "Spark répond.", "Marc, sur Spark\u00a0: 234, À ne pas perdre.",
    ]  # fmt: skip
