"""A PostgreSQL server of Debian's packages, on a socket, with a user who may only read."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
needs_postgres = pytest.mark.skipif(
    PROGRAMS is None, reason="install the Debian package postgresql"
)
#: The server refuses to be root.
AS_SERVER = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
#: Without jit: compiling the many sums of a pass takes longer than the pass.
OPTIONS = "-c listen_addresses='' -c unix_socket_directories={} -c fsync=off -c jit=off"
OPTIONS += " -c work_mem=256MB -c shared_buffers=256MB"

READER = """
create role lecteur login password 'secret';
alter role lecteur set default_transaction_read_only = on;
grant pg_read_all_data to lecteur;
"""


@contextmanager
def server(script: str) -> Iterator[dict[str, str]]:
    """Start a server, run a script as its owner; give the environment by which a reader connects.

    Args:
        script: SQL that makes the tables.
    """
    assert PROGRAMS is not None
    folder = Path(tempfile.mkdtemp(prefix="rfm-postgres-"))
    if AS_SERVER:
        shutil.chown(folder, "postgres")
    data, log = folder / "data", folder / "log"
    password = folder / "mot_de_passe"
    password.write_text("proprietaire")
    _run("initdb", "-D", data, "-A", "scram-sha-256", "-U", "proprietaire",
         f"--pwfile={password}", "-E", "UTF8", "--locale=C.UTF-8")  # fmt: skip
    _run("pg_ctl", "-D", data, "-l", log, "-w", "-o", OPTIONS.format(folder), "start")
    try:
        place = {"PGHOST": str(folder), "PGDATABASE": "postgres"}
        owner = {"PGUSER": "proprietaire", "PGPASSWORD": "proprietaire"}
        _run("psql", "-v", "ON_ERROR_STOP=1", "-q", given=READER + script, more=place | owner)
        yield place | {"PGUSER": "lecteur", "PGPASSWORD": "secret"}
    finally:
        _run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def _run(program: str, *words: object, given: str = "", more: dict[str, str] | None = None) -> None:
    assert PROGRAMS is not None
    # In a file: the server that pg_ctl starts keeps the outputs that it is given open.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [*AS_SERVER, str(PROGRAMS / program), *map(str, words)],
            env={**os.environ, **(more or {})}, cwd="/", input=given, text=True, stdout=output,
            stderr=output,
        )  # fmt: skip
        output.seek(0)
        assert done.returncode == 0, output.read()
