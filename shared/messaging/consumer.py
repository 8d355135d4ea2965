"""The receiving half of a service: a subscription for each reaction, kept alive until it is told to stop."""

import asyncio
import contextlib
import random
from typing import Any

import structlog

from shared.database import Database
from shared.database.database import ACQUIRE_TIMEOUT
from shared.messaging.broker import BROKER_FAILURES, consuming_broker
from shared.messaging.broker_kinds import broker_kind
from shared.messaging.consumer_health import Watch
from shared.messaging.dead_letters import Sealer
from shared.messaging.effects import Effects
from shared.messaging.gate import Gate
from shared.messaging.pace import Pace
from shared.messaging.positions import stored_positions
from shared.messaging.reactions import Reaction, Reactions
from shared.messaging.subscription import Subscription
from shared.settings import Settings

log = structlog.get_logger()

SHORTEST_WAIT, LONGEST_WAIT = 0.5, 10.0
"""Seconds between attempts to join while the broker is away."""
METADATA_AGE_MS = 5_000
"""How soon partitions are noticed that were made after the group had come together, as after a loss: until then nobody
hears them."""
STOP_TIMEOUT = 15.0
NOTICE_EVERY = 10.0
"""Seconds between looks at the stored positions: a crash of the database takes back the last effects with theirs."""
KEPT_FREE = 3
"""Connections that reactions leave to requests and to safety."""


class Consumer:
    """Hears the events of one service's reactions and turns each into exactly one effect.

    Safety events have a broker object, consumers and database slots of their own, so that they queue behind nothing.
    """

    def __init__(self, settings: Settings, database: Database, reactions: Reactions, sealer: Sealer) -> None:
        self._settings = settings
        self._database = database
        self._sealer = sealer
        self.gate = Gate()
        self._kind = broker_kind(settings.kafka_broker_kind)
        self._pace = None if self._kind.holds_empty_fetches else Pace()
        self._slots = asyncio.Semaphore(max(1, settings.database_pool_size - KEPT_FREE))
        self._brokers = {
            safety: consuming_broker(
                settings, database.service, logger=None, apply_types=False, metadata_max_age_ms=METADATA_AGE_MS
            )
            for safety in (False, True)
        }
        self._subscriptions = [self._subscription(reaction) for reaction in reactions]
        self._watch = Watch(settings, database.service, self._subscriptions)
        self._tasks: list[asyncio.Task[None]] = []
        self._asked_to_restart = {id(subscription): asyncio.Event() for subscription in self._subscriptions}
        declared = sorted(reaction.model.topic for reaction in reactions)
        subscribed = sorted(topic for one in self._subscriptions for topic in one.subscribed)
        if declared != subscribed:
            raise RuntimeError(f"declared reactions {declared} and subscribed topics {subscribed} differ")

    async def start(self) -> None:
        """Returns at once; subscriptions join as soon as the broker can be reached."""
        for broker in self._brokers.values():
            await broker.connect()
        ordered = sorted(self._subscriptions, key=lambda one: not one.safety)
        self._tasks = [
            *(asyncio.create_task(self._keep(one), name=one.reaction.group) for one in ordered),
            asyncio.create_task(self._watch.run(), name="consumer-watch"),
            asyncio.create_task(self._notice(), name="consumer-notice"),
            asyncio.create_task(self._restart_standing(), name="consumer-restart"),
        ]

    async def stop(self) -> None:
        """Polling ends first, then the rows in hand, then the connections; all within STOP_TIMEOUT."""
        for task in self._tasks:
            task.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_TIMEOUT):
                await asyncio.gather(*self._tasks, *(one.stop() for one in self._subscriptions), return_exceptions=True)
        for broker in self._brokers.values():
            with contextlib.suppress(*BROKER_FAILURES):
                await broker.stop()
        self._tasks = []

    def health(self) -> dict[str, Any]:
        """`ok` when every subscription is assigned and none stands still behind its log."""
        return self._watch.report()

    async def notice_moves(self) -> None:
        """Looks whether positions stand where this process left them: a replay may have moved them back, or a crash of the
        database."""
        async with self._database.pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            stored = await stored_positions(connection)
        for subscription in self._subscriptions:
            await subscription.notice(stored)

    def _subscription(self, reaction: Reaction) -> Subscription:
        safety = reaction.model.safety
        effects = Effects(
            reaction,
            self._database,
            self._sealer,
            self._settings.clinic.id,
            slot=contextlib.nullcontext() if safety else self._slots,
        )
        subscription = Subscription(effects, self._database, self.gate, safety=safety)
        member = f"{self._database.service}-{self._settings.kafka_client_name or 'only'}"
        subscription.declare(self._brokers[safety], member if self._kind.needs_static_members else None)
        return subscription

    async def _keep(self, subscription: Subscription) -> None:
        """Joins, waits until a restart is wanted, joins again. A broker that is away is asked for ever, with jitter."""
        restart, wait = self._asked_to_restart[id(subscription)], SHORTEST_WAIT
        while True:
            try:
                await subscription.start()
                if self._pace and subscription.consumer:
                    self._pace.keep(subscription.consumer)
            except Exception as error:
                level = log.warning if isinstance(error, BROKER_FAILURES) else log.exception
                level("join_failed", group=subscription.reaction.group, failure=type(error).__name__)
                await asyncio.sleep(random.uniform(SHORTEST_WAIT, wait))  # noqa: S311 - jitter
                wait = min(wait * 2, LONGEST_WAIT)
                continue
            wait = SHORTEST_WAIT
            self._watch.restarted(subscription)
            await restart.wait()
            restart.clear()
            log.error("consumer_restarted", group=subscription.reaction.group)
            await subscription.stop()

    async def _notice(self) -> None:
        while True:
            await asyncio.sleep(NOTICE_EVERY * random.uniform(0.8, 1.2))  # noqa: S311 - jitter
            try:
                await self.notice_moves()
            except Exception as error:
                log.warning("positions_unread", failure=type(error).__name__)

    async def _restart_standing(self) -> None:
        while True:
            await asyncio.sleep(1)
            for subscription in self._watch.standing():
                self._watch.restarted(subscription)
                self._asked_to_restart[id(subscription)].set()
