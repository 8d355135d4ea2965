"""A booked appointment by JSON: seen, moved, cancelled with the ticket of the request, by the rules of the pages."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr

from services.scheduling.domain.change import MOST_MOVES
from services.scheduling.use_cases.answer_move import decline_move
from services.scheduling.use_cases.ask_about_move import ask_about_move
from services.scheduling.use_cases.move_stranded import Proposal
from services.scheduling.use_cases.take_in_hand import Press
from shared.web.change_ticket import sign_change_ticket
from shared.web.hold_ticket import LIFETIME
from tests.integration.scheduling.desk import CLINIC, STAFF_ID, Asked
from tests.integration.scheduling.front import INTAKE_KEYS

ONE_CLINICIAN = replace(CLINIC, resources=CLINIC.resources[:3])


class FrontEnd:
    """With the ticket of somebody whose consultation is booked for Monday at ten."""

    def __init__(self, front, asked):
        self.front, self.asked, self.desk = front, asked, front.desk
        signs = {"service_token_private_key": SecretStr(INTAKE_KEYS[0])}
        self.ticket = sign_change_ticket(
            front.app.state.settings.model_copy(update=signs), front.desk.clock, asked.request_id
        )

    async def post(self, what, **sent):
        return await self.front.http.post(f"/api/appointments/{what}", json={"ticket": self.ticket, **sent})

    async def moves(self, start, revision=1):
        return await self.post("move", starts_at=start.isoformat(), revision=revision)


async def booked(front, starts_at):
    asked = Asked.new()
    hold = await front.desk.keeps(asked, starts_at)
    await front.desk.hears(asked.requested(hold_id=hold.id))
    return FrontEnd(front, asked)


@pytest.fixture
async def ten(bare_front):
    await bare_front.desk.set_up(ONE_CLINICIAN)
    return await booked(bare_front, bare_front.desk.monday_at(10))


def name_of(answer):
    return answer.json()["type"].rpartition("/")[2]


async def test_it_shows_the_appointment_and_where_it_could_go(ten):
    told = (await ten.post("mine")).json()

    assert told["appointment"]["local_start"] == "2026-06-22T10:00:00"
    assert (told["appointment"]["revision"], told["may_move"], told["why_not"]) == (1, True, None)
    assert len(told["others"]) > 3
    assert told["appointment"]["starts_at"] not in told["others"]


async def test_it_moves_as_the_same_appointment_and_says_so_once(ten):
    two = ten.desk.monday_at(14)

    first, again = await ten.moves(two), await ten.moves(two)

    assert (first.status_code, first.json()["revision"]) == (200, 2)
    assert again.json() == first.json()
    assert len(await ten.desk.said("consultation-scheduled")) == 2, "booked, and moved once"


async def test_a_time_that_is_taken_names_the_nearest_and_changes_nothing(ten):
    await booked(ten.front, ten.desk.monday_at(14))

    refused = await ten.moves(ten.desk.monday_at(14))

    assert (refused.status_code, name_of(refused)) == (409, "time-not-free")
    assert [one["why"] for one in refused.json()["reasons"]] == ["taken"]
    assert len(refused.json()["instead"]) == 3
    assert (await ten.post("mine")).json()["appointment"]["revision"] == 1


async def test_what_was_changed_meanwhile_is_not_overwritten(ten):
    await ten.moves(ten.desk.monday_at(14))

    for late in (await ten.moves(ten.desk.monday_at(11)), await ten.post("cancel", revision=1)):
        assert (late.status_code, name_of(late)) == (409, "changed-meanwhile")


async def test_why_it_may_not_be_moved_is_named_before_and_after(ten):
    for number, hour in zip(range(1, MOST_MOVES + 1), [11, 14] * MOST_MOVES, strict=False):
        assert (await ten.moves(ten.desk.monday_at(hour), number)).status_code == 200

    told = (await ten.post("mine")).json()

    assert (told["may_move"], told["why_not"], told["others"]) == (False, "too-many-moves", [])
    assert name_of(await ten.moves(ten.desk.monday_at(9), MOST_MOVES + 1)) == "too-many-moves"


async def test_who_is_asked_about_another_time_does_not_come_to_the_one_that_cannot_be_kept(ten):
    await ten.post("coming", revision=1)
    await ten.desk.closes(ten.desk.monday_at(10))
    (row,) = await ten.desk.appointments(ten.asked)
    async with ten.desk.database.transaction() as tx:
        press = Press(CLINIC.id, row["id"], row["version"], STAFF_ID)
        asked = await ask_about_move(tx, Proposal(press, ten.desk.monday_at(14), None))

    answer = await ten.post("coming", revision=1)

    assert (answer.status_code, name_of(answer)) == (409, "cannot-be-kept")
    told = (await ten.post("mine")).json()["appointment"]
    assert told["coming_since"] is None
    assert (told["asked"]["state"], told["asked"]["local_start"]) == ("open", "2026-06-22T14:00:00")
    assert told["asked"]["answer_by"] == "2026-06-15T20:00:00Z"

    async with ten.desk.database.transaction() as tx:
        await decline_move(tx, asked.id)
    assert name_of(await ten.post("coming", revision=1)) == "cannot-be-kept"
    assert (await ten.post("mine")).json()["appointment"]["asked"]["state"] == "declined"

    moved = (await ten.moves(ten.desk.monday_at(14))).json()
    assert (moved["asked"], moved["revision"]) == (None, 2)


async def test_it_is_cancelled_once_with_a_reason(ten):
    answers = [await ten.post("cancel", revision=1, reason="not-now") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert len(await ten.desk.said("consultation-cancelled")) == 1
    assert name_of(await ten.post("mine")) == "no-appointment-ahead"


@pytest.mark.parametrize("wrong", ["over", "forged", "of a hold"])
async def test_only_its_own_ticket_opens_it(ten, wrong):
    if wrong == "over":
        ten.desk.clock.advance(LIFETIME)
    else:
        ten.ticket = {"forged": "x.y.z", "of a hold": ten.front.ticket(ten.asked)}[wrong]

    for answer in (
        await ten.post("mine"),
        await ten.moves(ten.desk.monday_at(14)),
        await ten.post("cancel", revision=1),
    ):
        assert (answer.status_code, name_of(answer)) == (403, "ticket-refused")
    assert await ten.desk.said("consultation-cancelled") == []


async def test_a_time_beyond_any_calendar_is_refused_at_its_field(ten):
    answer = await ten.moves(datetime.fromisoformat("9000-01-01T00:00:00+00:00"))

    assert [one["pointer"] for one in answer.json()["errors"]] == ["#/starts_at"]


async def test_who_never_asked_has_nothing_to_change(ten):
    nobody = FrontEnd(ten.front, Asked.new())

    for answer in (await nobody.post("mine"), await nobody.post("cancel", revision=1)):
        assert (answer.status_code, name_of(answer)) == (409, "no-appointment-ahead")


async def test_after_it_began_nothing_can_be_changed(ten):
    ten.desk.clock.advance(timedelta(days=8))
    ten = FrontEnd(ten.front, ten.asked)

    assert name_of(await ten.post("mine")) == "no-appointment-ahead"
    assert name_of(await ten.moves(ten.desk.monday_at(14))) == "no-appointment-ahead"


async def test_they_say_that_they_come_and_after_a_move_they_are_asked_anew(ten):
    assert [(await ten.post("coming", revision=1)).status_code for _ in range(2)] == [204, 204]

    assert (await ten.post("mine")).json()["appointment"]["coming_since"] == "2026-06-15T18:00:00Z"
    assert len(await ten.desk.said("attendance-confirmed")) == 1
    moved = (await ten.moves(ten.desk.monday_at(14))).json()
    assert (moved["revision"], moved["coming_since"]) == (2, None)
    assert name_of(await ten.post("coming", revision=1)) == "changed-meanwhile"
