"""What a later total means beside the first one: response, remission, a change that is more than noise."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goals:
    """What the sources of a scale call a change. Lower totals are better on every scale here.

    Shares are in per cent of the baseline, points in points of the total; None where no source says.
    """

    response_share: int | None = None
    response_points: int | None = None
    substantial_share: int | None = None
    relevant_points: int | None = None
    remission_below: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """None where the scale has no such goal."""

    response: bool | None
    substantial: bool | None
    relevant: bool | None
    remission: bool | None


def progress(goals: Goals, baseline: int, now: int) -> Progress:
    """A response by share or by points, whichever the scale has; who was never above the line is not in remission."""
    drop = baseline - now
    by_share = _fell_by_share(drop, baseline, goals.response_share)
    by_points = _fell_by_points(drop, goals.response_points)
    return Progress(
        response=by_points if by_share is None else by_share or bool(by_points),
        substantial=_fell_by_share(drop, baseline, goals.substantial_share),
        relevant=_fell_by_points(drop, goals.relevant_points),
        remission=None if goals.remission_below is None else now < goals.remission_below <= baseline,
    )


def _fell_by_share(drop: int, baseline: int, share: int | None) -> bool | None:
    return None if share is None else baseline > 0 and 100 * drop >= share * baseline


def _fell_by_points(drop: int, points: int | None) -> bool | None:
    return None if points is None else drop >= points
