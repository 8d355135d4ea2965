"""Looks at all subscriptions now and then: how far behind they are, and whether one of them stands still."""

import asyncio
import contextlib
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiokafka import TopicPartition

from shared.messaging.broker import BROKER_FAILURES, log_reader
from shared.messaging.last_records import epochs_of_last_records
from shared.messaging.subscription import Subscription
from shared.settings import Settings

log = structlog.get_logger()

EVERY = 10.0
STANDSTILL = 60.0
"""Seconds without movement, behind the end of the log, after which a subscription is restarted."""
NOBODYS = 20.0
"""The same for one that belongs to no assignment: longer than a group may take to come together. A client that lost its
broker at a bad moment waits for ever, and has no lag that would show."""
WORRYING = 30.0
"""Seconds without movement after which health is no longer good."""


@dataclass(slots=True)
class Outlook:
    """What the last look has shown of one subscription."""

    stood_at: dict[int, int] = field(default_factory=dict)
    moved_at: float = 0.0
    lag: int = 0
    shown: dict[int, int] = field(default_factory=dict)
    """Offsets last committed to Kafka, for displays of lag."""


class Watch:
    """Over the subscriptions of one service."""

    def __init__(self, settings: Settings, service: str, subscriptions: Sequence[Subscription]) -> None:
        self._settings = settings
        self._service = service
        self._outlooks = {id(subscription): Outlook() for subscription in subscriptions}
        self._subscriptions = subscriptions
        self.broker_answers: bool | None = None

    async def run(self) -> None:
        """Looks for ever; cancel it to stop."""
        while True:
            await asyncio.sleep(EVERY * random.uniform(0.8, 1.2))  # noqa: S311 - jitter
            try:
                await self.look()
            except BROKER_FAILURES as error:
                self.broker_answers = False
                self._forgive()
                log.warning("broker_away", failure=type(error).__name__)
            except Exception:
                log.exception("watch_failed")

    async def look(self) -> None:
        """One look. Raises one of BROKER_FAILURES when the broker does not answer."""
        stand = {id(one): _stand(one) for one in self._subscriptions}
        places = [TopicPartition(one.topic, partition) for one in self._subscriptions for partition in stand[id(one)]]
        async with log_reader(self._settings, self._service, places) as reader, asyncio.timeout(EVERY):
            ends = await reader.end_offsets(places) if places else {}
            epochs = await epochs_of_last_records(reader, ends)
        self.broker_answers = True
        for subscription in self._subscriptions:
            self._judge(subscription, stand[id(subscription)], ends)
            await self._show(subscription)
            try:
                await subscription.look_again(ends, epochs)
            except Exception as error:
                log.warning("look_failed", group=subscription.reaction.group, failure=type(error).__name__)

    def standing(self) -> Iterable[Subscription]:
        """Those that have stood still for too long while the broker answers and no row of theirs is in hand."""
        return [
            one for one in self._subscriptions if self._stands_for(one) >= (STANDSTILL if one.assigned else NOBODYS)
        ]

    def restarted(self, subscription: Subscription) -> None:
        """Begins to count anew."""
        self._outlooks[id(subscription)] = Outlook(moved_at=time.monotonic())

    def report(self) -> dict[str, Any]:
        """For /health/messaging."""
        topics = {
            one.topic: {
                "assigned": one.assigned,
                "partitions": len(one.positions),
                "lag": self._outlooks[id(one)].lag,
                "standing_seconds": round(self._stands_for(one)),
            }
            for one in self._subscriptions
        }
        well = all(topic["assigned"] and topic["standing_seconds"] < WORRYING for topic in topics.values())
        return {
            "ok": well and self.broker_answers is not False,
            "broker": self.broker_answers is not False,
            "topics": topics,
        }

    def _judge(self, subscription: Subscription, stand: dict[int, int], ends: dict[TopicPartition, int]) -> None:
        outlook = self._outlooks[id(subscription)]
        outlook.lag = sum(
            max(0, ends.get(TopicPartition(subscription.topic, partition), offset) - offset)
            for partition, offset in stand.items()
        )
        waits = outlook.lag or not subscription.assigned
        if not waits or subscription.at_work or stand != outlook.stood_at:
            outlook.moved_at = time.monotonic()
        outlook.stood_at = stand

    def _stands_for(self, subscription: Subscription) -> float:
        outlook = self._outlooks[id(subscription)]
        waits = outlook.lag or not subscription.assigned
        return time.monotonic() - outlook.moved_at if waits and outlook.moved_at else 0.0

    def _forgive(self) -> None:
        for outlook in self._outlooks.values():
            outlook.moved_at = time.monotonic()

    async def _show(self, subscription: Subscription) -> None:
        outlook, stand, consumer = self._outlooks[id(subscription)], _stand(subscription), subscription.consumer
        if consumer is None or stand == outlook.shown:
            return
        offsets = {TopicPartition(subscription.topic, partition): offset for partition, offset in stand.items()}
        with contextlib.suppress(*BROKER_FAILURES, ValueError):
            async with asyncio.timeout(2):
                await consumer.commit(offsets)
            outlook.shown = stand


def _stand(subscription: Subscription) -> dict[int, int]:
    return {partition: position.next_offset for partition, position in subscription.positions.items()}
