"""The real thing to measure: PostgreSQL with fsync, Apache Kafka, and services as processes of their own.

    async with servers() as place, services(place, "intake") as intake: ...

KAFKA_BOOTSTRAP_SERVERS names a Kafka to use; otherwise one is started from its jars, and costs its share of the cores.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from pydantic import SecretStr

from operations.demo_clinic import demo_clinic
from operations.embedded.kafka_jars import temporary_kafka
from operations.embedded.postgres import temporary_postgres
from operations.front_door import front_door
from operations.stack.demo_secrets import DemoSecrets, demo_secrets
from operations.stack.environment import Addresses, job_environment, seed_environment, service_environment
from operations.stack.home import Home
from operations.stack.parts import ProcessPart, http_answers, run_job
from operations.stack.ports import free_ports, listens
from operations.stack.process_record import ProcessRecord
from shared.database.roles import DATABASE, SERVICES
from shared.messaging.broker_kinds import KAFKA
from shared.settings import Settings

CHAIRSIDE = (sys.executable, "-m", "operations.main")
UNLIMITED = {"BURST_RATE": "0", "CORS_ORIGINS": "", "DATABASE_POOL_SIZE": os.environ.get("DATABASE_POOL_SIZE", "10")}
"""Load comes from one address, which the fence against bursts would stop at once."""
POSTGRES = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "track_commit_timestamp": "on"}
STAFF_PASSWORD = "tern-street-trial"


@dataclass(frozen=True, slots=True)
class Place:
    """Servers that are up, with tables, topics and the demo clinic."""

    home: Home
    addresses: Addresses
    secrets: DemoSecrets

    def settings(self, service: str) -> Settings:
        """As the service itself reads them, for looking into its tables."""
        known = service_environment(service, self.addresses, self.secrets)
        return Settings(
            environment="development",
            database_url=SecretStr(known["DATABASE_URL"]),
            database_password=SecretStr(known["DATABASE_PASSWORD"]),
            kafka_bootstrap_servers=known["KAFKA_BOOTSTRAP_SERVERS"].split(","),
        )

    def dsn(self, database: str = DATABASE) -> str:
        """As an administrator."""
        return self.addresses.admin_dsn.replace("/postgres?", f"/{database}?")


@dataclass(frozen=True, slots=True)
class Running:
    """One service process."""

    name: str
    port: int
    process: psutil.Process

    def cpu(self) -> float:
        """Seconds of CPU it has used."""
        used = self.process.cpu_times()
        return used.user + used.system


@asynccontextmanager
async def kafka() -> AsyncIterator[str]:
    """`host:port`, comma-separated."""
    if given := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        yield given
    else:
        async with temporary_kafka() as server:
            yield server.bootstrap


@asynccontextmanager
async def servers() -> AsyncIterator[Place]:
    """Everything but the services. Starts empty, leaves nothing."""
    folder = Path(tempfile.mkdtemp(prefix="chairside-bench-"))
    home = Home(folder)
    home.prepare()
    try:
        async with kafka() as bootstrap, temporary_postgres(settings=POSTGRES) as postgres:
            smtp, door, *ports = free_ports(2 + len(SERVICES))
            service_ports = {service: [port] for service, port in zip(SERVICES, ports, strict=True)}
            addresses = Addresses(postgres.dsn(), bootstrap, KAFKA, smtp, door, service_ports)
            place = Place(home, addresses, demo_secrets(home.secrets))
            environment = job_environment(addresses, place.secrets)
            for job in ("migrate", "topics"):
                await run_job(job, [*CHAIRSIDE, job], log=home.logs / f"{job}.log", environment=environment)
            environment = seed_environment(addresses, place.secrets, STAFF_PASSWORD)
            await run_job("seed", [*CHAIRSIDE, "seed"], log=home.logs / "seed.log", environment=environment)
            yield place
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def services(
    place: Place,
    *names: str,
    program: Sequence[str] = (*CHAIRSIDE, "serve"),
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[dict[str, Running]]:
    """These services, ready, as `program NAME`; stopped at the end."""
    async with AsyncExitStack() as started:
        parts = {name: _service(place, name, [*program, name], settings or {}) for name in names}
        for part in parts.values():
            started.push_async_callback(part.stop)
            await part.start()
        yield {
            name: Running(name, place.addresses.service_ports[name][0], psutil.Process(part.pid))
            for name, part in parts.items()
        }


@asynccontextmanager
async def door(place: Place) -> AsyncIterator[str]:
    """The front door; its address."""
    part = front_door(
        place.home, place.addresses.door_port, place.addresses.service_ports, ProcessRecord(place.home.processes)
    )
    await part.start()
    try:
        yield place.addresses.public_url
    finally:
        await part.stop()


@asynccontextmanager
async def process(place: Place, name: str, command: Sequence[str], port: int) -> AsyncIterator[int]:
    """Any other program that answers on `port`, once it does; its process id."""
    part = _part(place, name, command, port, dict(os.environ))
    await part.start()
    try:
        assert part.pid is not None
        yield part.pid
    finally:
        await part.stop()


def _service(place: Place, name: str, command: Sequence[str], settings: Mapping[str, str]) -> ProcessPart:
    environment = {**service_environment(name, place.addresses, place.secrets), **UNLIMITED, **settings}
    return _part(place, name, command, place.addresses.service_ports[name][0], environment)


def _part(place: Place, name: str, command: Sequence[str], port: int, environment: Mapping[str, str]) -> ProcessPart:
    async def ready(pid: int) -> bool:
        return listens(pid, port) and await http_answers(port, "/health/messaging")

    log, record = place.home.logs / f"{name}.log", ProcessRecord(place.home.processes)
    return ProcessPart(name, command, log=log, environment=environment, ready=ready, record=record)


CLINIC_ID = demo_clinic().id
