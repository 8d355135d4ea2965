"""Two who answer the same page of the same request at the same moment: one is kept, the other told, and a risk of either
raised. Both have read what stood there before either may write."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

import httpx
import pytest

from shared.database import Transaction
from shared.events.staff import Role
from tests.integration.intake.conftest import SITE, Intake
from tests.integration.intake.guided_pages import HTML, Visitor
from tests.integration.intake.test_asked_again import asked
from tests.integration.intake.test_for_callers import OnThePhone, mailed_link

DANGER = {"reasons": "suicidal-ideation", "revision": "0"}
PAIN = {"reasons": "chronic-pain", "revision": "0"}
EITHER_IN_DANGER = pytest.mark.parametrize(
    ("first", "second"), [(DANGER, PAIN), (PAIN, DANGER)], ids=["the first in danger", "the second in danger"]
)


async def at_once(
    intake: Intake, monkeypatch: pytest.MonkeyPatch, *posts: Awaitable[httpx.Response]
) -> list[httpx.Response]:
    begin, both_have_read = intake.database.transaction, asyncio.Barrier(len(posts))

    @asynccontextmanager
    async def together(*, read_only: bool = False) -> AsyncIterator[Transaction]:
        if not read_only:
            await both_have_read.wait()
        async with begin(read_only=read_only) as tx:
            yield tx

    with monkeypatch.context() as patch:
        patch.setattr(intake.database, "transaction", together)
        async with asyncio.timeout(60):
            return await asyncio.gather(*posts)


def of_the_kept(answers: list[httpx.Response], sent: list[dict[str, str]]) -> dict[str, str]:
    """What was sent by the one whose page was kept; the other was told."""
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    return sent[[answer.status_code for answer in answers].index(303)]


def chosen(page: str) -> list[str]:
    return re.findall(r'value="([^"]+)" checked', page)


async def risks(intake: Intake) -> list[str]:
    return [body["level"] for topic, body in await intake.said() if topic == "risk-raised"]


@EITHER_IN_DANGER
async def test_staff_and_the_caller_to_whom_it_was_handed_over(
    intake: Intake, monkeypatch: pytest.MonkeyPatch, first: dict[str, str], second: dict[str, str]
):
    await intake.sign_in(Role.NURSE)
    nurse = await (await OnThePhone(intake).begin()).walk_to("reasons")
    await (await nurse.open(f"{nurse.place}/en/later")).press()
    caller = await Visitor(intake).open(await mailed_link(intake))

    answers = await at_once(
        intake,
        monkeypatch,
        intake.http.post(f"{nurse.place}/en/reasons", data=first, headers=HTML),
        intake.http.post(caller.at, data=second, headers=HTML),
    )

    kept = of_the_kept(answers, [first, second])
    assert chosen((await caller.open(caller.at)).page) == [kept["reasons"]]
    assert await risks(intake) == ["unassessed"]


@EITHER_IN_DANGER
async def test_two_members_of_staff(
    intake: Intake, monkeypatch: pytest.MonkeyPatch, first: dict[str, str], second: dict[str, str]
):
    await intake.sign_in(Role.NURSE)
    nurse = await (await OnThePhone(intake).begin()).walk_to("reasons")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=intake.app), base_url=SITE) as colleague:
        colleague.cookies.update(intake.http.cookies)
        await intake.sign_in(Role.FRONT_DESK)
        answers = await at_once(
            intake,
            monkeypatch,
            colleague.post(nurse.at, data=first, headers=HTML),
            intake.http.post(nurse.at, data=second, headers=HTML),
        )

    kept = of_the_kept(answers, [first, second])
    assert chosen((await nurse.open(nurse.at)).page) == [kept["reasons"]]
    assert await risks(intake) == ["unassessed"]


@EITHER_IN_DANGER
async def test_two_windows_of_the_patient(
    intake: Intake, monkeypatch: pytest.MonkeyPatch, first: dict[str, str], second: dict[str, str]
):
    patient = await (await Visitor(intake).begin()).walk_to("reasons")

    answers = await at_once(
        intake, monkeypatch, *(intake.http.post(patient.at, data=sent, headers=HTML) for sent in (first, second))
    )

    kept = of_the_kept(answers, [first, second])
    assert chosen((await patient.open(patient.at)).page) == [kept["reasons"]]
    assert await risks(intake) == ["unassessed"]


@pytest.mark.parametrize(("first", "second"), [("3", "0"), ("0", "3")])
async def test_two_windows_of_a_page_that_is_asked_once_more(
    intake: Intake, monkeypatch: pytest.MonkeyPatch, first: str, second: str
):
    _, patient = await asked(intake, "phq-9", "gad-7")
    while patient.slug != "phq-9-9":
        await patient.press(**{patient.slug: "0"})
    sent = [{"phq-9-9": value, "revision": "0"} for value in (first, second)]

    answers = await at_once(
        intake, monkeypatch, *(intake.http.post(patient.at, data=one, headers=HTML) for one in sent)
    )

    kept = of_the_kept(answers, sent)
    assert chosen((await patient.open(patient.at)).page) == [kept["phq-9-9"]]
    assert await risks(intake) == ["unassessed"]
