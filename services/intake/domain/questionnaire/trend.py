"""Totals of one scale over time, beside the first one: what a patient sees of their own, and what staff see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.intake.domain.scales import SCALES, Scale, Score
from services.intake.domain.scales.progress import Progress, progress


@dataclass(frozen=True, slots=True)
class Taken:
    """`before` is true of what was answered with the request, before any treatment: the baseline."""

    at: datetime
    score: Score
    before: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """Oldest first. Scores without a total, because too much was left out, are no part of it."""

    scale: Scale
    taken: tuple[Taken, ...]

    @property
    def baseline(self) -> Taken | None:
        return next((one for one in self.taken if one.before), None)

    @property
    def latest(self) -> Taken:
        return self.taken[-1]

    @property
    def progress(self) -> Progress | None:
        """None without a baseline, or while there is nothing after it: the first answers after a treatment are none."""
        first, now = self.baseline, self.latest
        if first is None or now.before or self.scale.goals is None:
            return None
        return progress(self.scale.goals, _total(first), _total(now))


def trends(taken: Iterable[Taken]) -> tuple[Trend, ...]:
    counted = sorted((one for one in taken if one.score.total is not None), key=lambda one: one.at)
    by_scale = {code: tuple(one for one in counted if one.score.code is code) for code in SCALES}
    return tuple(Trend(SCALES[code], of_scale) for code, of_scale in by_scale.items() if of_scale)


def _total(taken: Taken) -> int:
    assert taken.score.total is not None  # `trends` leaves the others out
    return taken.score.total
