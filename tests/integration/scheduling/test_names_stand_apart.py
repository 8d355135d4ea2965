"""A name in another writing direction turns nothing that stands beside it: it is isolated wherever staff read it."""

import re

import pytest

from shared.events.staff import Role
from tests.integration.scheduling.test_clinic_pages import JUNE_22_AWAY, change
from tests.integration.scheduling.test_slot_offers import ONE_TIME

NAME = "\u202eليلى Marchetti"
"""Sealed before names lost what overrides a direction at the door (`contact_rules.clean_name`), or by another program."""


def apart(page):
    """How often it stands there, each time isolated. The title of a page holds nothing but text."""
    body = re.sub(r"<title>.*?</title>", "", page, flags=re.DOTALL)
    shown = re.sub(r"<[^>]*>", lambda tag: tag[0] if "bdi" in tag[0] else "", body)
    loose = re.sub(rf"<bdi>{NAME}</bdi>", "", shown)
    assert NAME not in loose, loose[max(loose.index(NAME) - 200, 0) :][:400]
    return shown.count(NAME)


@pytest.fixture
async def office(bare_front):
    await bare_front.desk.set_up()
    await bare_front.sign_in(Role.FRONT_DESK, Role.CLINICIAN, Role.ADMINISTRATOR)
    return bare_front


async def test_on_every_page_about_what_is_booked(office):
    asked = await office.asks(NAME)
    session = await office.books(asked)
    await change(office, "absences", JUNE_22_AWAY)
    consultation = (await office.desk.consultation(asked))["id"]
    (appointment, *_) = [row["id"] for row in await office.desk.appointments(asked)]

    for path in (
        "/staff/board?day=2026-06-22",
        "/staff/clinic/stranded",
        "/staff/sessions?day=2026-06-22",
        "/staff/consultations?whose=all",
        f"/staff/consultations/{consultation}",
        f"/staff/appointments/{appointment}",
        "/staff/sessions/new",
        session,
    ):
        assert apart(await office.page(path)) > 0, path


async def test_on_the_waiting_list(office):
    await office.desk.set_up(ONE_TIME)
    first = await office.asks("Ines")
    asked = await office.asks(NAME)
    await office.desk.asks_around()
    await office.desk.hears(first.withdrawn())
    await office.desk.review()

    assert apart(await office.page("/staff/waiting-list")) == 3
    assert apart(await office.page(f"/staff/waiting-list/{asked.request_id}")) == 1
