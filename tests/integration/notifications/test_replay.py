"""A year that is heard again: no e-mail goes out twice, and none that nobody needs any more."""

from datetime import timedelta

from services.notifications.app import SERVICE
from tests.integration.notifications.conftest import Journey, Office, Said


def _history(journey: Journey) -> list[Said]:
    return [
        journey.requested(),
        journey.scheduled(),
        journey.session_scheduled(),
        journey.session_completed(),
        journey.risk(),
    ]


async def test_no_reaction_of_notifications_may_repeat_its_effects() -> None:
    assert [reaction.handler for part in SERVICE.reactions for reaction in part if reaction.repeatable] == []


async def test_a_history_that_is_heard_again_without_any_inbox_sends_nothing_again(office: Office) -> None:
    """`Office.hear` has no inbox, so only the natural keys of messages can know."""
    journey = await office.journey()
    office.stands(journey)
    await office.hear(*_history(journey))
    await office.send()
    sent = office.subjects()
    assert sent

    await office.hear(*_history(journey))
    await office.send()
    office.clock.advance(timedelta(days=1))
    await office.hear(*reversed(_history(journey)))
    await office.send()

    assert office.subjects() == sent


async def test_a_history_that_is_heard_with_everything_lost_mails_nothing_that_is_over(office: Office) -> None:
    """A lost schema knows of no message; what says when a message is over is in the events themselves."""
    journey = await office.journey()
    office.stands(journey)
    office.clock.advance(timedelta(days=400))

    await office.hear(*_history(journey))
    await office.send()

    assert office.subjects() == []
