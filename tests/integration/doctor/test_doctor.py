"""Each thing is broken once in a running clinic, and the doctor says it in words; mended, it says that all is well."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from operations.doctoring import topics_stated as looked_at
from operations.doctoring.disk_space import disk_space
from operations.doctoring.examine import examine
from operations.doctoring.finding import Finding
from operations.doctoring.system import System
from operations.player.browser import Browser
from operations.stack.environment import job_environment
from services.intake.store.shipped_protocol import shipped_protocol
from services.intake.store.shipped_rules import shipped_rules
from services.scheduling.store.urgency_versions import shipped_urgency
from shared.database.roles import SERVICES
from shared.settings import ClinicIdentity
from tests.faults.clinic import Clinic, ask, eventually, running_clinic, scheduled

NOBODY = "01900000-0000-7000-8000-00000000dead"


@pytest.fixture(scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    async with running_clinic(tmp_path_factory.mktemp("clinic") / "home") as clinic:
        yield clinic


@pytest.fixture
def system(clinic: Clinic) -> System:
    urls = {service: clinic.addresses.service_url(service).split(",") for service in SERVICES}
    return System(clinic.settings, urls, [clinic.home.folder])


async def ill(system: System) -> dict[str, str]:
    """What is not well → in which words. The disk of this machine is nobody's fault here."""
    return {one.about: one.words for one in await examine(system) if not one.well and not one.about.startswith("disk")}


async def well(system: System) -> None:
    """Returns once nothing is said to be wrong any more."""
    said: dict[str, str] = {}

    async def nothing() -> bool:
        nonlocal said
        said = await ill(system)
        return not said

    try:
        await eventually(nothing)
    except TimeoutError:
        pytest.fail(f"still not well: {said}")


@asynccontextmanager
async def having(clinic: Clinic, statement: str, undo: str) -> AsyncIterator[None]:
    await clinic.rows(statement)
    try:
        yield
    finally:
        await clinic.rows(undo)


async def test_a_clinic_where_nothing_is_wrong(system):
    await well(system)

    about = [one.about for one in await examine(system)]

    for known in ("schema keyring", "topics", "outbox of intake", "dead letters of scheduling", "messages"):
        assert known in about
    assert {name.partition(" at ")[0] for name in about} >= {"intake", "screening rules", "clock of notifications"}


async def test_a_service_that_is_away(clinic, system):
    await well(system)
    async with clinic.without("scheduling"):
        said = await ill(system)

    (words,) = (said[about] for about in said if about.startswith("scheduling at"))
    assert "does not answer" in words


async def test_a_schema_that_is_behind(clinic, system):
    was = (await clinic.rows("select version_num from notifications.schema_version"))[0]["version_num"]
    async with having(
        clinic,
        "update notifications.schema_version set version_num = '0001'",
        f"update notifications.schema_version set version_num = '{was}'",
    ):
        said = await ill(system)

    assert said["schema notifications"] == f"stands at 0001, {was} is needed: run `chairside migrate`"


async def test_a_topic_that_is_missing_and_one_with_other_partitions(system, monkeypatch):
    found = await looked_at.partitions_found(system.settings)

    async def otherwise(_: object) -> dict[str, int]:
        return {name: 3 if name == "scales-due" else count for name, count in found.items() if name != "risk-raised"}

    monkeypatch.setattr(looked_at, "partitions_found", otherwise)
    said = await ill(system)

    assert said["topics"] == "missing: risk-raised; run `chairside topics`"
    assert "has 3 partitions, 12 are stated" in said["topic scales-due"]


async def test_a_broker_that_is_away(clinic, system):
    async with clinic.without_broker():
        said = await ill(system)

    assert "no broker answers" in said["topics"]
    await well(system)


async def test_an_event_that_waits_too_long_and_one_that_is_parked(clinic, system):
    body = "gen_random_uuid(), now() - interval '1 hour', 0, 'no-such', 'k', '{}', ''"
    async with having(
        clinic,
        "insert into scheduling.outbox_waiting (seq, event_id, recorded_at, lane, topic, key, headers, body, parked_at)"
        f" values (-1, {body}, now())",
        "delete from scheduling.outbox_waiting where seq = -1",
    ):
        assert "1 events cannot be sent" in (await ill(system))["outbox of scheduling"]

    async with (
        clinic.without("scheduling"),
        having(
            clinic,
            "insert into scheduling.outbox_waiting (seq, event_id, recorded_at, lane, topic, key, headers, body)"
            f" values (-2, {body})",
            "delete from scheduling.outbox_waiting where seq = -2",
        ),
    ):
        assert (await ill(system))["outbox of scheduling"].startswith("1 events wait, the oldest for 36")


async def test_a_dead_letter(clinic, system):
    async with having(
        clinic,
        'insert into intake.dead_letter (id, consumer_group, handler, topic, "partition", "offset", log_epoch, failure,'
        f" tries) values ('{NOBODY}', 'g', 'h', 't', 0, 0, 0, 'Unreadable', 3)",
        f"delete from intake.dead_letter where id = '{NOBODY}'",
    ):
        said = await ill(system)

    assert said["dead letters of intake"].startswith("1, the newest of ")


async def test_a_message_that_is_due_and_not_sent(clinic, system):
    async def told() -> str | None:
        await clinic.rows(
            "update notifications.message set due_at = now() - interval '1 hour' where state in ('claimed', 'retrying')"
        )
        return (await ill(system)).get("messages")

    async with clinic.without_mail(), Browser(clinic.addresses.public_url) as visitor:
        await scheduled(visitor, await ask(visitor))
        assert "does the mail server answer?" in await eventually(told)


@pytest.mark.parametrize(
    ("table", "rules", "content"),
    [
        ("intake.screening_version", "screening rules", shipped_rules().written()),
        ("intake.follow_up_version", "follow-up protocol", shipped_protocol().written()),
        ("scheduling.urgency_version", "urgency rules", shipped_urgency().written()),
    ],
)
async def test_a_version_that_cannot_be_read(clinic, system, table, rules, content):
    """Approved by a later release, say: the last good one stays in force, and the doctor says so."""
    clinic_id = ClinicIdentity().id
    await clinic.rows(
        f"""
        insert into {table} (clinic_id, version, rules, made_at) values ($1, 1, $2, now())
            on conflict do nothing
        """,
        clinic_id,
        json.dumps(content),
    )
    await clinic.rows(
        f"""
        insert into {table} (clinic_id, version, rules, based_on, made_by, made_at, approved_by, approved_name,
                                    approved_at)
        values ($1, 2, '{{"version": 2, "colour": 1}}', 1, $2, now(), $2, 'Dr. Later', now())
        """,
        clinic_id,
        NOBODY,
    )
    try:
        said = await ill(system)
    finally:
        await clinic.rows(f"alter table {table} disable trigger all")
        await clinic.rows(f"delete from {table}")
        await clinic.rows(f"alter table {table} enable trigger all")

    (words,) = (said[about] for about in said if about.startswith(f"{rules} at"))
    assert words.startswith("version 2 was approved and cannot be read; version 1 is in force, the last good one")


async def test_a_clock_that_is_an_hour_ahead(system):
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        date = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
        writer.write(f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        said = await ill(replace(system, services={**system.services, "scheduling": [address]}))

    assert "ahead of the database's" in said[f"clock of scheduling at {address}"]


async def test_a_calendar_in_another_zone_than_the_services(clinic, system):
    async with having(
        clinic,
        "update scheduling.clinic set zone = 'America/New_York'",
        "update scheduling.clinic set zone = 'America/Denver'",
    ):
        said = await ill(system)

    wrong = {about.partition(" at ")[0]: words for about, words in said.items() if about.startswith("zone of ")}
    assert set(wrong) == {f"zone of {service}" for service in SERVICES}
    assert wrong["zone of intake"].startswith("America/Denver, and the clinic's calendar goes by America/New_York")


async def test_a_disk_that_is_nearly_full(system, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"total": 10**11, "free": 10**9}))

    (found,) = [one async for one in disk_space(replace(system, disks=[Path("/data")]))]

    assert found == Finding("disk of /data", False, "only 1.0 of 100.0 GB are free: make room before it is full")


async def test_what_cannot_be_looked_at_keeps_nothing_else_from_being_said(system, monkeypatch):
    away = system.settings.model_copy(update={"kafka_bootstrap_servers": ["127.0.0.1:1"]})

    findings = await examine(replace(system, settings=away))

    assert len(findings) > 20
    assert [one.about for one in findings if not one.well and not one.about.startswith("disk")] == ["topics"]


async def test_the_command_says_it_as_words_and_as_json(clinic, system):
    await well(system)
    environment = job_environment(clinic.addresses, clinic.secrets) | {
        f"{service.upper()}_URL": clinic.addresses.service_url(service) for service in SERVICES
    }

    async def told(*more: str) -> tuple[int | None, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "operations.main", "doctor", "--disk", "/dev", *more),
            stdout=asyncio.subprocess.PIPE,
            env=environment,
        )
        said, _ = await process.communicate()
        return process.returncode, said.decode()

    status, words = await told()
    assert (status, "All is well." in words) == (0, True), words
    _, as_json = await told("--json")
    assert json.loads(as_json)["well"]
    async with clinic.without("notifications"):
        status, words = await told()
    assert status == 1
    assert "NOT  notifications at" in words
