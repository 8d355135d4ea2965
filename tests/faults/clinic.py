"""The whole product as separate processes, each service with as many replicas as a test wants.

    async with running_clinic(folder, broker=temporary_kafka, replicas=2) as clinic:
        async with clinic.dying_at("intake-2", "after_publish_before_mark"): ...

A replica is called as its service, with `-1`, `-2` … where there are several. One that ends by itself is started again,
as a container runtime does it. Each `without_…` takes one part away and brings it back at its end, so that a test that
fails leaves a whole clinic.
"""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import httpx
from pydantic import SecretStr

from operations.auditing.audit import audit
from operations.auditing.findings import Findings
from operations.auditing.receipts import kept_in
from operations.auditing.system import System
from operations.embedded.broker import Broker, temporary_broker
from operations.embedded.errors import EmbeddedError
from operations.embedded.mail_sink import MailSink
from operations.embedded.postgres import EmbeddedPostgres, temporary_postgres
from operations.front_door import front_door
from operations.player import patient, staff
from operations.player.browser import Browser, Unexpected
from operations.stack.demo_secrets import DemoSecrets
from operations.stack.environment import (
    Addresses,
    in_database,
    job_environment,
    service_environment,
)
from operations.stack.home import Home
from operations.stack.parts import CHAIRSIDE, ProcessPart, http_answers, run_job
from operations.stack.process_record import ProcessRecord
from operations.stack.replicas import replica_names, replica_ports, service_part
from operations.stack.start import DEMO_STAFF_EMAIL, DEMO_STAFF_PASSWORD
from shared.database.roles import DATABASE, SERVICES
from shared.ids import uuid7
from shared.keyring.ciphers import ServiceCipher
from shared.keyring.sealing import secret_bytes
from shared.messaging.dead_letters import Contents, DeadLetter, list_dead_letters, reveal_dead_letter
from shared.settings import Settings
from tests.held_ports import held_ports

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds until a state must have come; on a quiet machine it is there in one or two."""
UNFENCED = {"BURST_RATE": "0"}
"""For load, which comes from one address and would be stopped by the fence against bursts."""

WAITING_EVENTS = " union all ".join(f"select 1 from {service}.outbox_waiting" for service in SERVICES)
UNHEARD_EVENTS = f"""
with said as (
    select topic, "partition", max("offset") as last, max(log_epoch) as log_epoch
      from ({" union all ".join(f"select * from {name}.outbox_sent" for name in SERVICES)}) as sent
     group by topic, "partition"
), position as (
    {" union all ".join(f"select * from {name}.consumer_position" for name in SERVICES)}
)
select 1
  from said
  join (select distinct consumer_group, topic from position) as hearer using (topic)
  left join position using (consumer_group, topic, "partition")
 where coalesce(next_offset, 0) <= last or position.log_epoch < said.log_epoch
"""
WAITING_MAIL = "select 1 from notifications.message where state in ('planned', 'claimed', 'retrying')"


async def eventually(look: Callable[[], Awaitable[T]], within: float = PATIENCE) -> T:
    """What `look` finds, once it is something. Raises TimeoutError."""
    async with asyncio.timeout(within):
        while True:
            if found := await look():
                return found
            await asyncio.sleep(0.1)


@dataclass(slots=True)
class Clinic:
    """Servers, services and door, and how to ask what became of a request."""

    home: Home
    postgres: EmbeddedPostgres
    broker: Broker
    mail: MailSink
    addresses: Addresses
    secrets: DemoSecrets
    record: ProcessRecord
    services: dict[str, ProcessPart] = field(default_factory=dict)
    """By the name of the replica."""
    starts: Counter[str] = field(default_factory=Counter)
    _environments: dict[str, dict[str, str]] = field(default_factory=dict)
    _away: set[str] = field(default_factory=set)
    """Replicas that a test keeps away on purpose."""

    def prepare_services(self, settings: Mapping[str, str]) -> None:
        """All replicas, not yet started. `settings` are added to their environments."""
        for name, (service, replica) in replica_names(self.addresses).items():
            known = service_environment(service, self.addresses, self.secrets, replica=replica)
            environment = self._environments[name] = {**known, **settings}
            self.services[name] = service_part(self.home, name, service, environment, self.record)

    async def keep(self, name: str) -> None:
        """Starts a replica, and again whenever it has ended; cancel it to stop."""
        while True:
            if name not in self._away and self.services[name].pid is None:
                self.starts[name] += 1
                with suppress(EmbeddedError):  # it died before it was ready
                    await self.services[name].start()
            await asyncio.sleep(0.2)

    async def ready(self, name: str, *, other_than: int | None = None) -> int:
        """The process id of a replica that takes requests, once there is one, and it is another than before."""

        async def found() -> int | None:
            pid = self.services[name].pid
            there = pid is not None and pid != other_than and await http_answers(self._port(name), "/readyz")
            return pid if there else None

        return await eventually(found)

    async def close(self) -> None:
        """Every replica stops in good order and stays away; the servers and what stands in them stay."""
        self._away.update(self.services)
        await asyncio.gather(*(part.stop() for part in self.services.values()))

    def replicas_of(self, service: str) -> list[str]:
        return [name for name, (of, _) in replica_names(self.addresses).items() if of == service]

    def pids(self) -> dict[str, int | None]:
        """None for a replica that is not there."""
        return {name: part.pid for name, part in self.services.items()}

    async def health(self, name: str, path: str) -> int:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            return (await client.get(f"http://127.0.0.1:{self._port(name)}{path}")).status_code

    def _port(self, name: str) -> int:
        return int(self._environments[name]["LISTEN_PORT"])

    # Bad days ---------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def without_broker(self) -> AsyncIterator[None]:
        await self.broker.stop()
        try:
            yield
        finally:
            await self.broker.start()

    @asynccontextmanager
    async def without_database(self) -> AsyncIterator[None]:
        """Killed, as a failing machine does it."""
        self.postgres.kill()
        try:
            yield
        finally:
            await self.postgres.start()

    @asynccontextmanager
    async def without_mail(self) -> AsyncIterator[None]:
        await self.mail.stop()
        try:
            yield
        finally:
            await self.mail.start()

    @asynccontextmanager
    async def without(self, name: str) -> AsyncIterator[None]:
        """Killed with -9, and back at the end."""
        self._away.add(name)
        self.signal(name, signal.SIGKILL)
        await eventually(lambda: self._gone(name))
        try:
            yield
        finally:
            self._away.discard(name)
            await self.ready(name)

    @asynccontextmanager
    async def dying_at(self, name: str, *points: str) -> AsyncIterator[None]:
        """The replica dies at each of these points of shared/crash_points.py in turn, and is started again as usual.

        Returns from the block only when it has died at all of them and is back.
        """
        first, *others = points
        doomed = await self._doomed(name, first)
        try:
            yield
            for point in others:
                await eventually(partial(self._gone, name, doomed))
                doomed = await self._doomed(name, point)
            await eventually(partial(self._gone, name, doomed))
        finally:
            if not await self._gone(name, doomed):
                self.signal(name, signal.SIGKILL)
            await self.ready(name, other_than=doomed)

    async def _doomed(self, name: str, point: str) -> int:
        """The process id of the replica once it is ready to die there, or has."""
        doomed = await self._restarted(name, {"CRASH_AT": point})

        async def ready_or_dead() -> bool:
            return await self._gone(name, doomed) or await http_answers(self._port(name), "/readyz")

        await eventually(ready_or_dead)
        return doomed

    async def _restarted(self, name: str, settings: Mapping[str, str]) -> int:
        """Killed, where it lives, and started once with these settings besides; perhaps not ready yet."""
        usual, before = self._environments[name].copy(), self.services[name].pid
        self._environments[name].update(settings)
        self.signal(name, signal.SIGKILL)

        async def started() -> int | None:
            pid = self.services[name].pid
            return pid if pid != before else None

        pid = await eventually(started)
        self._environments[name].clear()
        self._environments[name].update(usual)
        return pid

    @asynccontextmanager
    async def frozen(self, *names: str) -> AsyncIterator[None]:
        """They neither answer nor hear meanwhile, and then go on as if nothing had been."""
        for name in names:
            self.signal(name, signal.SIGSTOP)
        try:
            yield
        finally:
            for name in names:
                self.signal(name, signal.SIGCONT)

    def signal(self, name: str, sign: signal.Signals) -> bool:
        """Sends it to the replica; False when there is none."""
        pid = self.services[name].pid
        if pid is not None:
            os.kill(pid, sign)
        return pid is not None

    async def whole(self) -> None:
        """Returns once every replica takes requests."""
        await asyncio.gather(*(self.ready(name) for name in self.services))

    async def _gone(self, name: str, pid: int | None = None) -> bool:
        """Whether the replica is not there, or is another process than `pid`."""
        now = self.services[name].pid
        return now is None or (pid is not None and now != pid)

    # What became of it ------------------------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """Of somebody who looks at everything."""
        return Settings(
            environment="demo",
            database_url=SecretStr(in_database(self.postgres.dsn(), DATABASE)),
            kafka_bootstrap_servers=[self.broker.bootstrap],
            kafka_broker_kind=self.broker.kind.name,
        )

    async def rows(self, query: str, *values: Any) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(in_database(self.postgres.dsn(), DATABASE), timeout=PATIENCE)
        try:
            return await connection.fetch(query, *values)
        finally:
            await connection.close()

    async def quiet(self) -> None:
        """Every event was sent and heard, and no e-mail waits: nothing more will happen by itself."""

        async def nothing_waits() -> bool:
            for waits in (WAITING_EVENTS, UNHEARD_EVENTS, WAITING_MAIL):
                if await self.rows(waits):
                    return False
            return True

        await eventually(nothing_waits)

    async def audit(self, *, within: float = PATIENCE, ledger: Path | None = None) -> Findings:
        """Every promise, looked at once nothing waits any more: `assert findings.kept, findings`."""
        return await audit(System(self.settings, kept_in(self.mail.store)), within=within, ledger_file=ledger)

    def mails_to(self, address: str) -> list[EmailMessage]:
        """The newest first."""
        return [kept.message for kept in self.mail.messages if address in kept.recipients]

    def invitations_to(self, address: str) -> list[EmailMessage]:
        """E-mails that bring an appointment for the calendar."""
        return [
            mail
            for mail in self.mails_to(address)
            if any(part.get_content_type() == "text/calendar" for part in mail.walk())
        ]

    async def dead_letters(self) -> int:
        counts = [await self.rows(f"select 1 from {service}.dead_letter") for service in SERVICES]
        return sum(map(len, counts))

    async def dead_letters_of(self, service: str, *, at_least: int) -> list[tuple[DeadLetter, Contents]]:
        """Those of one service, opened; none before there are so many."""
        sealer = ServiceCipher(secret_bytes(self.secrets.sealing_keys[service], "SEALING_KEY"), service)
        dsn = in_database(self.postgres.dsn(), DATABASE)
        connection = await asyncpg.connect(dsn, timeout=PATIENCE, server_settings={"search_path": service})
        try:
            letters = await list_dead_letters(connection)
            opened = [await reveal_dead_letter(connection, letter.id, sealer) for letter in letters]
        finally:
            await connection.close()
        return list(zip(letters, opened, strict=True)) if len(letters) >= at_least else []

    async def bookings_of(self, reference: str) -> list[asyncpg.Record]:
        """Active bookings of a request's consultation, one row an appointment."""
        return await self.rows(
            """
            select appointment.id, consultation.state
              from scheduling.consultation
              join scheduling.appointment on appointment.consultation_id = consultation.id
             where consultation.reference = $1 and appointment.state = 'booked'
            """,
            reference,
        )

    async def assert_done_once(self, asked: "Asked", *, sessions: int = 0) -> None:
        """One consultation, one booking of it, and each e-mail once. `sessions` were booked besides."""
        await self.quiet()
        assert [row["state"] for row in await self.bookings_of(asked.request.reference)] == ["booked"]
        ids = [str(mail["Message-ID"]) for mail in self.mails_to(asked.email)]
        assert len(ids) == len(set(ids))
        assert len(self.invitations_to(asked.email)) == 1 + sessions


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and whose it is."""

    request: patient.Request
    email: str


async def ask(browser: Browser) -> Asked:
    """Somebody new asks for a consultation; accepted on return, by a service that may have died and come back meanwhile."""
    email, key = f"ines.{uuid7().hex}@example.com", str(uuid7())

    async def accepted() -> patient.Request | None:
        try:
            return await patient.ask(browser, "Ines Marchetti", email, key)
        except Unexpected as refused:
            if refused.status != httpx.codes.SERVICE_UNAVAILABLE:
                raise
            return None

    return Asked(await eventually(accepted), email)


async def scheduled(browser: Browser, asked: Asked) -> None:
    """Returns once the patient sees that it is booked."""
    await patient.wait_for(browser, asked.request, "scheduled", PATIENCE)


async def sign_in(browser: Browser) -> None:
    await staff.sign_in(browser, DEMO_STAFF_EMAIL, DEMO_STAFF_PASSWORD)


MakeBroker = Callable[[], AbstractAsyncContextManager[Broker]]
MakePostgres = Callable[[], AbstractAsyncContextManager[EmbeddedPostgres]]


@asynccontextmanager
async def running_clinic(
    folder: Path,
    *,
    broker: MakeBroker = temporary_broker,
    postgres: MakePostgres = temporary_postgres,
    replicas: int = 1,
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[Clinic]:
    """Everything up, with the demo's clinic and staff; nothing is left afterwards.

    `settings` are added to the environment of every service.
    """
    home = Home(folder)
    home.prepare()
    async with AsyncExitStack() as held:
        database = await held.enter_async_context(postgres())
        log = await held.enter_async_context(broker())
        mail = await held.enter_async_context(MailSink())
        addresses = Addresses(
            admin_dsn=database.dsn(),
            bootstrap=log.bootstrap,
            broker_kind=log.kind,
            smtp_port=mail.port,
            door_port=held.enter_context(held_ports(1))[0],
            service_ports=replica_ports(replicas, lambda count: held.enter_context(held_ports(count))),
            topic_copies=log.copies,
        )
        clinic = Clinic(home, database, log, mail, addresses, DemoSecrets(), ProcessRecord(home.processes))
        demo = {"DEMO_STAFF_PASSWORD": DEMO_STAFF_PASSWORD}
        environment = job_environment(addresses, clinic.secrets) | demo
        await run_job("prepare", [*CHAIRSIDE, "prepare"], log=home.logs / "prepare.log", environment=environment)
        clinic.prepare_services(settings or {})
        held.push_async_callback(_stop, clinic)
        keepers = [asyncio.create_task(clinic.keep(name)) for name in clinic.services]
        held.push_async_callback(_cancel, keepers)
        await clinic.whole()
        door = front_door(home, addresses.door_port, addresses.service_ports, clinic.record)
        held.push_async_callback(door.stop)
        await door.start()
        yield clinic


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _stop(clinic: Clinic) -> None:
    await asyncio.gather(*(part.stop() for part in clinic.services.values()))
