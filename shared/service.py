"""One service as one process: HTTP, consumers, outbox relay and timers, started and stopped in the right order."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig

from shared.clock import Clock, SystemClock
from shared.database import Database
from shared.database.due import Timer
from shared.keyring import Keyring
from shared.keyring.ciphers import ServiceCipher
from shared.messaging import repair_record
from shared.messaging.consumer import Consumer
from shared.messaging.outbox_days import outbox_days
from shared.messaging.reactions import Reactions
from shared.messaging.redriver import Redriver
from shared.messaging.relay import Relay
from shared.messaging.repairs import LOOK_EVERY, Repairs
from shared.observe.health import Readiness, health_routes
from shared.settings import Settings
from shared.web.assets import static_route
from shared.web.by_host import ByHost
from shared.web.form_key import FormKeys
from shared.web.idempotency import Answers
from shared.web.live import LiveHub
from shared.web.origin_check import API_PREFIX
from shared.web.problem_handlers import install_problems
from shared.web.safety import install_safety
from shared.web.service_token import ServiceTokenVerifier
from shared.web.staff_directory import DirectoryReader
from shared.web.staff_session import StaffGuard
from shared.web.story import story_routes
from shared.web.templating import build_pages

NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""The framework's own would name paths, which carry patients' tokens, to whatever collector the environment names."""


@dataclass(slots=True)
class Running:
    """What one process holds open while it serves. What is put on `held` last is closed first.

    Where it serves several clinics, each has one of its own: the settings are the clinic's, and the database sees only its
    rows. Everything else is the same.
    """

    settings: Settings
    clock: Clock
    database: Database
    keyring: Keyring
    sealer: ServiceCipher
    live: LiveHub
    readiness: Readiness
    held: AsyncExitStack
    relay: Relay | None = None
    consumer: Consumer | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """The declaration of a service: its `app.py` fills it in."""

    name: str
    title: str
    home: Path
    """The service's folder: templates are in `pages/templates`, revisions in `migrations`."""
    routers: Sequence[APIRouter]
    reactions: Iterable[Reactions]
    timers: Callable[[Running], Iterable[Timer]] = lambda _: ()
    """Asked once for each clinic."""
    finish: Callable[[FastAPI, Settings], None] = lambda _app, _settings: None
    """What the app of a clinic needs beside what all services have."""

    def build(self, settings: Settings, *, clock: Clock | None = None, messaging: bool = True) -> FastAPI:
        """The ASGI app. Without `messaging` it serves HTTP only, for tests that look at one service alone.

        Each clinic has an app of its own, so that whatever is made once for all requests is made of one clinic's settings.
        The first one's answers, and hands on to the others what is for their hosts.
        """
        clock = clock or SystemClock()
        reactions = Reactions(self.name)
        for part in self.reactions:
            reactions.include(part)

        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            async with AsyncExitStack() as held:
                await self._start(apps, held, settings, clock, reactions, messaging)
                yield

        apps = [
            self._app(of_clinic, clock, reactions, None if of_clinic.further else lifespan)
            for of_clinic in settings.of_each_clinic()
        ]
        first, *others = apps
        if others:
            first.add_middleware(ByHost, others={app.state.settings.host: app for app in others})
        return first

    def _app(
        self,
        settings: Settings,
        clock: Clock,
        reactions: Reactions,
        lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None,
    ) -> FastAPI:
        """Of one clinic. The server starts and ends only the first one's, whose `lifespan` is that of all."""
        app = FastAPI(
            title=self.title,
            version="1",
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,  # it would name whatever host was asked for; see shared/web/trailing_slash.py
            lifespan=lifespan,
            telemetry=NO_TELEMETRY,
        )
        pages = build_pages(settings.clinic, clock, self.home / "pages" / "templates")
        app.state.settings, app.state.clock, app.state.pages = settings, clock, pages
        app.state.whose_keys = f"{settings.clinic.id}:" if settings.further else ""
        health = health_routes(
            lambda: app.state.running.readiness,
            lambda: {
                name: part
                for name, part in (("relay", app.state.running.relay), ("consumer", app.state.running.consumer))
                if part is not None
            },
            settings.clinic,
        )
        # Programs' routes first: nothing else is below their prefix, most requests are for them, and routes are tried in turn.
        for router in sorted(
            (story_routes(self.name, frozenset(one.model.topic for one in reactions)), *self.routers, health),
            key=lambda one: not one.prefix.startswith(API_PREFIX),
        ):
            # Not included: the framework would look at each twice for every request, and their paths are whole as they are.
            app.router.routes.extend(router.routes)
        app.router.routes.append(static_route())
        install_safety(app, settings)
        install_problems(app)
        self.finish(app, settings)
        return app

    async def _start(
        self,
        apps: Sequence[FastAPI],
        held: AsyncExitStack,
        settings: Settings,
        clock: Clock,
        reactions: Reactions,
        messaging: bool,
    ) -> None:
        """Opens everything, so that the end goes the other way: streams first, then timers, the batch in hand, the relay's
        pending sends, and the database last. Each part bounds its own end. A start that fails half-way ends so too."""
        database = await Database.open(settings, self.name, clock)
        held.push_async_callback(database.close)
        keyring = await Keyring.open(settings, clock)
        held.push_async_callback(keyring.close)
        running = Running(
            settings=settings,
            clock=clock,
            database=database,
            keyring=keyring,
            sealer=ServiceCipher.from_settings(settings, self.name),
            live=LiveHub(database),
            readiness=Readiness(database, self.home / "migrations"),
            held=held,
        )
        clinics = [await self._of_clinic(running, app.state.settings) for app in apps]
        running.readiness = Readiness(clinics[0].database, self.home / "migrations")
        for app, of_clinic in zip(apps, clinics, strict=True):
            of_clinic.readiness = running.readiness
            self._furnish(app, of_clinic)
        if messaging:
            await self._start_messaging(running, clinics, reactions)
        await running.live.start()
        held.push_async_callback(running.live.close)
        held.callback(running.readiness.drain)

    async def _of_clinic(self, running: Running, settings: Settings) -> Running:
        """The same where it is the only one. Its database is another where there are several: it sees only its rows."""
        if not running.settings.several:
            return running
        database = await Database.open(settings, self.name, running.clock, clinic_id=settings.clinic.id)
        running.held.push_async_callback(database.close)
        return replace(running, settings=settings, database=database)

    def _furnish(self, app: FastAPI, running: Running) -> None:
        settings, clock = running.settings, running.clock
        app.state.running = running
        app.state.database, app.state.keyring, app.state.sealer = running.database, running.keyring, running.sealer
        app.state.live = running.live
        app.state.answers = Answers(running.sealer)
        app.state.form_keys = FormKeys.from_settings(settings, clock)
        app.state.service_tokens = ServiceTokenVerifier.from_settings(settings, audience=self.name, clock=clock)
        app.state.staff_guard = StaffGuard.from_settings(settings, DirectoryReader(running.database, clock), clock)

    async def _start_messaging(self, running: Running, clinics: Sequence[Running], reactions: Reactions) -> None:
        """Events of all clinics are sent and heard by the same relay and consumer: each says whose it is."""
        relay = Relay(running.settings, running.database)
        for each in (running, *clinics):
            each.relay = relay
            each.database.on_outbox = relay.wake
        running.held.push_async_callback(relay.stop)
        await relay.start()
        consumer = Consumer(running.settings, running.database, reactions, running.sealer)
        for each in (running, *clinics):
            each.consumer = consumer
        running.held.push_async_callback(consumer.stop)
        await consumer.start()
        alone = (outbox_days(), self._repairs(running, reactions, consumer))
        timers = [
            asyncio.create_task(timer.run(database), name=timer.name)
            for database, timer in (
                *((running.database, timer) for timer in alone),
                *((one.database, timer) for one in clinics for timer in self.timers(one)),
            )
        ]
        running.held.push_async_callback(_cancel, timers)

    def _repairs(self, running: Running, reactions: Reactions, consumer: Consumer) -> Timer:
        asked = running.live.open([repair_record.SCOPE], "repairs")
        clinic_id = running.settings.clinic.id
        repairs = Repairs(
            running.database,
            Redriver(running.database, reactions, running.sealer, clinic_id, consumer.gate),
            consumer,
            running.sealer,
            clinic_id,
            asked.wait,
        )
        return Timer("repairs", LOOK_EVERY, repairs.work)


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def begin_to_leave(app: FastAPI) -> None:
    """From now on /readyz says no, and answers close their connections; everything else goes on."""
    running: Running | None = getattr(app.state, "running", None)
    if running is not None:
        running.readiness.drain()


def end_streams(app: FastAPI) -> None:
    """Called before uvicorn is told, because it waits for open streams before it runs the lifespan's end."""
    running: Running | None = getattr(app.state, "running", None)
    if running is None:
        return
    with contextlib.suppress(RuntimeError):
        asyncio.get_running_loop().create_task(running.live.close())
