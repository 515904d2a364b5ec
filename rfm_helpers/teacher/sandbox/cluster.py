"""The same jobs on the computers of a dask.distributed cluster, in place of this one's processes.

Each computer of the cluster opens a pool of sandboxes for the time of a grading. A job travels by
value and its run comes back: no folder is shared, and the course's key stays on this computer.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Self

from rfm_helpers.errors import CourseError
from rfm_helpers.teacher.sandbox.joining import Meeting, conditions, differences
from rfm_helpers.teacher.sandbox.pool import Job, Limits, Pool, Run

try:
    from distributed import (
        CancelledError,
        Client,
        Future,
        KilledWorker,
        WorkerPlugin,
        as_completed,
        get_worker,
    )
except ImportError as error:
    raise CourseError(
        "Corriger sur une grappe demande la bibliothèque `distributed`, qui manque : installez-la "
        "depuis le dossier du cours, par `pip install -e '.[grappe]' -c requirements.lock`."
    ) from error

MEET_SECONDS = 20
#: Jobs sent for each that can run: while one is marked here, another runs there.
AHEAD = 2
#: How often a job may be lost with the computers that ran it; dask gives it up each fourth time.
MOST_LOSSES = 25

UNFIT = "L’ordinateur « {address} » de la grappe ne peut pas corriger : {reason}"
OTHER = "{differences}. Installez-y le même cours, aux versions de `requirements.lock`."
UNREADY = (
    "La grappe ne sait pas corriger ({reason}) : installez le même cours, avec « [grappe] », sur "
    "chacun de ses ordinateurs, celui qui répartit compris."
)
SILENT = (
    "La grappe ne répond pas à l’adresse « {address} » ({reason}) : vérifiez l’adresse, que la "
    "grappe est démarrée, et, pour `tls://`, que ses certificats sont dans les réglages de dask."
)
EMPTY = "La grappe « {address} » n’a aucun ordinateur qui travaille : démarrez-en, puis relancez."
LOST = (
    "La grappe ne répond plus, ou perd ses ordinateurs ({reason}) : quand elle ira mieux, relancez "
    "la même commande avec « --reprendre », et la correction continuera."
)


class Sandboxes(WorkerPlugin):  # type: ignore[misc]
    """The pool of one computer of the cluster, while a class is graded.

    Jobs are sent only to those who have it (a resource of dask named as the plugin), so that a
    computer that comes later and is not fit gets none.
    """

    def __init__(self, name: str, limits: Limits, expected: dict[str, str]) -> None:
        self.name = name
        self.pool: Pool | None = None
        self._limits = limits
        self._expected = expected

    async def setup(self, worker: Any) -> None:
        """Open the pool and say how many jobs it takes.

        Raises:
            CourseError: this computer cannot isolate jobs, or does not hold the same course.
        """
        try:
            if found := differences(self._expected, conditions()):
                raise CourseError(OTHER.format(differences=found))
            self.pool = Pool(worker.state.nthreads, limits=self._limits).__enter__()
        except CourseError as error:
            raise CourseError(UNFIT.format(address=worker.address, reason=error)) from error
        await worker.set_resources(**{self.name: worker.state.nthreads})

    def teardown(self, worker: Any) -> None:
        """Close the pool."""
        if self.pool:
            self.pool.__exit__()


def run_here(job: Job, name: str) -> Run:
    """Run a job in the pool of the computer of the cluster on which this is called."""
    (run,) = get_worker().plugins[name].pool.run([job])
    return run  # type: ignore[no-any-return]


class Cluster:
    """The computers of a cluster, used as a `Pool` is.

    ``processes`` is how many jobs to give at once.

    Raises:
        CourseError: on entering, if the cluster does not answer, has no computer, or has one that
            can be overheard (see `Meeting`) or is not fit (see `Sandboxes`).
    """

    def __init__(self, meeting: Meeting, limits: Limits) -> None:
        self._meeting = meeting
        self._limits = limits
        self._name = f"rfm-cours-{uuid.uuid4()}"
        self._sent: set[Future] = set()
        self._is_stopped = False
        self.processes = 0

    def __enter__(self) -> Self:
        address = self._meeting.address
        try:
            self._client = Client(address, timeout=MEET_SECONDS, set_as_default=False)
        except Exception as error:
            reason = type(error).__name__
            raise CourseError(SILENT.format(address=address, reason=reason)) from error
        try:
            self._gather()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _gather(self) -> None:
        """Have every computer of the cluster open its sandboxes."""
        with suppress(TimeoutError):
            self._client.wait_for_workers(1, timeout=MEET_SECONDS)
        threads = self._client.nthreads()
        if not threads:
            raise CourseError(EMPTY.format(address=self._meeting.address))
        for address in threads:
            self._meeting.check(address)
        self.processes = AHEAD * sum(threads.values())
        try:
            sandboxes = Sandboxes(self._name, self._limits, conditions())
            self._client.register_plugin(sandboxes, name=self._name)
        except CourseError:
            raise
        except Exception as error:
            raise CourseError(UNREADY.format(reason=f"{type(error).__name__} : {error}")) from error

    def __exit__(self, *_details: object) -> None:
        with suppress(Exception):
            self._client.unregister_worker_plugin(self._name)
        self._client.close()

    def stop(self) -> None:
        """Wait for the jobs under way no longer, and refuse later ones."""
        self._is_stopped = True
        self._client.cancel([*self._sent])

    def run(self, jobs: Iterable[Job]) -> Iterator[Run]:
        """The run of each job, as they end; one whose computer is lost is run on another.

        Raises:
            CourseError: if a sandbox does not start, or the cluster is lost.
        """
        waiting = {self._send(job): (job, 0) for job in jobs}
        ended = as_completed([*waiting], loop=self._client.loop)
        for future in ended:
            job, losses = waiting.pop(future)
            self._sent.discard(future)
            try:
                run: Run = future.result()
            except CourseError:
                raise
            except (CancelledError, Exception) as error:
                if not isinstance(error, KilledWorker) or losses == MOST_LOSSES:
                    raise CourseError(LOST.format(reason=type(error).__name__)) from error
                again = self._send(job)
                waiting[again] = job, losses + 1
                ended.add(again)
            else:
                yield run

    def _send(self, job: Job) -> Future:
        wanted = {self._name: 1}
        future = self._client.submit(run_here, job, self._name, pure=False, resources=wanted)
        self._sent.add(future)
        if self._is_stopped:
            future.cancel()
        return future
