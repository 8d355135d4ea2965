"""Totals of one scale on its bands of severity, with the lines that response and remission are; numbers for an SVG."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.intake.domain.questionnaire.trend import Trend
from services.intake.domain.scales.scale import Scale

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 38, 500, 18, 258
INSET = 22


@dataclass(frozen=True, slots=True)
class Stripe:
    y: float
    height: float
    words: str
    shaded: bool

    @property
    def middle(self) -> float:
        return round(self.y + self.height / 2 + 4, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """`words_y` keeps what it is called clear of the line."""

    y: float
    words: str
    words_y: float


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    total: int
    under: str
    last: bool


@dataclass(frozen=True, slots=True)
class BandChart:
    stripes: tuple[Stripe, ...]
    rules: tuple[Line, ...]
    goals: tuple[Line, ...]
    points: tuple[Point, ...]

    @property
    def path(self) -> str:
        """For `points` of a polyline."""
        return " ".join(f"{point.x:g},{point.y:g}" for point in self.points)


def band_chart(trend: Trend) -> BandChart:
    scale = trend.scale
    return BandChart(tuple(_stripes(scale)), tuple(_rules(scale)), tuple(_goals(trend)), tuple(_points(trend)))


def _height_of(scale: Scale, total: float) -> float:
    share = (total - scale.lowest) / (scale.highest - scale.lowest)
    return round(BOTTOM - (BOTTOM - TOP) * share, 1)


def _stripes(scale: Scale) -> Iterator[Stripe]:
    """Each from its lowest total to the lowest of the next, so that they leave no gap."""
    for nth, band in enumerate(scale.bands):
        above = scale.bands[nth + 1].lowest if nth + 1 < len(scale.bands) else scale.highest
        top, bottom = _height_of(scale, above), _height_of(scale, band.lowest)
        yield Stripe(top, round(bottom - top, 1), band.staff.lower(), nth % 2 == 1)


def _rules(scale: Scale) -> Iterator[Line]:
    totals = sorted({scale.lowest, scale.highest, *(band.lowest for band in scale.bands)})
    return (Line(y := _height_of(scale, total), str(total), y + 4) for total in totals)


def _goals(trend: Trend) -> Iterator[Line]:
    """Only where there is something to compare with."""
    goals, before = trend.scale.goals, trend.baseline
    if goals is None or before is None or not before.score.total:
        return
    first = before.score.total
    if goals.response_share is not None:
        y = _height_of(trend.scale, first * (100 - goals.response_share) / 100)
        yield Line(y, f"response: {goals.response_share} % below {first}", y - 6)
    if goals.remission_below is not None and first >= goals.remission_below:
        y = _height_of(trend.scale, goals.remission_below)
        yield Line(y, f"remission: below {goals.remission_below}", y + 15)


def _points(trend: Trend) -> Iterator[Point]:
    steps = max(1, len(trend.taken) - 1)
    times = 0
    for nth, one in enumerate(trend.taken):
        times += not one.before
        total = one.score.total or 0
        x = round(LEFT + INSET + (RIGHT - LEFT - 2 * INSET) * nth / steps, 1)
        under = "request" if one.before else str(times)
        last = one is trend.latest
        yield Point(x, _height_of(trend.scale, total), total, under, last)
