"""The running system that is asked, and the two ways of asking: over HTTP, and in Postgres."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx

from operations.stack.environment import in_database
from shared.database.roles import DATABASE, KEYRING_DATABASE
from shared.settings import Settings

TIMEOUT = 10


@dataclass(frozen=True, slots=True)
class System:
    """`settings` name Postgres and Kafka, as a role that may read all schemas. `services`: where each process listens."""

    settings: Settings
    services: Mapping[str, Sequence[str]]
    disks: Sequence[Path]

    @asynccontextmanager
    async def schema(self, name: str, database: str = DATABASE) -> AsyncIterator[asyncpg.Connection]:
        elsewhere = self.settings.keyring_url.get_secret_value() if database == KEYRING_DATABASE else ""
        dsn = in_database(elsewhere or self.settings.database_url.get_secret_value(), database)
        connection = await asyncpg.connect(dsn, timeout=TIMEOUT, server_settings={"search_path": name})
        try:
            yield connection
        finally:
            await connection.close()

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[httpx.AsyncClient]:
        async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as browser:
            yield browser
