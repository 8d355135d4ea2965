"""Real servers for tests: one embedded Postgres and one embedded broker a run, a scratch database a test."""

import base64
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import CodeType

import asyncpg
import pytest
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from operations.embedded.broker import temporary_broker
from operations.embedded.kafka_jars import temporary_kafka
from operations.embedded.postgres import EmbeddedPostgres, temporary_postgres
from operations.migrate import keyring_estate, migrate_estate, revisions, service_estate
from shared.clock import Clock, FixedClock
from shared.database import Database
from shared.database.migrations import migrate as migrate_schema
from shared.database.roles import prepare
from shared.ids import uuid7
from shared.settings import Settings
from shared.web import templating
from tests.examples import register_profiles
from tests.keyring_line import KeyringLine, open_line

pytest_plugins = ["tests.shortfalls", "tests.workers"]

register_profiles()

KEYRING_DATABASE = "test_keyring"
SCRATCH = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "128MB", "min_wal_size": "32MB"}
"""A test's database is gone before the machine is. What dies in tests is processes, and what they wrote the kernel keeps."""
MEMORY, ENOUGH_MEMORY = Path("/dev/shm"), 2 << 30
"""Some three hundred files are copied for each test and deleted after it: 14 ms in memory, 98 on a disk."""
ON_KAFKA = [
    Path(__file__).parent / place
    for place in ("contracts/messaging", "integration/embedded", "integration/notifications/test_running.py")
]
"""Where tests take the broker, or are for Apache Kafka alone; `faults` stand by themselves."""
BROWSER = Path(__file__).parent / "browser"
NOON = datetime(2026, 6, 15, 18, 0, tzinfo=UTC)
"""Monday, June 15, 2026, 12:00 in Denver: where a test's clock stands unless it says otherwise."""


def _key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")


class CompiledOnce(BytecodeCache):
    """Each test has an app of its own, all of them the same templates: compiling those anew was a third of a test of pages."""

    def __init__(self) -> None:
        self._compiled: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._compiled.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._compiled[bucket.key + bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def _templates_compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(templating, "Environment", partial(Environment, bytecode_cache=CompiledOnce()))
        yield


@pytest.fixture(scope="session")
async def postgres() -> AsyncIterator[EmbeddedPostgres]:
    """One server for the run; tests take scratch databases from it."""
    async with forgetful_postgres() as server:
        yield server


def forgetful_postgres() -> AbstractAsyncContextManager[EmbeddedPostgres]:
    """A server that writes to memory where there is room, for tests that copy databases and never stop the machine."""
    return temporary_postgres(settings=SCRATCH, under=MEMORY if _roomy() else None)


def _roomy() -> bool:
    return MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH_MEMORY


@dataclass(frozen=True, slots=True)
class BrokerAt:
    """A Kafka that tests may use: `bootstrap` as host:port, `kind` as broker_kinds.py names it."""

    bootstrap: str
    kind: str


@pytest.fixture(scope="session")
async def broker() -> AsyncIterator[BrokerAt]:
    """One broker for the run: embedded, or Apache Kafka (given, or from its jars) where `make test-kafka` asks."""
    if os.environ.get("CHAIRSIDE_TEST_BROKER") != "kafka":
        async with temporary_broker() as server:
            yield BrokerAt(server.bootstrap, server.kind.name)
    elif given := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        yield BrokerAt(given, "kafka")
    else:
        async with temporary_kafka() as server:
            yield BrokerAt(server.bootstrap, server.kind.name)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Nothing else is looked at on Apache Kafka: each worker would spend half a minute on what it does not run."""
    leads_there = (collection_path.is_relative_to(place) or place.is_relative_to(collection_path) for place in ON_KAFKA)
    return None if os.environ.get("CHAIRSIDE_TEST_BROKER") != "kafka" or any(leads_there) else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever takes the broker also runs on Apache Kafka. Raises UsageError for what its own `make` command would not find."""
    for item in items:
        if "broker" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.broker)
        marks = {mark.name for mark in item.iter_markers()}
        there = any(item.path.is_relative_to(place) for place in ON_KAFKA)
        if marks & {"broker", "kafka"} and not there and "faults" not in marks:
            raise pytest.UsageError(f"{item.nodeid} is to run on Apache Kafka, and stands in no place of ON_KAFKA")
        if "browser" in marks and BROWSER not in item.path.parents and not item.path.name.endswith("in_browser.py"):
            raise pytest.UsageError(f"{item.nodeid} is to run in Chromium, and `make test-browser` does not look there")


@dataclass(frozen=True, slots=True)
class Scratch:
    """A database that is this test's alone, with the schemas it asked for, migrated."""

    dsn: str
    settings: Settings

    async def open(self, service: str, clock: Clock | None = None) -> Database:
        """The database as the service's runtime role sees it. The caller closes it."""
        return await Database.open(self.settings, service, clock or FixedClock(NOON))


MakeScratch = Callable[..., Awaitable[Scratch]]
Fill = Callable[[Scratch], Awaitable[None]]
"""What stands in a database before its tests begin, written by the product itself."""


@pytest.fixture(scope="session")
async def _templates(postgres: EmbeddedPostgres) -> Callable[[tuple[str, ...]], Awaitable[str]]:
    made: dict[tuple[str, ...], str] = {}

    async def template(services: tuple[str, ...]) -> str:
        if services not in made:
            name = "template_" + ("_".join(services) or "empty")
            for service in services:
                estate = service_estate(service, name)
                await prepare(postgres.dsn(), estate)
                await migrate_schema(postgres.dsn(), estate, revisions(service))
            made[services] = name
        return made[services]

    return template


@pytest.fixture(scope="session")
def _filled() -> dict[Fill, str]:
    """Templates in which something stands already, by what was written: once a run, however many tests begin with it."""
    return {}


@pytest.fixture(scope="session")
async def keyring_database(postgres: EmbeddedPostgres) -> str:
    """One keyring for the run; patients in tests have fresh ids, so tests never meet in it."""
    await migrate_estate(postgres.dsn(), keyring_estate(KEYRING_DATABASE))
    return postgres.dsn(KEYRING_DATABASE)


@pytest.fixture
async def keyring_line(postgres: EmbeddedPostgres, keyring_database: str) -> AsyncIterator[KeyringLine]:
    """The way to the keyring, for tests that cut it."""
    async with open_line(keyring_database, postgres.dsn()) as line:
        yield line


@pytest.fixture(scope="session")
def secrets() -> dict[str, str]:
    """Keys of this run."""
    return {"keyring_master_key": _key(), "sealing_key": _key(), "form_key": _key()}


@pytest.fixture
async def scratch(
    postgres: EmbeddedPostgres,
    keyring_line: KeyringLine,
    secrets: dict[str, str],
    _templates: Callable[..., Awaitable[str]],
    _filled: dict[Fill, str],
) -> AsyncIterator[MakeScratch]:
    """`await scratch("intake")`: a database of its own, from a migrated template, dropped after the test.

    With `fill` it begins with what that writes.
    """
    made: list[str] = []

    async def copied(template: str, name: str, settings: dict[str, object]) -> Scratch:
        admin = await asyncpg.connect(postgres.dsn())
        try:
            await admin.execute(f'create database "{name}" template "{template}" strategy file_copy')
        finally:
            await admin.close()
        values: dict[str, object] = {
            "environment": "development",
            "database_url": postgres.dsn(name),
            "keyring_url": keyring_line.url,
            **secrets,
            **settings,
        }
        return Scratch(postgres.dsn(name), Settings(**values))  # type: ignore[arg-type]

    async def make(*services: str, fill: Fill | None = None, **settings: object) -> Scratch:
        template = await _templates(tuple(sorted(services)))
        if fill is not None:
            if fill not in _filled:
                name = f"{template}_{fill.__name__}"
                await fill(await copied(template, name, {}))
                _filled[fill] = name
            template = _filled[fill]
        place = await copied(template, name := f"scratch_{uuid7().hex}", settings)
        made.append(name)
        return place

    yield make

    admin = await asyncpg.connect(postgres.dsn())
    try:
        for name in made:
            await admin.execute(f'drop database "{name}" with (force)')
    finally:
        await admin.close()
