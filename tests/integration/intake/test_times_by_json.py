"""A free time by JSON: the ticket for scheduling, what comes back of it, and the request that carries it."""

from datetime import timedelta
from uuid import UUID

import pytest

from shared.web.hold_ticket import LIFETIME, HoldTicketVerifier
from shared.web.signing_keys import read_key
from tests.integration.intake.conftest import SIGNED_BY, Intake, errors_of
from tests.integration.intake.front_end import FrontEnd
from tests.integration.intake.guided_pages import Visitor

HOLD = "01900000-0000-7000-8000-0000000000aa"


@pytest.fixture
async def at_when(intake: Intake) -> FrontEnd:
    return await (await FrontEnd(intake).begin()).walk_to("when")


def kept(intake: Intake) -> dict[str, str]:
    """What scheduling has answered, by the names under which it is sent on."""
    now = intake.clock.now()
    return {
        "hold_id": HOLD,
        "slot": (now + timedelta(days=1)).isoformat(),
        "kept_until": (now + timedelta(minutes=15)).isoformat(),
    }


async def test_the_ticket_names_the_request_and_a_contact_by_which_it_is_counted(at_when: FrontEnd):
    told = (await at_when.look("hold_ticket")).json()

    verifier = HoldTicketVerifier(read_key(SIGNED_BY, "SIGNED_BY", private=False), at_when.intake.clock)
    ticket = verifier.verify(told["ticket"])
    (draft,) = await at_when.intake.rows("select request_id from request_draft")
    assert (ticket.request_id, len(ticket.contacts)) == (draft["request_id"], 1)
    assert told["ends_at"] == (at_when.intake.clock.now() + LIFETIME).isoformat().replace("+00:00", "Z")
    assert told["links"]["hold"] == "/api/holds"


async def test_before_there_is_a_contact_there_is_no_ticket(intake: Intake):
    begun = await (await FrontEnd(intake).begin()).walk_to("contact")

    answer = await begun.look("hold_ticket")

    assert (answer.status_code, answer.json()["next"]) == (409, "contact")


async def test_once_it_was_sent_there_is_no_ticket_any_more(at_when: FrontEnd):
    await at_when.walk_to()
    location = (await at_when.send()).headers["location"]

    answer = await at_when.look("hold_ticket")

    assert (answer.status_code, answer.json()["request"]) == (409, location)


async def test_a_time_that_is_kept_goes_along_with_the_request(at_when: FrontEnd):
    at_when.told = (await at_when.answer(**kept(at_when.intake), weekdays=["tuesday"])).json()
    await at_when.walk_to()

    await at_when.send()

    (requested,) = [body for topic, body in await at_when.intake.said() if topic == "consultation-requested"]
    assert UUID(requested["hold_id"]) == UUID(HOLD)


async def test_the_time_is_told_in_words_before_it_is_sent(at_when: FrontEnd):
    at_when.told = (await at_when.answer(**kept(at_when.intake))).json()
    await at_when.walk_to()

    said = str((await at_when.look("check")).json())

    assert "Tuesday, June 16, 12:00" in said.replace("\u202f", " ")


async def test_what_is_shown_of_it_can_be_sent_back_as_it_is(at_when: FrontEnd):
    await at_when.answer(**kept(at_when.intake))
    path = at_when.told["links"]["question"].replace("{question}", "when")
    shown = (await at_when.intake.http.get(path)).json()["question"]

    answer = await at_when.say("when", shown["values"], shown["revision"])

    assert answer.status_code == 200
    assert (await at_when.intake.http.get(path)).json()["question"]["revision"] == shown["revision"]


async def test_a_time_left_out_is_not_asked_for(at_when: FrontEnd):
    await at_when.answer(**kept(at_when.intake))
    await at_when.say("when", {"weekdays": ["tuesday"]}, 1)
    at_when.told = (await at_when.look("draft")).json()
    await at_when.walk_to()

    await at_when.send()

    (requested,) = [body for topic, body in await at_when.intake.said() if topic == "consultation-requested"]
    assert requested.get("hold_id") is None


@pytest.mark.parametrize("wrong", [{"hold_id": "x"}, {"slot": "soon"}, {"kept_until": ""}])
async def test_half_a_time_is_refused_and_not_lost_in_silence(at_when: FrontEnd, wrong: dict[str, str]):
    answer = await at_when.say("when", {**kept(at_when.intake), **wrong})

    assert set(errors_of(answer)) == {"#/values/hold_id"}
    assert at_when.told["next"]["question"] == "when"


async def test_another_question_has_no_time(at_when: FrontEnd):
    answer = await at_when.say("name", {"name": "Ines", **kept(at_when.intake)}, 1)

    assert set(errors_of(answer)) == {f"#/values/{name}" for name in kept(at_when.intake)}


async def test_a_time_chosen_on_the_pages_is_there_for_a_front_end(intake: Intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to("when")
    await visitor.press(**kept(intake))
    link = f"/api/consultation-requests/drafts/{visitor.link.rpartition('/')[2]}/questions/when"

    told = (await intake.http.get(link)).json()["question"]

    assert told["values"]["hold_id"] == [HOLD]
