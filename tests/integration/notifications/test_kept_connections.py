"""A connection to the mail server carries several messages, and one that dies between two of them costs neither."""

import asyncio
from datetime import datetime

import pytest

from operations.embedded.mail_sink import Fault, MailSink
from services.notifications.domain.wording import Letter
from services.notifications.outside import mail_server
from services.notifications.outside.mail_server import SmtpServer
from services.notifications.use_cases.outside import AddressRefused, ComeAgainLater, Mail, NoAnswer
from tests.conftest import NOON
from tests.contracts.messaging.hearing import until

LETTER = Letter("en", "Your appointment", "Hello,", "There is something to tell you.")


def mail(number: int, dated: datetime = NOON) -> Mail:
    return Mail(LETTER, None, "clinic@example.com", "Clinic", "ines@example.com", f"<{number}@example.com>", dated)


@pytest.fixture
def server(sink: MailSink) -> SmtpServer:
    return SmtpServer(sink.smtp_url, step_timeout=60)


def arrived(sink: MailSink) -> list[str]:
    return sorted(str(kept.message["Message-ID"]) for kept in sink.messages)


async def test_messages_that_follow_each_other_share_a_connection(sink: MailSink, server: SmtpServer) -> None:
    for number in range(5):
        await server.send(mail(number))

    assert (len(sink.messages), sink.connections) == (5, 1)


async def test_messages_at_the_same_time_have_a_connection_each(sink: MailSink, server: SmtpServer) -> None:
    for _ in range(2):
        await asyncio.gather(*(server.send(mail(number)) for number in range(3)))

    assert (len(sink.messages), sink.connections) == (6, 3)


@pytest.mark.parametrize("noticed", [False, True], ids=["not noticed yet", "noticed"])
async def test_one_that_was_hung_up_costs_another_connection_and_nothing_else(
    sink: MailSink, server: SmtpServer, noticed: bool
) -> None:
    await server.send(mail(1))
    sink.hang_up()
    if noticed:
        await asyncio.sleep(0.1)
    await server.send(mail(2))

    assert arrived(sink) == ["<1@example.com>", "<2@example.com>"]
    assert sink.connections == 2


async def test_a_server_that_is_gone_when_the_next_message_comes_took_nothing_of_it(
    sink: MailSink, server: SmtpServer
) -> None:
    await server.send(mail(1))
    await sink.stop()

    with pytest.raises(NoAnswer) as silence:
        await server.send(mail(2))

    assert not silence.value.maybe_taken
    await sink.start()
    await server.send(mail(2))
    assert arrived(sink) == ["<1@example.com>", "<2@example.com>"]


@pytest.mark.parametrize(
    ("fault", "raised"),
    [(Fault.REFUSE, AddressRefused), (Fault.LATER, ComeAgainLater), (Fault.DROP, NoAnswer)],
)
async def test_a_connection_on_which_something_went_wrong_is_not_used_again(
    sink: MailSink, server: SmtpServer, fault: Fault, raised: type[Exception]
) -> None:
    await server.send(mail(1))
    sink.fault = fault
    with pytest.raises(raised):
        await server.send(mail(2))

    sink.fault = Fault.NONE
    await server.send(mail(3))

    assert sink.connections == 2
    assert "<3@example.com>" in arrived(sink)


async def test_a_connection_has_an_end(sink: MailSink, server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_server, "MOST_MESSAGES", 2)
    for number in range(5):
        await server.send(mail(number))

    assert (len(sink.messages), sink.connections) == (5, 3)


async def test_one_that_nobody_needs_is_let_go(
    sink: MailSink, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_server, "KEPT_FOR", 0.05)
    await asyncio.gather(*(server.send(mail(number)) for number in range(3)))

    async def let_go() -> bool:
        return not server._kept

    await until(let_go)

    await server.send(mail(4))

    assert sink.connections == 4


async def test_nothing_is_kept_after_the_end(sink: MailSink, server: SmtpServer) -> None:
    await server.send(mail(1))
    server.close()
    await server.send(mail(2))

    assert sink.connections == 2
