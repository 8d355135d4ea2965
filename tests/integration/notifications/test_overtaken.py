"""Nobody phones about what is overtaken while its outcome is written down, whichever of the two commits first."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.notifications.use_cases import settle_messages
from tests.as_far_as_it_gets import as_far_as_it_gets
from tests.integration.notifications.conftest import TIME, Journey, Office

A_DAY_LATER = TIME + timedelta(days=1)


@pytest.fixture
async def journey(office: Office) -> Journey:
    """A time was promised to somebody who can only be phoned."""
    journey = await office.journey(email=None)
    office.stands(journey)
    await office.hear(journey.requested(), journey.scheduled())
    return journey


async def phone_calls_about(office: Office, revision: int) -> int:
    (row,) = await office.fetch(
        """
        select count(*)
          from inbox_item
          join message on message.id = inbox_item.message_id
         where inbox_item.state = 'open' and message.revision = $1
        """,
        revision,
    )
    return row["count"]


async def test_news_waits_for_an_outcome_that_is_nearly_written(
    office: Office, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, begun = settle_messages.ask_to_phone, list[asyncio.Task[None]]()

    async def while_news_comes(*arguments: Any) -> None:
        begun.append(await as_far_as_it_gets(office.database, office.hear(journey.scheduled(2, A_DAY_LATER))))
        await ask(*arguments)

    monkeypatch.setattr(settle_messages, "ask_to_phone", while_news_comes)
    await office.sender.work()
    await asyncio.gather(*begun)

    assert await phone_calls_about(office, 1) == 0


async def test_an_outcome_waits_for_news_that_is_nearly_written(
    office: Office, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle, begun = settle_messages._settle, list[asyncio.Task[None]]()

    async def while_news_is_written(*arguments: Any) -> None:
        async def settles() -> None:
            begun.append(await as_far_as_it_gets(office.database, settle(*arguments)))

        await office.hear_batch([journey.scheduled(2, A_DAY_LATER)], before_commit=settles)
        await asyncio.gather(*begun)

    monkeypatch.setattr(settle_messages, "_settle", while_news_is_written)
    await office.sender.work()

    assert await phone_calls_about(office, 1) == 0
