"""`chairside prepare`: what must be there before the services start, in one process. `chairside up` uses it.

Elsewhere the three parts are jobs of their own, because they run with different rights: migrate, topics, seed.
"""

import asyncio
import os

import typer
from pydantic import SecretStr

from operations.loading import loading
from operations.migrate import SeveralWereServed, migrate_all
from operations.stack.environment import in_database
from shared.database.roles import DATABASE
from shared.messaging.topics import BrokerAway, WrongPartitions, wait_and_ensure_topics
from shared.settings import Settings


async def prepare_everything(settings: Settings, staff_password: str | None) -> None:
    """Tables and topics side by side; then, with a password for its staff, the demo clinic. Safe to repeat."""
    admin_dsn = settings.database_url.get_secret_value()
    await asyncio.gather(
        migrate_all(admin_dsn, settings.keyring_url.get_secret_value() or admin_dsn, several_clinics=settings.several),
        wait_and_ensure_topics(settings),
    )
    if staff_password is not None:
        with loading():  # two services' rules, which an empty start does not need
            from operations.seed import put_in_place

        here = {"database_url": SecretStr(in_database(admin_dsn, DATABASE))}
        await put_in_place(settings.model_copy(update=here), staff_password)


def prepare() -> None:
    """Tables, topics and, with DEMO_STAFF_PASSWORD, the demo clinic. DATABASE_URL names a role that may make databases."""
    settings = Settings()  # type: ignore[call-arg]
    password = os.environ.get("DEMO_STAFF_PASSWORD")
    if password and settings.environment == "production":
        raise SystemExit("The demo clinic is for demos: ENVIRONMENT=production refuses it.")
    try:
        asyncio.run(prepare_everything(settings, password))
    except (BrokerAway, WrongPartitions, SeveralWereServed) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from problem
