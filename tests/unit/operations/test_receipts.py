"""When two e-mails of one Message-ID are the same letter."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from operations.auditing.receipts import kept_in
from operations.embedded.mail_store import MailStore

LETTER = "You are booked.\nSay that you are coming:\nhttp://127.0.0.1:8080/a/coming/{link}/en\nYour request: http://127.0.0.1:8080/r/{request}\n"
ONE, OTHER = "a" * 43, "B-_9" + "c" * 39


@pytest.mark.parametrize(
    ("again", "same"),
    [
        ({"link": ONE, "request": ONE}, True),
        ({"link": OTHER, "request": ONE}, True),
        ({"link": ONE, "request": OTHER}, False),
    ],
)
async def test_a_letter_that_goes_once_more_has_a_new_link_and_the_same_words(again, same):
    store = MailStore()
    for words in ({"link": ONE, "request": ONE}, again):
        letter = EmailMessage()
        letter["Message-ID"], letter["Subject"] = "<one@clinic.example>", "Your appointment"
        letter.set_content(LETTER.format(**words))
        store.keep(letter.as_bytes(), "clinic@clinic.example", ["ines@example.com"], datetime(2026, 6, 15, tzinfo=UTC))

    first, second = await kept_in(store)()

    assert (first.fingerprint == second.fingerprint) is same
