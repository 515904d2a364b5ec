"""Work of ours on strangers' data: a process that is given up, and what is said of it."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from rfm_helpers.teacher.apart import (
    BROKEN,
    TOO_LARGE,
    TOO_SLOW,
    Budget,
    Helpers,
    UnfinishedError,
    apart,
    swept_folder,
)

SMALL = Budget(seconds=1, memory_mb=300)
limited = pytest.mark.skipif(sys.platform == "win32", reason="the system does not limit")


def compute_for_ever() -> None:
    while True:
        pass


def compute_a_little() -> int:
    """The process that has just computed for 0.8 s."""
    end = time.process_time() + 0.8
    while time.process_time() < end:
        pass
    return os.getpid()


def take_memory() -> int:
    return len(bytes(2**30))


def be_wrong() -> None:
    raise RecursionError("never told to anyone")


def die() -> None:
    os._exit(3)


def test_the_value_comes_back() -> None:
    assert apart(sorted, SMALL, ["b", "a"], reverse=True) == ["b", "a"]


@limited
def test_endless_work_ends_by_the_time_that_it_computed() -> None:
    with pytest.raises(UnfinishedError, match=TOO_SLOW):
        apart(compute_for_ever, SMALL)


@limited
def test_one_call_that_never_returns_to_python_ends_too() -> None:
    """Marks on one letter are put in order one by one, in C: the time is the square of theirs."""
    marks = "e" + "\u0301\u0323" * 400_000
    with pytest.raises(UnfinishedError, match=TOO_SLOW):
        apart(unicodedata.normalize, SMALL, "NFD", marks)


@limited
def test_greed_is_refused_and_harms_no_one() -> None:
    with pytest.raises(UnfinishedError, match=TOO_LARGE):
        apart(take_memory, SMALL)
    assert apart(len, SMALL, "abc") == 3


def test_an_error_is_named_and_its_text_kept_from_everyone() -> None:
    with pytest.raises(UnfinishedError) as caught:
        apart(be_wrong, SMALL)
    assert str(caught.value) == BROKEN.format(name="RecursionError")
    with pytest.raises(UnfinishedError, match="code 3"):
        apart(die, SMALL)


def test_threads_work_side_by_side_and_nothing_stays() -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda text: apart(len, SMALL, text), ["a" * n for n in range(8)]))
    assert found == list(range(8))
    helpers = psutil.Process().children()
    assert not [child for helper in helpers for child in helper.children()]


def test_a_process_serves_again_unless_its_work_failed_and_none_stays() -> None:
    with Helpers() as helpers:
        first, again = (helpers.apart(os.getpid, SMALL) for _ in range(2))
        assert first == again != os.getpid()
        with pytest.raises(UnfinishedError):
            helpers.apart(be_wrong, SMALL)
        other = helpers.apart(os.getpid, SMALL)
        assert other != first and not psutil.pid_exists(first)
        killed = psutil.Process(other)
        killed.kill()
        killed.wait(10)
        last = helpers.apart(os.getpid, SMALL)
    assert last not in (first, other) and not psutil.pid_exists(last)


@limited
def test_each_piece_of_work_has_a_budget_of_its_own() -> None:
    with Helpers() as helpers:
        first, *others = (helpers.apart(compute_a_little, SMALL) for _ in range(3))
    assert others == [first] * 2


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="sockets have no names here")
def test_processes_meet_where_the_temporary_folder_has_a_long_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with swept_folder() as folder, socket.socket(socket.AF_UNIX) as one:
        one.bind(f"{folder}/listener-12345678")
