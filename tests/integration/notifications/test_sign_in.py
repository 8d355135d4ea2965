"""Signing in, going on, signing out."""

import asyncio
from datetime import timedelta

from services.notifications.use_cases.change_staff import deactivate
from services.notifications.use_cases.invite_staff import invite_staff
from shared.events.staff import Role
from tests.integration.notifications.front import PASSWORD, SITE, Front, sign_in

RENEW = "/staff/session/renew"


async def test_a_good_password_leads_to_where_one_wanted_to_go(front: Front) -> None:
    await front.hire()
    browser = front.browser()

    answer = await sign_in(browser, "Rita@Example.com", next_="/staff/inbox?view=done")

    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/inbox?view=done")
    assert (await browser.get("/staff/inbox")).status_code == 200


async def test_the_answer_never_tells_whether_an_account_exists(front: Front) -> None:
    await front.hire()
    browser = front.browser()

    wrong = await sign_in(browser, "rita@example.com", "not hers at all")
    unknown = await sign_in(browser, "nobody@example.com", "not hers at all")

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("rita@", "nobody@") == unknown.text
    assert "E-mail and password do not belong together" in wrong.text


async def test_a_redirect_never_leaves_this_origin(front: Front) -> None:
    await front.hire()

    answer = await sign_in(front.browser(), "rita@example.com", next_="//evil.example/staff")

    assert answer.headers["location"] == "/staff"


async def test_too_many_tries_wait_and_say_how_long(front: Front) -> None:
    await front.hire()
    browser = front.browser()
    for _ in range(6):
        await sign_in(browser, "rita@example.com", "wrong wrong wrong")

    refused = await sign_in(browser, "rita@example.com")
    assert refused.status_code == 429
    assert "Wait 15 minutes" in refused.text
    assert int(refused.headers["retry-after"]) == 900

    front.clock.advance(timedelta(minutes=15))
    assert (await sign_in(browser, "rita@example.com")).status_code == 303


async def test_racing_tries_do_not_slip_through(front: Front) -> None:
    await front.hire()
    answers = await asyncio.gather(*(sign_in(front.browser(), "rita@example.com", f"guess {n}") for n in range(15)))

    assert sorted(answer.status_code for answer in answers) == [401] * 6 + [429] * 9


async def test_a_new_sign_in_ends_the_session_the_browser_had(front: Front) -> None:
    browser = await front.signed_in()
    planted = dict(browser.cookies)
    await sign_in(browser, "rita@example.com")
    assert dict(browser.cookies) != planted

    old = front.browser()
    old.cookies.update(planted)
    front.clock.advance(timedelta(minutes=6))

    assert (await old.get(RENEW, headers={"Accept": "application/json"})).status_code == 401


async def test_activity_keeps_one_signed_in_and_a_stream_does_not(front: Front) -> None:
    browser = await front.signed_in()
    for _ in range(4):
        front.clock.advance(timedelta(minutes=20))
        assert (await browser.get(RENEW, headers={"Accept": "application/json"})).status_code == 204

    for _ in range(2):
        front.clock.advance(timedelta(minutes=14))
        passive = await browser.get(RENEW, params={"next": "/staff/inbox/list", "passive": "1"})
        assert passive.headers["location"] == "/staff/inbox/list"
    front.clock.advance(timedelta(minutes=3))
    over = await browser.get(RENEW, params={"next": "/staff/inbox"})
    assert over.headers["location"] == "/staff/sign-in?next=%2Fstaff%2Finbox"


async def test_after_twelve_hours_everybody_signs_in_again(front: Front) -> None:
    browser = await front.signed_in()
    answers = []
    for _ in range(49):
        front.clock.advance(timedelta(minutes=15))
        answers.append((await browser.get(RENEW, headers={"Accept": "application/json"})).status_code)

    assert answers[:47] == [204] * 47
    assert answers[47:] == [401, 401]


async def test_an_expired_token_leads_through_renewal_back_to_the_page(front: Front) -> None:
    browser = await front.signed_in()
    front.clock.advance(timedelta(minutes=6))

    answer = await browser.get("/staff/inbox?view=risk", follow_redirects=True)

    assert answer.status_code == 200
    assert str(answer.url) == f"{SITE}/staff/inbox?view=risk"


async def test_signing_out_ends_the_session_on_the_server(front: Front) -> None:
    browser = await front.signed_in()
    kept = dict(browser.cookies)

    assert (await browser.post("/staff/sign-out")).headers["location"] == "/staff/sign-in"

    thief = front.browser()
    thief.cookies.update(kept)
    assert (await thief.get(RENEW, headers={"Accept": "application/json"})).status_code == 401


async def test_a_fragment_whose_session_is_over_gets_no_page(front: Front) -> None:
    answer = await front.browser().get(RENEW, params={"next": "/staff/inbox/list"}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.text) == (401, "")


async def test_somebody_who_left_is_out_within_seconds(front: Front) -> None:
    browser = await front.signed_in("Ada Lindqvist", Role.ADMINISTRATOR)
    staff_id = await front.hire("Rita Imura")
    other = front.browser()
    await sign_in(other, "rita@example.com")
    front.clock.advance(timedelta(seconds=1))
    async with front.office.database.transaction() as tx:
        await deactivate(tx, front.place.settings.clinic.id, staff_id)

    front.clock.advance(timedelta(seconds=4))

    assert (await other.get("/staff/inbox")).status_code == 303
    assert (await sign_in(other, "rita@example.com")).status_code == 401
    assert (await browser.get("/staff/inbox")).status_code == 200


async def test_an_invitation_sets_a_password_once(front: Front) -> None:
    async with front.office.database.transaction() as tx:
        secret = await invite_staff(
            tx, front.place.settings.clinic.id, "Tessa@Example.com", "Tessa Beaumont", [Role.NURSE]
        )
    browser, path = front.browser(), f"/staff/sign-in/invitation/{secret}"
    for _ in range(3):
        assert (await browser.get(path)).status_code == 200

    short = await browser.post(path, data={"password": "too short", "repeated": "too short"})
    assert short.status_code == 422
    assert "at least 12 characters" in short.text
    form = {"password": PASSWORD, "repeated": PASSWORD}
    answers = await asyncio.gather(*(front.browser().post(path, data=form) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [303, 404, 404, 404]
    assert (await sign_in(browser, "tessa@example.com")).status_code == 303


async def test_every_change_of_staff_is_said(front: Front) -> None:
    staff_id = await front.hire("Ada Lindqvist", Role.ADMINISTRATOR)
    await front.hire("Rita Imura", Role.ADMINISTRATOR)
    async with front.office.database.transaction() as tx:
        await deactivate(tx, front.place.settings.clinic.id, staff_id)

    rows = await front.office.fetch("select topic, key from outbox order by seq")

    assert [row["topic"] for row in rows] == ["staff-changed"] * 3
    assert rows[2]["key"].endswith(str(staff_id))
