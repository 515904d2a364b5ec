"""What holds for every test: a folder of answers of its own, no clock, and no skip in CI."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from support.outcomes import OUTCOMES

pytest.register_assert_rewrite("support.exercise_answers")

IN_CI = os.environ.get("RFM_CI") == "1"

# How long an example takes says how busy the machine is.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

#: Files that take minutes. They start first, so that no worker is left alone with one at the end.
SLOWEST = (
    "test_activities.py",
    "test_later_activities.py",
    "test_hostile.py",
    "test_batch.py",
    "test_sandbox.py",
    "test_devoir_1.py",
    "test_devoir_2.py",
)


def pytest_configure(config: pytest.Config) -> None:
    """Keep notebooks and doctests away from the answers of whoever runs the tests."""
    folder = tempfile.TemporaryDirectory()
    config.add_cleanup(folder.cleanup)
    os.environ["RFM_REPONSES"] = folder.name


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the slowest files start first (with pytest-xdist's ``--no-loadscope-reorder``)."""
    ranks = {name: rank for rank, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: ranks.get(item.path.name, len(ranks)))


@pytest.fixture(autouse=True)
def answers_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Give each test a folder of answers of its own."""
    folder = tmp_path / "reponses"
    monkeypatch.setenv("RFM_REPONSES", str(folder))
    return folder


def refuse_skip(report: pytest.CollectReport | pytest.TestReport) -> None:
    """Where every program is installed (``RFM_CI=1``), count a skip as a failure."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} is skipped in CI: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let no file be skipped in CI."""
    report = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let no test be skipped in CI, and tell fixtures how the test went."""
    report = yield
    refuse_skip(report)
    item.stash.setdefault(OUTCOMES, {})[report.when] = report.outcome
    return report
