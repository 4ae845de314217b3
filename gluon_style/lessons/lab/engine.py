"""A steered run in a thread of its own.

Whatever is asked of a `Lab` is an order: the thread carries it out between two
steps, so that nothing is changed under the run's feet. What others may see is
a `View`, which is replaced as a whole and never changed.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import replace
from functools import partial
from typing import Any, Callable, Mapping

from ..._mxnet import np
from ...errors import HistoryError, StyleError, TrainingError
from ...images import postprocess
from ...runs.identity import origin_digest
from ...runs.run import network
from ...runs.score import excess
from ...runs.settings import Settings
from ...storage.image_files import eight_bits
from ...training import CurrentPicture, EpochRecord, State
from .bench import Bench, with_rate
from .history import STEERED, History, Leg
from .sources import Source
from .views import Frame, Kept, Ration, View

__all__ = ['FRAMES', 'Lab']

FRAMES = 3.0  # pictures a second, at most
FRAME_SHARE, PULL_SHARE = 0.02, 0.03  # of the time of a run, at most
TIMED = 20  # steps over which the speed is taken
EARLY = 5  # steps before which the shares would only keep the eye waiting
QUIET = 0.3  # seconds of a pause before the shares are measured
MOST_KEPT = 12


class _Stop(Exception):  # noqa: N818  (no error)
    """Ends a leg before its end; its argument is the state."""


class Lab:
    """A steered run: what is asked of it returns at once.

    Parameters
    ----------
    frames : float
        Pictures a second, at most.
    with_pulls : bool
        Whether to measure the shares in the gradient now and then.

    Attributes
    ----------
    view : View
        What is to be seen now.
    closed : bool
        Whether `close` was called.
    """

    def __init__(
        self, frames: float = FRAMES, with_pulls: bool = True
    ) -> None:
        self.view = View()
        self.closed = False
        self._with_pulls = with_pulls
        self._frame_ration = Ration(FRAME_SHARE, 1 / frames)
        self._pull_ration = Ration(PULL_SHARE, 1.0)
        self._pulled: Any = None  # of which step and settings they are
        self._signal = threading.Condition()
        self._orders: deque[Callable[[], None]] = deque()
        self._working = False
        self._nets: dict[Any, Any] = {}
        self._bench: Any = None
        self._history: Any = None
        self._state: State | None = None
        self._records: list[EpochRecord] = []
        self._times: deque[float] = deque(maxlen=TIMED)
        self._until = 0  # the run goes on to this step
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def prepare(
        self,
        content: Source,
        style: Source,
        settings: Settings,
        changes: Mapping[str, Any] | None = None,
    ) -> None:
        """Make ready for a run with these images, which begins at the photo.

        Parameters
        ----------
        content, style : Source
            The images.
        settings : Settings
            What the run begins with; see `History`.
        changes : mapping, optional
            Settings that are changed before the first step.
        """
        self._order(self._prepare, content, style, settings, changes or {})

    def start(self) -> None:
        """Take steps until `pause`, or until as many as the settings say.

        Asked again there, it goes on for as many.
        """
        self._order(self._start)

    def pause(self) -> None:
        """Stop after the present step; `start` goes on to the same bits."""
        self._order(self._go_to, 0)

    def step(self, steps: int = 1) -> None:
        """Take one step, or some, and pause."""
        self._order(self._take_steps, steps)

    def back(self) -> None:
        """Go back to the photo, with the settings of now; go on if it ran."""
        self._order(self._back)

    def set(self, **values: Any) -> None:
        """Change settings, of those in `STEERED`, from the next step on."""
        self._order(self._set, values)

    def keep(self) -> None:
        """Keep the present picture, settings and state."""
        self._order(self._keep)

    def take_up(self, number: int) -> None:
        """Go back to the kept picture of that number, from 0, and pause."""
        self._order(self._take_up, number)

    def forget(self, number: int) -> None:
        """Keep the picture of that number, from 0, no longer."""
        self._order(self._forget, number)

    def close(self) -> None:
        """End the run and its thread."""
        with self._signal:
            self.closed = True
            self._signal.notify_all()
        self._thread.join()

    def wait(self, seconds: float = 600.0) -> View:
        """Wait until all that was asked is done and no step is being taken.

        Raises
        ------
        TimeoutError
            It takes longer.
        """
        with self._signal:
            if not self._signal.wait_for(self._is_idle, seconds):
                raise TimeoutError(f'the lab is at work after {seconds} s')
        return self.view

    def newer(self, version: int, seconds: float) -> View:
        """Wait for a view newer than that version, for so long at most."""
        with self._signal:
            self._signal.wait_for(
                lambda: self.closed or self.view.version > version, seconds
            )
        return self.view

    def _order(self, act: Callable[..., None], *arguments: Any) -> None:
        with self._signal:
            self._orders.append(partial(act, *arguments))
            self._signal.notify_all()

    def _is_idle(self) -> bool:
        busy = self._orders or self._working or self._goes_on()
        return self.closed or not busy

    def _goes_on(self) -> bool:
        return self._bench is not None and self._until > len(self._records)

    def _show(self, **new: Any) -> None:
        with self._signal:
            version = self.view.version + 1
            self.view = replace(self.view, version=version, **new)
            self._signal.notify_all()

    # from here on: in the thread

    def _work(self) -> None:
        while not self.closed:
            work = self._next_work()
            try:
                work()
            except Exception as error:  # the thread must live on
                self._until = 0
                self._show(running=False, loading=False, error=_told(error))

    def _next_work(self) -> Callable[[], None]:
        def has_work() -> bool:
            return bool(self.closed or self._orders or self._goes_on())

        with self._signal:
            self._working = False
            self._signal.notify_all()
            idle = QUIET if self._pulls_are_old() else None
            found = self._signal.wait_for(has_work, idle)
            self._working = True
            if self.closed:
                return lambda: None
            if self._orders:
                return self._orders.popleft()
        return self._go if found else self._measure

    def _go(self) -> None:
        """Take steps until there is an order, or the last."""
        if not self.view.running:
            self._times.clear()
            self._show(running=True, error=None)
        leg = Leg(self._until, self._history.last_settings, None)
        try:
            self._state = self._bench.go(leg, self._state, self._note)
        except _Stop as stop:
            (self._state,) = stop.args
        except TrainingError:
            # to the last order before the steps that led there
            self._records = self._records[: self._history.steps]
            self._rest(look=True)
            raise
        self._history = replace(self._history, steps=len(self._records))
        self._rest(look=not self._goes_on())

    def _note(self, record: EpochRecord, picture: CurrentPicture) -> None:
        self._records.append(record)
        self._times.append(time.monotonic())
        self._show(
            step=record.epoch,
            steps=self._records,
            speed=self._speed(),
            **self._seen(picture.X),
        )
        if self.closed or (self._orders and record.epoch < self._until):
            raise _Stop(picture.state())

    def _seen(self, X: np.ndarray) -> dict[str, Any]:
        """Look at a picture of a run that goes on, if that may be."""
        new: dict[str, Any] = {}
        begun = time.monotonic()
        if self._frame_ration.due():
            new['frame'] = self._look(X)
            self._frame_ration.spend(time.monotonic() - begun)
        elif self._pulls_are_due():
            new.update(self._measured(X))
            self._pull_ration.spend(time.monotonic() - begun)
        return new

    def _pulls_are_due(self) -> bool:
        begun = self._with_pulls and len(self._records) >= EARLY
        return begun and self._pull_ration.due()

    def _speed(self) -> float:
        times = self._times
        seconds = times[-1] - times[0] if times else 0
        return (len(times) - 1) / seconds if seconds else 0.0

    def _look(self, X: np.ndarray) -> Frame:
        pixels = eight_bits(postprocess(X).asnumpy())
        return Frame(len(self._records), pixels, excess(X)[0])

    def _pulls_are_old(self) -> bool:
        wanted = self._with_pulls and bool(self._records)
        return wanted and self._pulled != self._moment()

    def _moment(self) -> tuple[int, Settings]:
        return len(self._records), self._history.last_settings

    def _measure(self) -> None:
        self._show(**self._measured(self._picture()))

    def _measured(self, X: np.ndarray) -> dict[str, Any]:
        self._pulled = self._moment()
        step, settings = self._pulled
        return {'pulls': self._bench.pulls(X, settings), 'pulls_step': step}

    def _picture(self) -> np.ndarray:
        """Return the picture between two legs."""
        content = self._bench.content
        if self._state is None:
            return content
        return np.array(self._state['X'], ctx=content.ctx)

    def _rest(self, look: bool = False, **new: Any) -> None:
        """Show where the lab is between two legs."""
        if look:
            new['frame'] = self._look(self._picture())
        self._show(
            history=self._history,
            step=len(self._records),
            steps=self._records,
            running=self._goes_on(),
            **new,
        )

    def _prepare(
        self,
        content: Source,
        style: Source,
        settings: Settings,
        changes: Mapping[str, Any],
    ) -> None:
        self._show(loading=True, error=None)
        images = content.image(), style.image()
        settings = settings.sized(images[0].shape)
        key = (
            settings.weights_name,
            settings.pooling,
            settings.device,
            *settings.content_layers,
            *settings.style_layers,
        )
        net = self._nets.get(key) or network(settings)
        history = History(
            settings,
            content.name,
            content.digest,
            style.name,
            style.digest,
            origin_digest(net.weights_used),
        )
        for name, value in changes.items():
            history = _changed(history, name, value)
        self._bench = Bench(images, settings, net)
        self._nets = {key: net}  # one at a time: the real one is large
        self._begin(history)

    def _begin(self, history: History) -> None:
        """Stand at the photo; go on if the run went on."""
        went_on = self.view.running
        self._history, self._state, self._records = history, None, []
        self._until = history.settings.epochs if went_on else 0
        self._times.clear()
        self._rest(look=True, loading=False, speed=0.0, error=None)

    def _start(self) -> None:
        self._check_ready()
        epochs = self._history.settings.epochs
        self._go_to((len(self._records) // epochs + 1) * epochs)

    def _take_steps(self, steps: int) -> None:
        self._check_ready()
        self._go_to(len(self._records) + steps)

    def _go_to(self, step: int) -> None:
        self._until = step
        if self._history and not self._goes_on():
            self._rest(look=True)

    def _back(self) -> None:
        self._check_ready()
        last = self._history.last_settings
        history = replace(self._history, changes=(), steps=0)
        for name in STEERED:
            history = _changed(history, name, getattr(last, name))
        self._begin(history)

    def _set(self, values: Mapping[str, Any]) -> None:
        self._check_ready()
        for name, value in values.items():
            if name == 'lr' and self._state:
                self._set_rate(self._state, value)
            else:
                self._history = _changed(self._history, name, value)
        self._rest(error=None)

    def _set_rate(self, state: State, lr: float) -> None:
        # what holds is the trainer's, which a schedule may have lowered
        if float(state['learning_rate']) != lr:
            self._history = self._history.changed('lr', lr)
            self._state = with_rate(state, lr)

    def _keep(self) -> None:
        self._check_ready()
        if len(self.view.kept) >= MOST_KEPT:
            raise HistoryError(
                f'got {MOST_KEPT} kept pictures, wanted fewer: remove one '
                'before you keep the next'
            )
        kept = Kept(
            self._look(self._picture()),
            self._history,
            tuple(self._records),
            self._state,
            self._bench,
        )
        self._show(kept=(*self.view.kept, kept))

    def _take_up(self, number: int) -> None:
        kept = self.view.kept[number]
        self._bench, self._history = kept.bench, kept.history
        self._state, self._records = kept.state, list(kept.records)
        self._until = 0
        self._times.clear()
        self._rest(frame=kept.frame, speed=0.0, error=None)

    def _forget(self, number: int) -> None:
        kept = self.view.kept
        self._show(kept=kept[:number] + kept[number + 1 :])

    def _check_ready(self) -> None:
        if self._history is None:
            raise HistoryError('there is no run: choose two images first')


def _changed(history: History, name: str, value: Any) -> History:
    """Change a setting, if it is another than the one that holds."""
    now = getattr(history.last_settings, name, None)
    if isinstance(value, (list, tuple)) and list(now or ()) == list(value):
        return history
    return history if now == value else history.changed(name, value)


def _told(error: Exception) -> StyleError:
    """Make of anything that goes wrong what can be shown in a line."""
    if isinstance(error, StyleError):
        return error
    last = (str(error).strip().splitlines() or [''])[-1]
    return StyleError(f'{type(error).__name__}: {last}')
