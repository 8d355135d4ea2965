"""What a service does when it hears an event: a declaration that reads as a list.

    reactions = Reactions("scheduling")

    @reactions.on(ConsultationRequested)
    async def book(tx, message, now): ...

One reaction per topic. The consumer wraps each with position, inbox, retry and dead letters; the function itself sees
only an open transaction, what arrived, and the time.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from shared.database.transaction import Transaction
from shared.events.base import Event
from shared.messaging.envelope import Received

E = TypeVar("E", bound=Event)
One = Callable[[Transaction, Received[E], datetime], Awaitable[None]]
Many = Callable[[Transaction, list[Received[E]], datetime], Awaitable[None]]


class OneByOne(Exception):
    """These events cannot be handled together after all; nothing of it is kept, and each gets a transaction of its own."""


@dataclass(frozen=True, slots=True)
class Together:
    """How a reaction handles several events of one partition at once, where that comes to the same as each alone.

    `fits` looks at an event only; whatever else stands in the way is found by `handle`, which raises OneByOne.
    """

    handle: Callable[..., Awaitable[None]]
    fits: Callable[[Received], bool]


@dataclass(frozen=True, slots=True)
class Reaction:
    """One function and the event it reacts to. `batch`: set-based and commutative, one transaction per poll."""

    service: str
    model: type[Event]
    handle: Callable[..., Awaitable[None]]
    batch: bool
    effective_from: datetime | None = None
    """Events older than this are marked handled without the effect: a year of history is not mailed."""
    repeatable: bool = False
    """A projection: its effect may happen again for events that it has handled, when an operator replays them."""
    together: Together | None = None

    @property
    def handler(self) -> str:
        """The name under which the inbox remembers what this reaction has done; renaming the function repeats history."""
        return f"{self.service}.{self.handle.__name__}"

    @property
    def group(self) -> str:
        return f"{self.service}.{self.model.topic}"


class Reactions:
    """The reactions of one service."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._by_topic: dict[str, Reaction] = {}

    def __iter__(self) -> Iterator[Reaction]:
        return iter(self._by_topic.values())

    def on(
        self, model: type[E], *, effective_from: datetime | None = None, together: Together | None = None
    ) -> Callable[[One[E]], One[E]]:
        """One event, one transaction: for decisions and bookings.

        `together` is for a backlog: it may take the decision for several events that wait behind each other.
        """
        return self._declare(model, batch=False, effective_from=effective_from, together=together)

    def on_batch(
        self, model: type[E], *, effective_from: datetime | None = None, repeatable: bool = False
    ) -> Callable[[Many[E]], Many[E]]:
        """All events of a poll in one transaction, in their order per key: for projections and plans.

        The effect must come out the same in whatever groups the events arrive. `repeatable` is for a projection and
        nothing else: it says nothing, plans nothing and tells nobody outside, so that it may hear its history again.
        """
        return self._declare(model, batch=True, effective_from=effective_from, repeatable=repeatable)

    def include(self, other: "Reactions") -> None:
        """Takes over the reactions that another file of the same service declared."""
        for reaction in other:
            self._add(reaction)

    def _declare(
        self,
        model: type[Event],
        *,
        batch: bool,
        effective_from: datetime | None,
        repeatable: bool = False,
        together: Together | None = None,
    ) -> Callable[[Any], Any]:
        def declare(handle: Any) -> Any:
            self._add(Reaction(self.service, model, handle, batch, effective_from, repeatable, together))
            return handle

        return declare

    def _add(self, reaction: Reaction) -> None:
        if reaction.model.topic in self._by_topic:
            raise ValueError(f"{self.service} already reacts to {reaction.model.topic}: one reaction per topic")
        self._by_topic[reaction.model.topic] = reaction
