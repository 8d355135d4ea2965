"""A line through the totals of one scale, as numbers for an SVG; beside it stands the same as a table."""

from dataclasses import dataclass

from services.intake.domain.questionnaire.trend import Trend

WIDTH, HEIGHT, EDGE = 320, 140, 16


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    total: int


@dataclass(frozen=True, slots=True)
class Chart:
    """From the lowest total of the scale at the bottom to the highest at the top; one step to the right each time."""

    dots: tuple[Dot, ...]

    @property
    def line(self) -> str:
        """For `points` of a polyline."""
        return " ".join(f"{dot.x:g},{dot.y:g}" for dot in self.dots)


def chart_of(trend: Trend) -> Chart:
    steps = max(1, len(trend.taken) - 1)
    span = trend.scale.highest - trend.scale.lowest
    totals = [one.score.total or 0 for one in trend.taken]
    return Chart(
        tuple(
            Dot(
                x=round(EDGE + (WIDTH - 2 * EDGE) * number / steps, 1),
                y=round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (total - trend.scale.lowest) / span, 1),
                total=total,
            )
            for number, total in enumerate(totals)
        )
    )
