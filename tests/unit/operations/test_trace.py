"""How a story reads in the terminal."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from rich.console import Console

from operations.trace import Happening, Story, draw
from services.notifications.store.message_views import MessageView, Step
from shared.ids import uuid7
from shared.messaging.redrive_orders import Outcome, Redriven
from shared.messaging.story import Buried, Heard, Said

NOON = datetime(2026, 6, 15, 18, 0, tzinfo=UTC)


def _said(topic: str, *, caused_by: UUID | None = None, waits: str | None = None) -> Said:
    published = None if waits else NOON + timedelta(milliseconds=4)
    return Said(uuid7(), topic, uuid7(), 1, NOON, published, caused_by, waits)


def _drawn(story: Story) -> list[str]:
    console = Console(width=200)
    with console.capture() as captured:
        console.print(draw("TSC-4K7Q2M", story))
    return captured.get().splitlines()


def test_what_an_event_led_to_stands_below_it():
    requested = _said("consultation-requested")
    scheduled = _said("consultation-scheduled", caused_by=requested.event_id)

    lines = _drawn(Story([Happening("intake", requested), Happening("scheduling", scheduled)], []))

    assert lines[1].index("2026") < lines[2].index("2026")


def test_a_second_try_and_who_has_not_heard_are_told():
    said = _said("consultation-requested")
    heard = Heard(said.event_id, "scheduling.book", NOON + timedelta(milliseconds=21), tries=2)

    text = "\n".join(_drawn(Story([Happening("intake", said, heard=[heard], unheard=["notifications"])], [])))

    assert "scheduling.book after 21 ms at try 2" in text
    assert "waits for notifications" in text


def test_a_dead_letter_is_told_with_who_redrove_it_and_why():
    said, letter = _said("consultation-requested"), uuid7()
    redriven = Redriven(
        repair_id=uuid7(),
        letter_id=letter,
        handler="scheduling.book",
        topic=said.topic,
        operator="grace",
        why="the [bug] is mended",
        asked_at=NOON,
        dry_run=False,
        outcome=Outcome.HANDLED,
        failure=None,
        settled_at=NOON,
    )
    buried = Buried(said.event_id, "scheduling.book", letter, "KeyError", 3, NOON, NOON, [redriven])

    text = "\n".join(_drawn(Story([Happening("intake", said, buried=[buried])], [])))

    assert "scheduling.book could not: KeyError, 3 tries; redriven" in text
    assert "redrive by grace (the [bug] is mended): handled" in text


def test_what_cannot_be_sent_says_why():
    text = "\n".join(_drawn(Story([Happening("intake", _said("consultation-requested", waits="topic-unknown"))], [])))

    assert "not sent yet: topic-unknown" in text


def test_messages_follow_with_their_steps():
    message = MessageView(
        id=uuid7(),
        patient_id=uuid7(),
        kind="consultation-scheduled",
        state="retrying",
        reason="scheduling-silent",
        planned_at=NOON,
        due_at=NOON + timedelta(minutes=1),
        attempts=2,
        reference=None,
        request_id=None,
        steps=[Step(NOON, "planned", None), Step(NOON, "claimed", None)],
    )

    text = "\n".join(_drawn(Story([], [message])))

    assert "retrying, scheduling-silent, due 2026-06-15 18:01:00.000, 2 tries" in text
    assert "claimed" in text
