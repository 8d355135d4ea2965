"""When to try again."""

from datetime import timedelta

FIRST = timedelta(seconds=2)
LONGEST = timedelta(minutes=5)


def wait_before(attempt: int, spread: float) -> timedelta:
    """Doubles from FIRST to LONGEST. `attempt` counts from 1; `spread` in 0…1 takes away up to half.

    The spread keeps messages that failed together from coming back together.
    """
    doubled = FIRST * 2 ** min(max(attempt, 1) - 1, 16)
    return min(doubled, LONGEST) * (1 - spread / 2)
