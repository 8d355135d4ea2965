"""`chairside calendar`: a clinic that has none begins one, and its administrators enter the rest on its pages."""

import asyncio

from typer.testing import CliRunner, Result

from operations.main import build
from shared.events.staff import Role
from tests.integration.scheduling.front import words
from tests.integration.scheduling.test_clinic_pages import PAGE, change, stored


async def typed(front, monkeypatch) -> Result:
    monkeypatch.setenv("DATABASE_URL", front.app.state.settings.database_url.get_secret_value())
    monkeypatch.setenv("ENVIRONMENT", "development")
    return await asyncio.to_thread(CliRunner().invoke, build("calendar"), ["calendar"])


async def test_a_clinic_without_a_calendar_begins_one_and_enters_its_rooms_itself(bare_front, monkeypatch):
    await bare_front.sign_in(Role.ADMINISTRATOR, name="Ada Lindqvist")
    nothing = await bare_front.http.get(PAGE)
    assert nothing.status_code == 409
    assert "begin its calendar" in words(nothing.text)

    begun = await typed(bare_front, monkeypatch)

    assert begun.exit_code == 0, begun.output
    assert "has a calendar now" in begun.stdout
    page = words(await bare_front.page(PAGE))
    assert "Monday 08:00 to 17:00" in page
    clinic = await stored(bare_front)
    assert (clinic.rooms, clinic.resources, clinic.shifts) == ((), (), ())
    await change(bare_front, "chairs", {"new-room": "Quiet room", "new-chair": "Chair 1"})
    assert [one.name for one in (await stored(bare_front)).resources] == ["Chair 1"]


async def test_a_calendar_that_is_there_stays_as_it_is(bare_front, monkeypatch):
    await bare_front.desk.set_up()
    before = await stored(bare_front)

    again = await typed(bare_front, monkeypatch)

    assert again.exit_code == 0, again.output
    assert "Nothing was changed" in again.stdout
    assert await stored(bare_front) == before
