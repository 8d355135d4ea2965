"""Of which clinic an operator speaks, and where its data is."""

import os
from typing import Annotated

import typer
from pydantic import SecretStr

from operations.stack.environment import in_database
from operations.stack.home import home_folder
from shared.database.roles import DATABASE
from shared.settings import Settings

OfClinic = Annotated[
    str, typer.Option("--clinic", help="Reference prefix of the clinic, where there are several; otherwise the first")
]


def settings_of(clinic: str) -> Settings:
    """From the environment, or those of a `chairside up` that runs here; as the clinic has them that was asked for."""
    if "DATABASE_URL" in os.environ:
        settings = Settings()  # type: ignore[call-arg]
    else:
        running = home_folder(None).running()
        if running is None:
            raise SystemExit("Set DATABASE_URL, or run this beside a running `chairside up`.")
        dsn = SecretStr(in_database(running.admin_dsn, DATABASE))
        settings = Settings(environment="demo", database_url=dsn, public_url=running.url)
    by_prefix = {one.clinic.reference_prefix: one for one in settings.of_each_clinic()}
    if clinic and clinic not in by_prefix:
        raise typer.BadParameter(f"there is no clinic {clinic}, only {', '.join(by_prefix)}")
    return by_prefix[clinic] if clinic else settings
