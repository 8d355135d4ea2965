"""No answer tells a stranger whether somebody else's contact is known here: not by words, not by what it takes to answer."""

import re
from collections import Counter
from typing import Any

import pytest

from tests.integration.intake.conftest import INES, Intake, MakeIntake
from tests.integration.intake.front_end import FrontEnd

SECRETS = re.compile(r"TSC-[0-9A-Z]{6}|[A-Za-z0-9_-]{43}|[0-9a-f-]{36}")
"""What differs between any two requests."""
KNOWN = {"email": "ines@example.com", "mobile": "+13035550187"}
STRANGER = {"email": "nobody@example.org", "mobile": "+13035550111"}


FEWEST = 2
"""Connections of a pool."""
ALIVE = "select 1"
"""Whether the connection that listens is there still."""
BESIDE = ("pg_notify", "typeinfo_tree", "set_config('jit'")
"""The word to open pages that something changed goes out beside the answers, one for several. And on each connection, once,
the driver asks what the types are that it meets there."""


@pytest.fixture
async def known(make_intake: MakeIntake) -> Intake:
    """Ines has asked before, and is known by her address and her number."""
    intake = await make_intake(database_pool_size=FEWEST)
    await intake.submitted()
    return intake


class Statements:
    """Counts what is asked of the database, statement by statement: what an answer takes is made of nothing else."""

    def __init__(self, intake: Intake) -> None:
        self._pool = intake.database.pool
        self.counted: Counter[str] = Counter()

    async def __aenter__(self) -> "Statements":
        for holder in self._pool._holders:  # none opens later, uncounted
            if holder._con is None:
                await holder.connect()
        self._connections = [holder._con for holder in self._pool._holders]
        for connection in self._connections:
            connection.add_query_logger(self._log)
        return self

    async def __aexit__(self, *_: object) -> None:
        for connection in self._connections:
            connection.remove_query_logger(self._log)

    def _log(self, record: Any) -> None:
        if record.query != ALIVE and not any(one in record.query for one in BESIDE):
            self.counted[" ".join(record.query.split())] += 1


async def told(intake: Intake, contact: dict[str, str]) -> list[tuple[int, str, list[str]]]:
    """Every answer from the question about contact to where the request stands, without what is random."""
    front = FrontEnd(intake)
    front.answers |= contact | {"consents": ["contact-email-1", "contact-sms-1"]}
    await (await front.begin()).walk_to("contact")
    answers = [await front.answer()]
    front.told = answers[0].json()
    await front.walk_to()
    answers += [await front.look("draft"), await front.send()]
    answers.append(await intake.http.get(answers[-1].headers["location"]))
    return [
        (one.status_code, SECRETS.sub("…", one.text).replace(contact["email"], "@"), sorted(one.headers))
        for one in answers
    ]


async def test_a_known_contact_is_told_what_a_stranger_is_told(known: Intake):
    assert await told(known, KNOWN) == await told(known, STRANGER)


async def test_a_known_contact_takes_the_statements_that_a_stranger_takes(known: Intake):
    await told(known, {"email": "warm@example.org", "mobile": "+13035550122"})  # connections are open, plans are made

    async with Statements(known) as of_known:
        await told(known, KNOWN)
    async with Statements(known) as of_stranger:
        await told(known, STRANGER)

    assert of_known.counted
    assert of_known.counted == of_stranger.counted


async def test_the_short_request_tells_nothing_either(known: Intake):
    answers = [await known.ask({**INES, **contact}) for contact in (KNOWN, STRANGER)]

    assert len({(one.status_code, SECRETS.sub("…", one.text)) for one in answers}) == 1
