"""The mail sink: what was sent is kept and shown; a bad day is as bad as a real one."""

from email.message import EmailMessage

import aiosmtplib
import httpx
import pytest

from operations.embedded.arrivals import Arrivals
from operations.embedded.mail_pages import build_mail_pages
from operations.embedded.mail_sink import Fault, MailSink
from operations.embedded.mail_store import MailStore


def letter():
    message = EmailMessage()
    message["Subject"] = "Your visit é"
    message["From"] = "Tern Street Clinic <hello@ternstreet.example>"
    message["To"] = "maren@example.com"
    message.set_content("Thursday. <b>http://127.0.0.1/a/x</b>\n")
    message.add_attachment("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", subtype="calendar", filename="visit.ics")
    return message


async def send(sink, patience=60):
    await aiosmtplib.send(letter(), hostname="127.0.0.1", port=sink.port, timeout=patience)


async def test_a_message_is_kept_with_its_parts():
    async with MailSink() as sink:
        await send(sink)
        kept = sink.messages[0]
    assert (kept.subject, kept.recipients) == ("Your visit é", ["maren@example.com"])
    assert kept.text.startswith("Thursday.")
    assert kept.attachments[0].name == "visit.ics"
    assert b"VCALENDAR" in kept.attachments[0].content


async def test_messages_are_there_at_the_next_start(tmp_path):
    async with MailSink(MailStore(tmp_path)) as sink:
        await send(sink)
    again = MailStore(tmp_path)
    assert [message.subject for message in again.all()] == ["Your visit é"]
    async with MailSink(again) as sink:
        await send(sink)
        assert [message.id for message in sink.messages] == ["000002", "000001"]


@pytest.mark.parametrize(
    ("fault", "error", "kept"),
    [
        (Fault.REFUSE, aiosmtplib.SMTPRecipientsRefused, 0),
        (Fault.LATER, aiosmtplib.SMTPRecipientsRefused, 0),
        (Fault.HANG, aiosmtplib.SMTPReadTimeoutError, 0),
        (Fault.DROP, aiosmtplib.SMTPServerDisconnected, 1),
    ],
)
async def test_a_bad_day(fault, error, kept):
    async with MailSink(fault=fault) as sink:
        with pytest.raises(error):
            await send(sink, patience=1 if fault is Fault.HANG else 60)
        assert len(sink.messages) == kept
        sink.fault = Fault.NONE
        await send(sink)
        assert len(sink.messages) == kept + 1


async def test_a_server_that_was_away_comes_back_at_the_same_port():
    async with MailSink() as sink:
        await sink.stop()
        with pytest.raises(aiosmtplib.SMTPConnectError):
            await send(sink)
        await sink.start()
        await send(sink)


@pytest.fixture
async def pages():
    async with MailSink() as sink:
        await send(sink)
        app = build_mail_pages(sink.store, Arrivals(), "http://127.0.0.1:8080")
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mail") as client:
            yield client


async def test_the_page_lists_and_shows_and_never_runs_what_was_sent(pages):
    assert "Your visit é" in (await pages.get("/")).text
    shown = (await pages.get("/messages/000001")).text
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown


async def test_an_attachment_is_downloaded_not_opened(pages):
    answer = await pages.get("/messages/000001/attachments/1")
    assert answer.headers["content-disposition"] == 'attachment; filename="visit.ics"'
    assert "VCALENDAR" in answer.text


async def test_programs_get_the_same_as_json(pages):
    found = (await pages.get("/api/messages", params={"to": "maren@example.com"})).json()
    assert [message["subject"] for message in found] == ["Your visit é"]
    assert "VCALENDAR" in found[0]["attachments"][0]["text"]
    assert (await pages.get("/api/messages", params={"to": "nobody@example.com"})).json() == []


@pytest.mark.parametrize(
    "path", ["/messages/9", "/messages/000001/attachments/7", "/messages/9/raw", "/api/messages/9"]
)
async def test_what_is_not_there_is_a_404(pages, path):
    assert (await pages.get(path)).status_code == 404
