"""`chairside staff`: invite people, list them, close an account."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from operations.whose import OfClinic, settings_of
from services.notifications.domain.staff import AlreadyInvited, LastAdministrator, NoRole, email_key
from services.notifications.store import staff as store
from services.notifications.use_cases.change_staff import deactivate as deactivate_staff
from services.notifications.use_cases.invite_staff import invite_staff, renew_invitation
from shared.database import Database
from shared.database.transaction import Transaction
from shared.events.staff import Role
from shared.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
T = TypeVar("T")


async def in_notifications(settings: Settings, work: Callable[[Transaction], Awaitable[T]]) -> T:
    """One transaction in the schema of notifications. A running service relays what it says."""
    database = await Database.open(settings, "notifications")
    try:
        async with database.transaction() as tx:
            return await work(tx)
    finally:
        await database.close()


@app.command()
def invite(
    email: Annotated[str, typer.Argument(help="They sign in with it")],
    name: Annotated[str, typer.Option(help="As colleagues and patients read it")],
    role: Annotated[list[Role], typer.Option(help="Give it several times for several roles")],
    again: Annotated[bool, typer.Option("--again", help="A new link for somebody who has an account")] = False,
    clinic: OfClinic = "",
) -> None:
    """Make an account and print the one-time link that sets its password."""
    settings = settings_of(clinic)

    async def work(tx: Transaction) -> str:
        found = await store.by_email(tx, email_key(email)) if again else None
        if found is not None and found.clinic_id == settings.clinic.id:
            return await renew_invitation(tx, found.clinic_id, found.id)
        return await invite_staff(tx, settings.clinic.id, email, name, role)

    try:
        secret = asyncio.run(in_notifications(settings, work))
    except (AlreadyInvited, NoRole) as refusal:
        raise typer.BadParameter(f"{refusal}; --again makes a new link") from None
    typer.echo(f"{settings.public_url}/staff/sign-in/invitation/{secret}")
    typer.echo("It works once, within three days. Hand it over by a channel you trust.", err=True)


@app.command("list")
def list_(clinic: OfClinic = "") -> None:
    """Everybody who has an account."""
    settings = settings_of(clinic)
    people = asyncio.run(in_notifications(settings, lambda tx: store.all_of(tx, settings.clinic.id)))
    table = Table("Name", "E-mail", "Roles", "State")
    for person in people:
        state = "left" if not person.active else "active" if person.password_hash else "invited"
        table.add_row(person.display_name, person.email, ", ".join(sorted(person.roles)), state)
    Console().print(table)


@app.command()
def deactivate(email: Annotated[str, typer.Argument(help="Whose account is closed")], clinic: OfClinic = "") -> None:
    """Close an account: every sign-in of it ends within seconds."""
    settings = settings_of(clinic)

    async def work(tx: Transaction) -> None:
        found = await store.by_email(tx, email_key(email))
        if found is None or found.clinic_id != settings.clinic.id:
            raise typer.BadParameter("there is no account with this e-mail")
        await deactivate_staff(tx, found.clinic_id, found.id)

    try:
        asyncio.run(in_notifications(settings, work))
    except LastAdministrator as refusal:
        raise typer.BadParameter(str(refusal)) from None
    typer.echo("Closed.")
