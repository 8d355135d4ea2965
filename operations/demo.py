"""`chairside demo`: a patient's and a clinic's day, played by HTTP through a running system, and what came of it."""

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

import httpx
import typer
from rich.console import Console

from operations.demo_clinic import demo_staff
from operations.player import mail, patient, staff, timeline
from operations.player.browser import Browser, Unexpected
from operations.stack.home import home_folder
from operations.stack.start import DEMO_STAFF_EMAIL, DEMO_STAFF_PASSWORD
from shared.clock import SystemClock
from shared.events.staff import Role

T = TypeVar("T")
CLINICIAN = next(one.email for one in demo_staff() if Role.CLINICIAN in one.roles)
PATIENCE = 30.0
"""Seconds for an effect to travel; a healthy system needs far less than one."""

REQUESTED = {"consultation-requested": {"scheduling", "notifications"}}
SCHEDULED = REQUESTED | {"consultation-scheduled": {"intake", "notifications"}}
JOURNEY = SCHEDULED | {
    "attendance-confirmed": {"notifications"},
    "consultation-completed": {"intake", "notifications"},
    "session-scheduled": {"notifications"},
    "session-completed": {"intake", "notifications"},
}
WITHDRAWAL = SCHEDULED | {
    "consultation-withdrawn": {"scheduling", "notifications"},
    "consultation-cancelled": {"intake", "notifications"},
}
"""What must be said, and who must have done something about it."""


@dataclass(slots=True)
class Played:
    """What the journey found, for printing."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    timelines: dict[str, list[timeline.Happening]] = field(default_factory=dict)


@dataclass(slots=True)
class Stage:
    """Says each step and how long it took."""

    console: Console
    played: Played

    async def step(self, words: str, doing: Awaitable[T]) -> T:
        begin = time.monotonic()
        result = await doing
        took = time.monotonic() - begin
        self.played.steps.append({"step": words, "seconds": round(took, 3)})
        self.console.print(f"[green]✓[/] {words} [dim]{took * 1000:,.0f} ms[/]")
        return result


async def play(
    url: str, email: str, password: str, mail_url: str | None, console: Console, clinician: str = CLINICIAN
) -> Played:
    """The whole journey. Raises Unexpected at the first thing that is not as it should be."""
    clock, mark = SystemClock(), secrets.token_hex(3)
    played = Played()
    stage = Stage(console, played)
    async with Browser(url) as patients, Browser(url) as clinic:
        zone = str((await patients.json("/api/consultation-requests/form"))["zone"])
        await stage.step("Staff sign in", staff.sign_in(clinic, email, password))

        address = f"ines.{mark}@example.com"
        asked = await stage.step(
            "Ines asks for a consultation, twice under one key", patient.ask(patients, "Ines Marchetti", address)
        )
        await stage.step("Her page says it is scheduled", patient.wait_for(patients, asked, "scheduled", PATIENCE))
        await stage.step("She says there that she is coming", patient.come(patients, asked))
        known = await staff.find(clinic, asked.reference)
        await stage.step(
            "Staff have heard of both",
            timeline.settled(
                clinic,
                known["patient_id"],
                known["requested_at"],
                SCHEDULED,
                PATIENCE,
            ),
        )
        await stage.step("They open it from the inbox", staff.open_from_inbox(clinic, known["request_id"]))
        await stage.step("She is here, and staff say so", staff.receive(clinic, known["request_id"], clock.now(), zone))
        async with Browser(url) as consulting:
            await staff.sign_in(consulting, clinician, password)
            await stage.step("The clinician decides: suitable", staff.decide(consulting, known["request_id"]))
        await stage.step("Her page says so", patient.wait_for(patients, asked, "suitable", PATIENCE))
        session = await stage.step(
            "Staff book an infusion session by hand, from a day on paper",
            staff.enter_paper_session(clinic, asked, clock.now(), zone),
        )
        await stage.step("They record its end", staff.record_session(clinic, session, zone))
        played.timelines[asked.reference] = await stage.step(
            "Everybody has heard",
            timeline.settled(clinic, known["patient_id"], known["requested_at"], JOURNEY, PATIENCE),
        )

        other = f"tomasz.{mark}@example.com"
        withdrawn = await stage.step("Tomasz asks too", patient.ask(patients, "Tomasz Wilk", other))
        await patient.wait_for(patients, withdrawn, "scheduled", PATIENCE)
        if mail_url:
            await stage.step("His calendar gets the appointment", mail.expect(mail_url, other, {"REQUEST"}, PATIENCE))
        await stage.step("He withdraws by his link", patient.withdraw(patients, withdrawn))
        await stage.step("His page says so", patient.wait_for(patients, withdrawn, "withdrawn", PATIENCE))
        known = await staff.find(clinic, withdrawn.reference)
        played.timelines[withdrawn.reference] = await stage.step(
            "His time is free again",
            timeline.settled(clinic, known["patient_id"], known["requested_at"], WITHDRAWAL, PATIENCE),
        )
        if mail_url:
            await stage.step(
                "His calendar loses it again", mail.expect(mail_url, other, {"REQUEST", "CANCEL"}, PATIENCE)
            )
    return played


def demo(
    url: Annotated[
        str | None, typer.Option(help="Front door of a running system; by default the `chairside up` of this folder")
    ] = None,
    mail_url: Annotated[
        str | None, typer.Option(help="Where its e-mails can be read (mail sink or MailDev), to check them too")
    ] = None,
    email: Annotated[str | None, typer.Option(help="Staff account")] = None,
    clinician: Annotated[str, typer.Option(help="Account of a clinician, with the same password")] = CLINICIAN,
    password: Annotated[str | None, typer.Option(help="Its password", envvar="DEMO_STAFF_PASSWORD")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of words")] = False,
) -> None:
    """Play the whole journey as patient and as staff, and print what was said and heard when. Exit status 0: it worked."""
    running = home_folder(None).running() if url is None else None
    if url is None and running is None:
        raise SystemExit("Nothing runs here. Start `chairside up`, or name a system with --url.")
    console = Console(stderr=as_json, highlight=False)
    try:
        played = asyncio.run(
            play(
                url or (running.url if running else ""),
                email or (running.staff_email if running else DEMO_STAFF_EMAIL),
                password or (running.staff_password if running else DEMO_STAFF_PASSWORD),
                mail_url or (running.mail_url if running else None),
                console,
                clinician,
            )
        )
    except (Unexpected, httpx.HTTPError) as problem:
        console.print(f"[red]✗[/] {str(problem) or type(problem).__name__}")
        raise SystemExit(1) from None
    if as_json:
        told = {reference: timeline.plain(happenings) for reference, happenings in played.timelines.items()}
        typer.echo(json.dumps({"steps": played.steps, "timelines": told}, indent=2))
        return
    for reference, happenings in played.timelines.items():
        console.print()
        timeline.draw(reference, happenings)
