"""What people and staff meet when a part of the system is away, and that nothing is lost or doubled when it is back.

One clinic of real processes for all examples, without a supervisor: what is started again, a test starts again.
"""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaProducer

from operations.player import staff
from operations.player.browser import Browser
from shared.clock import SystemClock
from shared.ids import uuid7
from tests.faults.clinic import Clinic, ask, eventually, running_clinic, scheduled, sign_in

ZONE = "America/Denver"
NEVER_KEPT = {
    "name": "Never Kept",
    "email": "never.kept@example.com",
    "reasons": ["depression"],
    "consents": ["contact-email-1"],
}


@pytest.fixture(scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    async with running_clinic(tmp_path_factory.mktemp("clinic") / "home") as clinic:
        yield clinic


@pytest.fixture
async def visitor(clinic: Clinic) -> AsyncIterator[Browser]:
    async with Browser(clinic.addresses.public_url) as browser:
        yield browser


@pytest.fixture
async def nurse(clinic: Clinic) -> AsyncIterator[Browser]:
    async with Browser(clinic.addresses.public_url) as browser:
        await sign_in(browser)
        yield browser


async def test_without_broker_a_request_is_accepted_and_booked_when_it_is_back(clinic, visitor):
    async with clinic.without_broker():

        async def messaging_is_unwell() -> bool:
            return await clinic.health("intake", "/health/messaging") == 503

        asked = await ask(visitor)

        page = await visitor.open(asked.request.page)
        assert "This page changes by itself" in page.text
        await eventually(messaging_is_unwell)
        assert await clinic.health("intake", "/readyz") == 200

    await scheduled(visitor, asked)
    await clinic.assert_done_once(asked)


async def test_without_database_nothing_is_half_done_and_everything_heals_by_itself(clinic, visitor):
    asked_before = await ask(visitor)
    pids, dead_letters = clinic.pids(), await clinic.dead_letters()
    form = (await visitor.open("/request/short")).form(having="name").fill(**NEVER_KEPT)
    requests = await clinic.rows("select id from intake.consultation_request")

    async with clinic.without_database():
        async with httpx.AsyncClient(base_url=visitor.origin, timeout=30) as client:
            program = await client.post("/api/consultation-requests", json=NEVER_KEPT)
        person = await visitor.send(form, may_refuse=503)
        ready = await clinic.health("intake", "/readyz")
        alive = await clinic.health("intake", "/livez")

    assert (program.status_code, program.headers["content-type"]) == (503, "application/problem+json")
    assert int(program.headers["retry-after"]) > 0
    assert person.status == 503
    assert "<h1" in person.text
    assert (ready, alive) == (503, 200)

    await scheduled(visitor, asked_before)
    asked_after = await ask(visitor)
    await scheduled(visitor, asked_after)
    await clinic.assert_done_once(asked_before)
    await clinic.assert_done_once(asked_after)
    assert len(await clinic.rows("select id from intake.consultation_request")) == len(requests) + 1
    assert clinic.pids() == pids
    assert await clinic.dead_letters() == dead_letters


async def test_without_mail_server_staff_see_that_emails_wait_until_it_is_back(clinic, visitor, nurse):
    async def told() -> bool:
        return "E-mails are waiting" in (await nurse.open("/staff/inbox")).text

    async def no_longer_told() -> bool:
        return not await told()

    async with clinic.without_mail():
        asked = await ask(visitor)
        await scheduled(visitor, asked)
        await eventually(told)
        assert clinic.mails_to(asked.email) == []

    await clinic.assert_done_once(asked)
    await eventually(no_longer_told)


async def test_without_notifications_signed_in_staff_go_on_working(clinic, visitor, nurse):
    async with clinic.without("notifications"):
        asked = await ask(visitor)
        await scheduled(visitor, asked)

        known = await staff.find(nurse, asked.request.reference)
        listed = await nurse.open("/staff/requests")
        session = await staff.book_session(nurse, asked.request, SystemClock().now(), ZONE)

        assert asked.request.reference in listed.text
        assert (await nurse.open(session.path)).status == 200

    await clinic.assert_done_once(asked, sessions=1)
    await staff.open_from_inbox(nurse, known["request_id"])


async def test_without_scheduling_a_request_is_accepted_and_booked_when_it_is_back(clinic, visitor):
    async with clinic.without("scheduling"):
        asked = await ask(visitor)

        status = await visitor.json(asked.request.status)
        assert status["state"] == "received"

    await scheduled(visitor, asked)
    await clinic.assert_done_once(asked)


async def test_a_confirmation_waits_for_scheduling_to_say_that_it_is_still_true_and_then_goes(clinic, visitor):
    async def waits_for_long() -> bool:
        waiting = """update notifications.message set attempts = greatest(attempts, 12)
                      where reason = 'scheduling-silent' returning due_at > now() + interval '2 minutes' as longer"""
        return any(row["longer"] for row in await clinic.rows(waiting))

    async with AsyncExitStack() as away:
        async with clinic.without("notifications"):  # or it would ask before scheduling is gone
            asked = await ask(visitor)
            await scheduled(visitor, asked)
            await away.enter_async_context(clinic.without("scheduling"))
        await eventually(waits_for_long)
        assert clinic.invitations_to(asked.email) == []

    await clinic.assert_done_once(asked)


@pytest.mark.parametrize(
    ("service", "point"),
    [
        ("intake", "after_publish_before_mark"),
        ("scheduling", "before_effect_commit"),
        ("scheduling", "after_publish_before_mark"),
    ],
)
async def test_a_service_that_dies_half_way_has_its_effect_once_after_a_restart(clinic, visitor, service, point):
    await clinic.quiet()

    async with clinic.dying_at(service, point):
        asked = await ask(visitor)

    await scheduled(visitor, asked)
    await clinic.assert_done_once(asked)


Record = dict[str, Any]


def with_header(name: str, value: bytes | None) -> Callable[[Record], Record]:
    def broken(record: Record) -> Record:
        return {**record, "headers": [*((key, old) for key, old in record["headers"] if key != name), (name, value)]}

    return broken


BROKEN: dict[str, Callable[[Record], Record]] = {
    "unreadable:body-invalid": lambda record: {**record, "value": b"\xff{not json"},
    "unreadable:header-missing:ce_id": with_header("ce_id", b"\xff\xfe"),  # not UTF-8: as good as absent
    "unreadable:type-missing": with_header("ce_type", None),
    "unreadable:type-unknown": with_header("ce_type", b"something-else.v1"),
    "unreadable:major-version-unknown": with_header("ce_type", b"consultation-requested.v2"),
}


async def test_broken_records_become_dead_letters_and_a_newer_minor_version_behind_them_is_read(clinic, visitor):
    record, partition = await a_record_like_that_of(clinic, (await ask(visitor)).request.reference)
    request_id = uuid7()
    body = json.loads(record["value"]) | {"request_id": str(request_id), "reference": "TSC-NEWER1", "mood": "hopeful"}
    newer = with_header("ce_subject", str(request_id).encode())({**record, "value": json.dumps(body).encode()})
    broken = {why: spoil(newer) for why, spoil in BROKEN.items()}

    async with AIOKafkaProducer(bootstrap_servers=clinic.broker.bootstrap, enable_idempotence=False) as producer:
        for one in (*broken.values(), newer):
            await producer.send_and_wait("consultation-requested", partition=partition, **one)

    booked = await eventually(lambda: clinic.bookings_of("TSC-NEWER1"))
    assert [row["state"] for row in booked] == ["booked"]
    for service in ("scheduling", "notifications"):
        letters = await eventually(lambda service=service: clinic.dead_letters_of(service, at_least=len(broken)))
        assert {letter.failure: (inside.value, inside.headers) for letter, inside in letters} == {
            why: (one["value"], one["headers"]) for why, one in broken.items()
        }


async def a_record_like_that_of(clinic: Clinic, reference: str) -> tuple[Record, int]:
    """A record as intake sent it for this request, under an id of its own, and the partition it lies on."""
    await clinic.quiet()
    said = await clinic.rows(
        """select key, headers, body, "partition" from intake.outbox where topic = $1""", "consultation-requested"
    )
    (sent,) = (row for row in said if json.loads(row["body"])["reference"] == reference)
    headers = json.loads(sent["headers"]) | {"ce_id": str(uuid7()), "ce_logepoch": "0"}
    return {
        "key": sent["key"].encode(),
        "value": sent["body"],
        "headers": [(name, value.encode()) for name, value in headers.items()],
    }, sent["partition"]
