"""The page that asks when: a ticket with which scheduling keeps a time, and what comes back of it."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.intake.domain.guided.walk import CHECK
from shared.web.hold_ticket import HoldTicketVerifier
from shared.web.signing_keys import read_key
from tests.integration.intake.conftest import SIGNED_BY, Intake
from tests.integration.intake.guided_pages import Visitor

HOLD = "01900000-0000-7000-8000-0000000000aa"


def kept(intake: Intake) -> dict[str, str]:
    """What scheduling's page leads back with."""
    now = intake.clock.now()
    slot, until = now + timedelta(days=1), now + timedelta(minutes=20)
    return {"hold_id": HOLD, "slot": slot.isoformat(), "kept_until": until.isoformat()}


async def test_the_ticket_names_the_request_and_its_contacts_and_stands_in_no_address(intake: Intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to("when")

    ticket = visitor.hidden["ticket"]

    read = HoldTicketVerifier(read_key(SIGNED_BY, "SIGNED_BY", private=False), intake.clock).verify(ticket)
    (draft,) = await intake.rows("select request_id from request_draft")
    assert read.request_id == draft["request_id"]
    assert len(read.contacts) == 1
    assert visitor.hidden["back"] == visitor.at
    assert f'hx-post="{visitor.at.replace("/when", "/free-times")}"' in visitor.page


async def test_a_time_that_is_kept_goes_along_with_the_request(intake: Intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to("when")
    back = await intake.http.get(visitor.at, params=kept(intake), headers={"Accept": "text/html"})
    visitor.page = back.text
    assert "Kept for you until 12:20 PM" in visitor.read

    await visitor.press()
    await visitor.walk_to(CHECK)
    assert "The time you chose Tuesday, June 16, 12:00 PM" in visitor.read
    await visitor.press()

    (requested,) = [body for topic, body in await intake.said() if topic == "consultation-requested"]
    assert UUID(requested["hold_id"]) == UUID(HOLD)


async def test_a_time_whose_end_has_passed_stays_chosen_and_that_is_said(intake: Intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to("when")
    await visitor.press(**kept(intake))
    intake.clock.advance(timedelta(minutes=20))

    await visitor.open(visitor.link + "/en/when")

    assert "Tuesday, June 16, 12:00 PM, Denver time (MDT) It is no longer kept for you." in visitor.read
    assert visitor.hidden["hold_id"] == HOLD


async def test_a_time_given_back_is_not_asked_for(intake: Intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to("when")
    await visitor.press(**kept(intake))
    await visitor.open(visitor.link + "/en/when")
    assert visitor.hidden["hold_id"] == HOLD

    await visitor.press(hold_id="", slot="", kept_until="")
    await visitor.walk_to(CHECK)
    await visitor.press()

    (requested,) = [body for topic, body in await intake.said() if topic == "consultation-requested"]
    assert requested.get("hold_id") is None


async def test_a_time_that_was_chosen_and_not_kept_is_not_passed_over_in_silence(intake: Intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to("when")

    await visitor.press(start=kept(intake)["slot"])

    assert (visitor.status, "not kept yet" in visitor.read) == (422, True)
    assert 'href="#free-times"' in visitor.page
    await visitor.press()
    assert visitor.slug == "consent"


@pytest.mark.parametrize(
    "wrong",
    [{"hold_id": "x"}, {"slot": "soon"}, {"kept_until": "2027-01-01T10:00"}, {"slot": "0001-01-01T00:00+14:00"}],
)
async def test_what_scheduling_never_said_is_left_out(intake: Intake, wrong: dict[str, str]):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to("when")

    await visitor.press(**{**kept(intake), **wrong})

    assert visitor.status == 200
    await visitor.open(visitor.link + "/en/when")
    assert "hold_id" not in visitor.hidden
