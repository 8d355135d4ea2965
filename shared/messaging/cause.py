"""What the present work is a consequence of, so that every event can say where it came from."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from shared.ids import uuid7


@dataclass(frozen=True, slots=True)
class Cause:
    """`correlation_id` names the whole story, `causation_id` the one event or request that led here."""

    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None

    @property
    def from_outside(self) -> bool:
        """Somebody asked for it, and no event led here."""
        return self.causation_id is None

    @classmethod
    def new(cls) -> "Cause":
        return cls(correlation_id=str(uuid7()))


current_cause: ContextVar[Cause | None] = ContextVar("current_cause", default=None)


def cause_or_new() -> Cause:
    """The cause of the present work, or the beginning of a new story."""
    return current_cause.get() or Cause.new()


@contextmanager
def because_of(cause: Cause) -> Iterator[None]:
    """What is said in this block is a consequence of `cause`; for reactions that handle many events at once."""
    token = current_cause.set(cause)
    try:
        yield
    finally:
        current_cause.reset(token)
