"""While the keyring is away staff see everything but the names, are told so, and go on working."""

from shared.keyring.keyring import CACHE_FOR
from tests.integration.scheduling.front import words
from tests.keyring_line import KeyringLine

SAID = "Names and phone numbers are missing for the moment."


async def forgets(front):
    """So much time passes that this process has to ask for the keys again."""
    front.desk.clock.advance(CACHE_FOR)
    front.renew()


async def test_the_lists_show_every_row_by_its_reference(front, keyring_line: KeyringLine):
    ines, theo = await front.asks("Ines Marchetti"), await front.asks("Theo Brandt")
    await front.books(ines)
    await forgets(front)
    await keyring_line.cut()

    today = words(await front.page("/staff/board"))
    sessions = words(await front.page("/staff/sessions"))

    assert SAID in today
    assert ines.reference in today
    assert theo.reference in today
    assert "Marchetti" not in today
    assert SAID in sessions
    assert ines.reference in sessions
    for fragment in ("/staff/board/list", "/staff/sessions/list"):
        assert SAID in words(await front.page(fragment))


async def test_a_keyring_that_never_answers_holds_up_no_list(front, keyring_line: KeyringLine):
    ines = await front.asks()
    await forgets(front)
    await keyring_line.silence()

    assert ines.reference in words(await front.page("/staff/board"))


async def test_a_session_is_shown_recorded_and_corrected_without_the_name(front, keyring_line: KeyringLine):
    ines = await front.asks()
    session = await front.books(ines, date="2026-06-12", time="09:00")
    await forgets(front)
    await keyring_line.cut()
    happened = {"started_at": "2026-06-12T09:00", "ended_at": "2026-06-12T10:20", "outcome": "full"}

    assert SAID in words(await front.page(f"{session}/record"))
    again = await front.send(f"{session}/record", happened)
    assert again.status_code == 422
    assert "Choose the worst side effect" in words(again.text)
    assert (await front.send(f"{session}/record", happened | {"worst_severity": "none"})).status_code == 303
    page = words(await front.page(session))
    assert SAID in page
    assert ines.reference in page
    assert "Full infusion" in page
    assert SAID in words(await front.page(f"{session}/record/amendment"))


async def test_whoever_was_named_a_minute_ago_still_is(front, keyring_line: KeyringLine):
    await front.asks("Ines Marchetti")
    await front.page("/staff/board")
    await keyring_line.cut()

    assert "Ines Marchetti" in words(await front.page("/staff/board"))


async def test_the_names_are_back_with_the_keyring(front, keyring_line: KeyringLine):
    await front.asks("Ines Marchetti")
    await forgets(front)
    await keyring_line.cut()
    await front.page("/staff/board")
    await keyring_line.mend()

    page = words(await front.page("/staff/board"))

    assert "Ines Marchetti" in page
    assert SAID not in page
