"""Where an operator's command finds the system it is asked about."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import asyncpg
import typer
from pydantic import SecretStr, ValidationError
from rich.table import Column

from operations.stack.environment import in_database
from operations.stack.home import home_folder
from shared.database.roles import DATABASE, SERVICES
from shared.settings import Settings

OneService = Annotated[str, typer.Option("--service", "-s", help="Only this service; otherwise all three")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of words")]


def id_column() -> Column:
    """Of a table whose ids are to be copied: never shortened, however narrow the terminal."""
    return Column("id", no_wrap=True, min_width=36)


def operator_dsn() -> str:
    """DATABASE_URL, or the Postgres of the `chairside up` that runs here. Ends the command when neither is there."""
    if dsn := os.environ.get("DATABASE_URL"):
        return dsn
    running = home_folder(None).running()
    if running is None:
        raise SystemExit("Set DATABASE_URL, or run this beside a running `chairside up`.")
    return running.admin_dsn


class NothingRuns(Exception):
    """There is no system here to ask. The words say how to name one."""


def operated_settings() -> Settings:
    """Where Postgres, Kafka and the services are: from the environment, or of the `chairside up` that runs here.

    `database_url` leads to the services' database as an operator. Raises NothingRuns.
    """
    running = home_folder(None).running()
    if "DATABASE_URL" in os.environ:
        try:
            settings = Settings()  # type: ignore[call-arg]  # the environment fills it
        except ValidationError as wrong:
            raise NothingRuns(str(wrong)) from None
    elif running is not None:
        settings = Settings(
            environment="demo",
            database_url=SecretStr(running.admin_dsn),
            kafka_bootstrap_servers=[running.bootstrap],
            kafka_broker_kind=running.broker_kind,
        )
    else:
        raise NothingRuns("set DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS, or run this beside a running `chairside up`")
    dsn = in_database(settings.database_url.get_secret_value(), DATABASE)
    return settings.model_copy(update={"database_url": SecretStr(dsn)})


def services(asked: str) -> tuple[str, ...]:
    """The one that was asked for, or all three. Raises BadParameter for a name that none of them has."""
    if asked and asked not in SERVICES:
        raise typer.BadParameter(f"{asked!r} is none of {', '.join(SERVICES)}")
    return (asked,) if asked else SERVICES


@asynccontextmanager
async def schema(service: str) -> AsyncIterator[asyncpg.Connection]:
    """The tables of one service, as an operator may see and change them."""
    connection = await asyncpg.connect(
        operator_dsn(), database=DATABASE, timeout=10, server_settings={"search_path": service}
    )
    try:
        yield connection
    finally:
        await connection.close()
