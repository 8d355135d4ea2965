"""Requests that wait for staff, and what staff send from the page of one."""

from typing import Any
from uuid import UUID

import httpx

from services.intake.use_cases.mark_patients import mark_patients
from shared.events.staff import Role
from shared.keyring.blind_index import BlindIndex
from tests.integration.intake.conftest import INES, INES_TYPED, Intake
from tests.integration.intake.guided import Walk


async def held(intake: Intake, **changes: Any) -> UUID:
    """A request that no rule but its form's keeps from being booked."""
    await intake.send_form(typed={**INES_TYPED, **changes, "website": "https://example.com"})
    return (await newest(intake))["id"]


async def sent(intake: Intake, **changes: Any) -> UUID:
    await intake.submitted(**{**INES, **changes})
    return (await newest(intake))["id"]


async def screened(intake: Intake, **health: str) -> UUID:
    """A guided request. Whatever is not answered here is left out, which a clinician decides."""
    walk = await (await Walk.begin(intake)).filled()
    await walk.save("health-body", {name: (answer,) for name, answer in health.items()})
    return (await walk.send()).request.id


async def newest(intake: Intake) -> dict[str, Any]:
    return (await intake.rows("select * from consultation_request order by requested_at desc, id desc limit 1"))[0]


async def row_of(intake: Intake, request_id: UUID) -> dict[str, Any]:
    return (await intake.rows("select * from consultation_request where id = $1", request_id))[0]


async def press(intake: Intake, request_id: UUID, action: str, seen: int = 1, **fields: Any) -> httpx.Response:
    return await intake.http.post(
        f"/staff/requests/{request_id}/{action}", data={"seen": seen, **fields}, headers={"Accept": "text/html"}
    )


async def acts(intake: Intake, request_id: UUID) -> list[tuple[str, str | None]]:
    """What was done, and in which role; the first first."""
    rows = await intake.rows("select act, role from request_act where request_id = $1 order by id", request_id)
    return [(row["act"], row["role"]) for row in rows]


async def topics(intake: Intake) -> list[str]:
    return [topic for topic, _ in await intake.said()]


async def mark(intake: Intake) -> int:
    """As the timer does, which rests in these tests."""
    index = BlindIndex.from_settings(intake.app.state.settings, "intake")
    return await mark_patients(intake.database, intake.app.state.keyring, index)


async def as_clinician(intake: Intake) -> UUID:
    return await intake.sign_in(Role.CLINICIAN)
