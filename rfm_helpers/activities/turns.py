"""What a learner does to an activity, one thing after the other; typing acts once it pauses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import RLock
from time import monotonic
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.keeping import Keeper
from rfm_helpers.activities.typed import Typed
from rfm_helpers.errors import CourseError

#: Seconds without a key after which what was typed is acted on.
PAUSE = 0.5
#: Seconds after which what is being typed is saved.
KEEP = 0.3
#: Seconds within which a text that arrives after a check is part of it: the page sends the last
#: keys of a field once the kernel has answered those before, and a press at once.
LATE = 1.0
UNEXPECTED = (
    "Cette activité a rencontré une erreur inattendue ({name}) : relancez la cellule qui "
    "l’affiche, et si l’erreur revient, signalez-la à votre enseignant."
)

Act = Callable[[], None]
#: The activities in which something was typed that is not saved yet.
_SAVING: set[Turns] = set()


@dataclass
class _Check:
    """A check asked for: what it does, when, and the fields whose last keys may still come."""

    act: Act
    moment: float
    fields: set[w.Widget]


class Turns:
    """Callbacks that are called in turn, show what goes wrong, and save what changed.

    What is typed is known at each key: it is saved soon after, and acted on once a pause, Enter, a
    press or another field ends it.
    """

    keeper: Keeper | None
    _acting = _asleep = False

    def __init__(self) -> None:
        super().__init__()
        # JupyterLab hands the events of one activity to several threads of the kernel.
        self._turn = RLock()
        #: What typing has set off and is not done yet, in order.
        self._waiting: dict[Act, None] = {}
        self._keys = 0
        self._typed_at: dict[w.Widget, float] = {}
        self._asked = _Check(_nothing, 0.0, set())

    def tell(self, text: str, *, warning: bool = True) -> None:
        """Put a French sentence in the message area; an empty one clears it."""
        raise NotImplementedError

    def guarded(self, act: Act) -> Callable[[object], None]:
        """A callback that shows a `CourseError` in the message area instead of losing it.

        Any other error is announced there too, then raised for the log and the tests. What was
        typed before is acted on first.
        """

        def callback(_: object = None) -> None:
            for activity in list(_SAVING):
                activity._keep()
            with self._turn:
                if not self._asleep:
                    self._settle()
                    self._answer(act)

        return callback

    def react(self, fields: Iterable[w.Widget], act: Act, *, first: Act | None = None) -> None:
        """Have a change of any of the fields call `act`, once a pause ends what is being typed.

        Args:
            fields: the fields.
            act: what to show of the change.
            first: what of it does not wait for that pause, and draws next to nothing.
        """

        def both() -> None:
            if first is not None:
                first()
            act()

        for field in fields:
            field.observe(partial(self._hear, both, act, first or _nothing), names="value")
            if isinstance(field, Typed):
                field.on_enter(self._end_typing)

    def checks(self, button: w.Button, act: Act, fields: Iterable[w.Widget] = ()) -> None:
        """Have a button call `act`, which judges the fields, and Enter in one of them too."""
        button.on_click(self.guarded(partial(self._ask, act)))
        self.enters(fields, act)

    def enters(self, fields: Iterable[w.Widget], act: Act) -> None:
        """Have Enter in one of the fields call `act`, which judges them."""
        press = self.guarded(partial(self._ask, act))
        for field in fields:
            if isinstance(field, Typed):
                field.on_enter(press)

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """Change fields without their callbacks: nothing is judged, redrawn or saved meanwhile."""
        before, self._asleep = self._asleep, True
        try:
            yield
        finally:
            self._asleep = before

    # --- one turn ---------------------------------------------------------------------------

    def _answer(self, act: Act) -> None:
        outermost, self._acting = not self._acting, True
        self.tell("")
        try:
            self._save(outermost)
            act()
        except CourseError as error:
            self.tell(str(error))
        except Exception as error:
            self.tell(UNEXPECTED.format(name=type(error).__name__))
            raise
        finally:
            self._acting = not outermost
            self._save(outermost)

    def _save(self, outermost: bool) -> None:
        """Save what changed, unless this is a change within another one."""
        if self.keeper is not None and outermost:
            self.keeper.save()

    def _hear(self, both: Act, act: Act, first: Act, change: dict[str, Any]) -> None:
        field = change["owner"]
        loop = running_loop() if getattr(field, "being_typed", False) else None
        with self._turn:
            if self._asleep:
                return
            if loop is None:
                self._settle()
                self._answer(both)
                return
            self._typed_at[field] = monotonic()
            if self._is_late(field):
                self._answer(both)
                self._answer(self._asked.act)
            else:
                first()
                self._wait(act, loop)

    # --- typing -----------------------------------------------------------------------------

    def _wait(self, act: Act, loop: asyncio.AbstractEventLoop) -> None:
        """Act after a pause; save before, whether there is one or not."""
        self._waiting[act] = None
        self._keys += 1
        loop.call_later(PAUSE, self._pause, self._keys)
        if self not in _SAVING:
            _SAVING.add(self)
            loop.call_later(KEEP, self._keep)

    def _end_typing(self, _: object) -> None:
        """Enter: act now on what was typed; what is already said of it stays."""
        with self._turn:
            if not self._asleep:
                self._settle()

    def _pause(self, keys: int) -> None:
        with self._turn:
            if keys == self._keys:
                self._settle()

    def _keep(self) -> None:
        with self._turn:
            _SAVING.discard(self)
            self._save(outermost=True)

    def _settle(self) -> None:
        """Do what typing has set off."""
        waiting, self._waiting = self._waiting, {}
        for act in waiting:
            self._answer(act)

    # --- checking ---------------------------------------------------------------------------

    def _ask(self, act: Act) -> None:
        now = monotonic()
        recent = {field for field, moment in self._typed_at.items() if now - moment < LATE}
        self._asked = _Check(act, now, recent)
        act()

    def _is_late(self, field: w.Widget) -> bool:
        """Whether a text was typed before the last check and arrives after it: once for a field."""
        if field not in self._asked.fields:
            return False
        self._asked.fields.discard(field)
        return monotonic() - self._asked.moment < LATE


def _nothing() -> None:
    """Do nothing."""


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The loop of the kernel's thread; none where there is no page."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
