"""The package's front door: every name it offers is there, and none costs anything before use."""

import os
import subprocess
import sys

import rfm_helpers


def test_every_name_offered_loads():
    assert len(rfm_helpers.__all__) > 50
    for name in rfm_helpers.__all__:
        assert getattr(rfm_helpers, name) is not None


def test_importing_the_package_loads_no_heavy_library():
    heavy = ["duckdb", "ipywidgets", "matplotlib", "pandera", "polars", "pyarrow", "pydantic"]
    code = f"import sys, rfm_helpers; print([name for name in {heavy} if name in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert printed.stdout.strip() == "[]"


def test_what_two_lessons_need_is_loaded_by_no_name_that_they_take():
    code = (
        "import sys, rfm_helpers; [getattr(rfm_helpers, name) for name in rfm_helpers.__all__]\n"
        "print([name for name in ('sklearn', 'scipy') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert printed.stdout.strip() == "[]"


def test_a_notebook_gives_back_what_its_cells_have_freed():
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "shell.run_cell('import rfm_helpers, polars, pyarrow, os')\n"
        "shell.run_cell('print(pyarrow.default_memory_pool().backend_name)')\n"
        "shell.run_cell('print(os.environ[\"_RJEM_MALLOC_CONF\"])')\n"
        "print([one.__name__ for one in shell.events.callbacks['post_run_cell']])"
    )
    # A test that imports Polars first has set this for every process it starts.
    alone = {name: value for name, value in os.environ.items() if name != "_RJEM_MALLOC_CONF"}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=alone)
    arrow, polars, after_a_cell = ran.stdout.splitlines()
    assert arrow == "system" and "give_back" in after_a_cell
    assert polars.endswith("dirty_decay_ms:50,muzzy_decay_ms:0")
