"""Patients and their front ends see the free times and have one kept: as JSON, in a page of a request, and without scripts."""

import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from services.scheduling.domain.offer import MOST
from services.scheduling.settings import SchedulingSettings
from services.scheduling.use_cases.let_holds_lapse import tidy_holds
from tests.conftest import NOON
from tests.integration.scheduling.desk import CLINICIANS, HOLD_RULES, Asked
from tests.integration.scheduling.front import SITE, hidden, words

TEN = "2026-06-22T16:00:00+00:00"
"""Ten o'clock at the clinic."""
MOST_OF_A_NETWORK = SchedulingSettings().address_holds
BACK = "/request/g/3q2-7w/en/when"
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]


async def slots(front, **query):
    answer = await front.http.get("/api/slots", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def holds(front, ticket, starts_at=TEN):
    return await front.http.post("/api/holds", json={"ticket": ticket, "starts_at": starts_at})


async def place(front, path="/a/times", **typed):
    """What a page fetches into its place for times."""
    headers = {"Accept": "text/html", "Origin": SITE, "HX-Request": "true"}
    answer = await front.http.post(path, data=typed, headers=headers)
    assert answer.status_code == 200
    return answer.text


def starts(page):
    return re.findall(r'name="start" value="([^"]+)"', page)


# As JSON -------------------------------------------------------------------------------------------------------------


async def test_free_times_come_best_first_with_the_clinics_own_clock(front):
    found = await slots(front, most=3)

    assert found["zone"] == "America/Denver"
    assert [slot["local_start"] for slot in found["slots"]] == [
        "2026-06-15T14:00:00",
        "2026-06-15T14:15:00",
        "2026-06-15T14:30:00",
    ]
    assert found["slots"][0]["starts_at"] == "2026-06-15T20:00:00Z"


async def test_wishes_and_bounds_are_kept(front):
    found = await slots(
        front, **{"from": "2026-06-17T00:00:00Z", "until": "2026-06-19T20:00:00Z", "day_parts": "afternoon", "most": 1}
    )
    (last,) = (await slots(front, **{"from": "2026-06-19T20:00:00Z", "until": "2026-06-19T20:00:00Z"}))["slots"]

    assert found["slots"][0]["local_start"] == "2026-06-17T12:00:00"
    assert last["starts_at"] == "2026-06-19T20:00:00Z"


async def test_not_before_is_a_day_of_the_clinic(front):
    assert (await slots(front, not_before="2026-06-20", most=1))["slots"][0]["local_start"] == "2026-06-22T08:00:00"


@pytest.mark.parametrize(
    "query",
    [
        {"from": "yesterday"},
        {"from": "2026-06-17T00:00:00"},
        {"from": "0001-01-01T00:00:00+14:00"},
        {"until": "9999-12-31T23:59:59-12:00"},
        {"weekdays": "someday"},
        {"most": "0"},
        {"kind": "dance"},
        {"most": "1001"},
        {"skip": "-1"},
        {"clinician": "anybody"},
        {"not_before": "2026-02-30"},
    ],
)
async def test_what_cannot_be_meant_is_refused_and_named(front, query):
    answer = await front.http.get("/api/slots", params=query)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"].startswith(next(iter(query)))


async def test_pages_lead_to_every_time_once(front):
    everything = (await slots(front, until="2026-06-17T00:00:00Z", most=1000))["slots"]
    path, seen = "/api/slots?until=2026-06-17T00:00:00Z&most=7", []
    while path:
        page = (await front.http.get(path)).json()
        seen += page["slots"]
        path = page["next"]

    assert seen == everything
    assert len(seen) > 14


async def test_staff_look_for_sessions_and_beyond_what_patients_are_given(front):
    ahead = {"from": "2026-09-01T00:00:00Z", "until": "2026-09-02T00:00:00Z"}
    found = await slots(front, by_staff="true", kind="session", **ahead)

    assert found["slots"][0]["local_start"] == "2026-09-01T08:00:00"
    assert (await slots(front, **ahead))["slots"] == []


async def test_a_free_time_has_nothing_against_it(front):
    why = await reasons_at(front, TEN)

    assert (why["free"], why["reasons"], why["instead"]) == (True, [], [])
    assert (why["local_start"], why["ends_at"]) == ("2026-06-22T10:00:00", "2026-06-22T16:45:00Z")


async def test_patients_hear_every_reason_and_nobodys_name(front):
    await taken_at_ten(front)

    answer = await front.http.get("/api/slots/why", params={"start": TEN})
    why = answer.json()

    (taken,) = why["reasons"]
    assert (taken["why"], taken["taken"], taken["resource_kind"]) == ("taken", None, None)
    assert datetime.fromisoformat(taken["held_until"]) == NOON + HOLD_RULES.length
    assert len(why["instead"]) == 3
    assert all(one.name not in answer.text for one in CLINICIANS)
    night = await reasons_at(front, "2026-06-15T06:00:00Z")
    assert [one["why"] for one in night["reasons"]] == ["short-notice", "closed"]


async def test_staff_hear_who_is_taken_and_not_by_whom(front):
    asked = await taken_at_ten(front)

    answer = await front.http.get("/api/slots/why", params={"start": TEN, "by_staff": "true"})

    (taken,) = answer.json()["reasons"]
    assert {one["name"] for one in taken["taken"]} == {one.name for one in CLINICIANS}
    assert taken["resource_kind"] == "clinician"
    assert all(str(one.patient_id) not in answer.text for one in asked)


async def test_a_patients_own_time_is_in_the_way_for_staff_who_ask_for_them(front):
    asked = await front.asks()
    await front.books(asked)

    for kind in ("session", "consultation"):
        why = await reasons_at(front, TEN, by_staff="true", kind=kind, patient=asked.patient_id)
        assert "patient-elsewhere" in [one["why"] for one in why["reasons"]]


@pytest.mark.parametrize("query", [{"kind": "session"}, {"patient": "01900000-0000-7000-8000-0000000000c1"}])
async def test_what_only_staff_may_ask(front, query):
    for path in ("/api/slots", "/api/slots/why"):
        answer = await front.http.get(path, params={"start": TEN, **query})
        assert answer.status_code == 422
        assert [error["parameter"] for error in answer.json()["errors"]] == list(query)


@pytest.mark.parametrize("path", ["/api/slots", "/api/slots/why"])
async def test_who_asks_as_staff_is_signed_in(front, path):
    front.http.cookies.clear()

    answer = await front.http.get(path, params={"start": TEN, "by_staff": "true"})

    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (401, "sign-in-needed")


async def reasons_at(front, start, **query):
    answer = await front.http.get("/api/slots/why", params={"start": start, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def taken_at_ten(front):
    """Both clinicians, by people who are still asking."""
    asked = [Asked.new(), Asked.new()]
    for one, contact in zip(asked, (b"a" * 32, b"b" * 32), strict=True):
        await holds(front, front.ticket(one, contact))
    return asked


async def test_a_time_is_kept_until_then(front):
    answer = await holds(front, front.ticket(Asked.new()))

    kept = answer.json()
    assert answer.status_code == 200
    assert kept["local_start"] == "2026-06-22T10:00:00"
    assert datetime.fromisoformat(kept["kept_until"]) == NOON + HOLD_RULES.length
    assert answer.headers["cache-control"] == "no-store"


async def test_twice_is_once(front):
    ticket = front.ticket(Asked.new())

    assert (await holds(front, ticket)).json() == (await holds(front, ticket)).json()
    assert await front.desk.held() == 1


async def test_who_loses_is_told_why_and_what_can_be_had(front):
    for contact in (b"a" * 32, b"b" * 32):
        await holds(front, front.ticket(Asked.new(), contact))

    answer = await holds(front, front.ticket(Asked.new()))

    problem = answer.json()
    assert (answer.status_code, problem["type"].rpartition("/")[2]) == (409, "time-not-free")
    assert [reason["why"] for reason in problem["reasons"]] == ["taken"]
    assert len(problem["instead"]) == 3
    assert (await holds(front, front.ticket(Asked.new()), problem["instead"][0])).status_code == 200


async def test_without_a_ticket_of_ours_nothing_is_kept(front):
    ticket = front.ticket(Asked.new())
    front.desk.clock.advance(timedelta(hours=2))

    for forged in ("", "a.b.c", ticket, ticket[:-4] + "AAAA", front.staff_token()):
        answer = await holds(front, forged)
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (403, "ticket-refused")
    assert await front.desk.held() == 0


async def test_a_script_with_one_contact_gets_what_one_contact_gets(front):
    free = [slot["starts_at"] for slot in (await slots(front))["slots"]][::4]
    answers = [(await holds(front, front.ticket(Asked.new()), at)).status_code for at in free]

    assert answers.count(200) == HOLD_RULES.at_once
    assert set(answers[HOLD_RULES.at_once :]) == {429}


async def test_a_script_with_many_contacts_on_one_network_gets_what_a_network_gets(front):
    free = [slot["starts_at"] for slot in (await slots(front, most=400))["slots"]][::4]
    answers = [
        (
            await front.http.post(
                "/api/holds",
                json={"ticket": front.ticket(Asked.new(), bytes([n]) * 32), "starts_at": at},
                headers={"X-Forwarded-For": "8.8.4.4"},
            )
        ).status_code
        for n, at in enumerate(free[: MOST_OF_A_NETWORK + 5])
    ]

    assert answers.count(200) == MOST_OF_A_NETWORK
    assert set(answers[MOST_OF_A_NETWORK:]) == {429}
    elsewhere = await front.http.post(
        "/api/holds",
        json={"ticket": front.ticket(Asked.new(), b"z" * 32), "starts_at": free[-1]},
        headers={"X-Forwarded-For": "8.8.8.8"},
    )
    assert elsewhere.status_code == 200


async def test_what_is_given_back_is_free(front):
    ticket = front.ticket(Asked.new())
    await holds(front, ticket)

    for _ in range(2):
        assert (await front.http.post("/api/holds/give-back", json={"ticket": ticket})).status_code == 204
    assert await front.desk.held() == 0


async def test_a_time_of_another_age_is_refused(front):
    answer = await holds(front, front.ticket(Asked.new()), "9999-12-31T23:59:59-12:00")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/starts_at"


# In the page of a request --------------------------------------------------------------------------------------------


async def test_the_place_lists_times_by_day_with_the_clinics_zone(front):
    page = await place(front, language="en")

    assert len(starts(page)) == MOST
    assert "Monday, June 15" in page
    assert "2:00 PM" in page
    assert "All times are Denver time (MDT)" in words(page)
    assert "<html" not in page


async def test_and_in_spanish(front):
    page = await place(front, language="es-MX", not_before="2026-06-22")

    assert "lunes 22 de junio" in page
    assert "8:00 a.\u00a0m." in page
    assert "Todas las horas están en hora de Denver (MDT)" in words(page)


async def test_later_times_are_one_press_away(front):
    first = await place(front)
    later = await place(front, later=hidden(first.replace('value="', 'value="', 1), "later"))

    assert min(starts(later)) > max(starts(first))
    assert "Show the first times again" in later


async def test_a_kept_time_says_until_when_and_gives_the_form_what_it_needs(front):
    ticket = front.ticket(Asked.new())
    page = await place(front, "/a/times/hold", ticket=ticket, start=TEN)

    assert "Kept for you until 12:15 PM" in words(page)
    assert "Monday, June 22, 10:00 AM , Denver time (MDT)" in words(page)
    assert hidden(page, "slot") == TEN
    assert hidden(page, "hold_id") == (await holds(front, ticket)).json()["hold_id"]
    assert hidden(await place(front, ticket=ticket), "hold_id") == hidden(page, "hold_id")


async def test_another_time_can_be_chosen_and_the_kept_one_stays_until_then(front):
    ticket = front.ticket(Asked.new())
    await place(front, "/a/times/hold", ticket=ticket, start=TEN)

    page = await place(front, ticket=ticket, again="yes", not_before="2026-06-22")

    assert f'value="{TEN}" checked' in page
    assert hidden(page, "slot") == TEN
    assert await front.desk.held() == 1


async def test_given_back_the_list_is_there_again(front):
    ticket = front.ticket(Asked.new())
    await place(front, "/a/times/hold", ticket=ticket, start=TEN)

    assert starts(await place(front, "/a/times/give-back", ticket=ticket))
    assert await front.desk.held() == 0


@pytest.mark.parametrize("tidied", [False, True])
async def test_a_time_that_is_kept_no_longer_stays_chosen_while_it_is_free(front, tidied):
    ticket = await chosen_long_ago(front)
    if tidied:
        await tidy_holds(front.desk.database)

    page = await place(front, ticket=ticket)

    assert "Monday, June 22, 10:00 AM The time you chose is no longer kept for you, but it is still free." in words(
        page
    )
    assert f'value="{TEN}" checked' in page
    assert hidden(page, "slot") == TEN
    assert hidden(page, "hold_id")
    assert datetime.fromisoformat(hidden(page, "kept_until")) <= front.desk.clock.now()


async def test_and_is_kept_again_with_one_press(front):
    ticket = await chosen_long_ago(front)

    page = await place(front, "/a/times/hold", ticket=ticket, start=TEN)

    assert "Kept for you until 12:30 PM" in words(page)


async def test_one_that_others_have_by_now_is_not_chosen_any_more_and_the_nearest_are_shown(front):
    ticket = await chosen_long_ago(front)
    for contact in (b"a" * 32, b"b" * 32):
        await holds(front, front.ticket(Asked.new(), contact))

    page = await place(front, ticket=ticket)

    assert "The time you chose is not free any more. These are the nearest that are free:" in words(page)
    assert len(starts(page)) == 3
    assert 'name="hold_id"' not in page
    assert " checked" not in page
    assert len(starts(await place(front, ticket=ticket, again="yes"))) == MOST


async def chosen_long_ago(front):
    """The ticket of a request whose time is kept no longer."""
    asked = Asked.new()
    await place(front, "/a/times/hold", ticket=front.ticket(asked), start=TEN)
    front.desk.clock.advance(HOLD_RULES.length)
    return front.ticket(asked)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choose one of the times first."),
        ({"start": "tomorrow"}, "Choose one of the times first."),
        ({"start": "0001-01-01T00:00:00+14:00"}, "Choose one of the times first."),
        ({"start": TEN, "ticket": "forged"}, "This page has been open for a long time."),
    ],
)
async def test_what_is_wrong_is_said_above_the_list(front, typed, said):
    page = await place(front, "/a/times/hold", **{"ticket": front.ticket(Asked.new())} | typed)

    assert said in words(page)
    assert starts(page)


async def test_who_was_too_slow_sees_the_nearest_others(front):
    for contact in (b"a" * 32, b"b" * 32):
        await holds(front, front.ticket(Asked.new(), contact))

    page = await place(front, "/a/times/hold", ticket=front.ticket(Asked.new()), start=TEN)

    assert "Somebody else has just taken that time." in words(page)
    assert len(starts(page)) == 3


async def test_wishes_that_mean_nothing_are_left_out(front):
    page = await place(front, weekdays=["someday", "friday"], day_parts="noon", not_before="0001-01-01")

    assert "Friday, June 19" in page


async def test_before_the_clinic_is_set_up_wishes_are_asked_for(bare_front):
    page = await place(bare_front)

    assert "There is no free time to choose at the moment." in page


# Without scripts -----------------------------------------------------------------------------------------------------


async def test_without_scripts_it_is_a_page_that_leads_back(front):
    ticket = front.ticket(Asked.new())
    listed = await front.send("/a/times", {"ticket": ticket, "back": BACK, "weekdays": WEEKDAYS})
    assert listed.status_code == 200
    assert hidden(listed.text, "ticket") == ticket
    assert listed.text.count('name="weekdays"') == len(WEEKDAYS)

    kept = await front.send("/a/times/hold", {"ticket": ticket, "back": BACK, "start": TEN})

    assert kept.status_code == 303
    to = urlsplit(kept.headers["location"])
    assert to.path == BACK
    assert parse_qs(to.query)["slot"] == [TEN]
    assert (await front.send("/a/times", {"ticket": ticket, "back": BACK})).text.count(f'href="{BACK}?hold_id=') == 1


async def test_what_is_kept_no_longer_can_be_gone_on_with_from_there(front):
    ticket = await chosen_long_ago(front)

    listed = await front.send("/a/times", {"ticket": ticket, "back": BACK, "language": "es"})

    assert "ya no está guardada para usted, pero sigue libre" in listed.text
    assert listed.text.count(f'href="{BACK}?hold_id=') == 1


async def test_and_never_anywhere_else(front):
    ticket = front.ticket(Asked.new())
    for back in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        kept = await front.send("/a/times/hold", {"ticket": ticket, "back": back, "start": TEN})
        assert kept.status_code == 200
        assert "evil" not in kept.text


async def test_a_refusal_is_a_page_with_its_status(front):
    answer = await front.send("/a/times/hold", {"ticket": front.ticket(Asked.new()), "language": "es"})

    assert answer.status_code == 422
    assert "Primero elija una de las horas." in words(answer.text)
    assert '<html lang="es"' in answer.text


async def test_another_site_cannot_take_a_time(front):
    answer = await front.http.post(
        "/a/times/hold",
        data={"ticket": front.ticket(Asked.new()), "start": TEN},
        headers={"Origin": "https://evil.example"},
    )

    assert answer.status_code == 403
    assert await front.desk.held() == 0


# What staff see ------------------------------------------------------------------------------------------------------


async def test_the_board_shows_a_kept_time_until_it_ends(front):
    await holds(front, front.ticket(Asked.new()))
    board = words(await front.page("/staff/board?day=2026-06-22"))

    assert "Held" in board
    assert "Somebody who is asking now" in board


async def test_staff_who_want_a_kept_time_are_told_until_when(front):
    for contact in (b"a" * 32, b"b" * 32):
        await holds(front, front.ticket(Asked.new(), contact))
    asked = await front.asks()

    answer = await front.send("/staff/sessions/new", await front.booking(asked))

    assert answer.status_code == 409
    assert "is held until 12:15 for 10:00 to 10:45" in words(answer.text)
