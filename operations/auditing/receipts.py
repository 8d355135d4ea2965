"""What the mail server of a trial has taken: the sink of `chairside up`, MailDev, or a sink in this very process."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from operations.embedded.mail_store import MailStore

TIMEOUT = 30.0
_MADE_AS_IT_GOES = re.compile(r"(/a/(?:coming/)?)[\w-]{43}")
"""The token of a link to one's appointment is known to nobody but its letter, not even to us: a letter that goes once more
takes a new one, which opens the same."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One e-mail that was taken. Two of one Message-ID with the same `fingerprint` are the same letter."""

    message_id: str
    received_at: datetime
    fingerprint: str


Mailbox = Callable[[], Awaitable[Sequence[Receipt]]]


def kept_in(store: MailStore) -> Mailbox:
    """The receipts of a sink in this process."""

    async def read() -> list[Receipt]:
        return [
            _receipt(str(mail.message["Message-ID"]), mail.received_at, mail.subject, mail.text) for mail in store.all()
        ]

    return read


def shown_at(url: str) -> Mailbox:
    """The receipts behind a page: the mail sink's or MailDev's. Reading raises httpx.HTTPError, ValueError."""

    async def read() -> list[Receipt]:
        async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT) as client:
            answer = await client.get("/api/messages")
            if answer.is_success and answer.headers.get("content-type", "").startswith("application/json"):
                return _from_sink(answer.json())
            return _from_maildev((await client.get("/email")).raise_for_status().json())

    return read


def _from_sink(listed: Iterable[dict[str, Any]]) -> list[Receipt]:
    return [
        _receipt(
            _header(mail["headers"], "message-id"),
            datetime.fromisoformat(mail["received_at"]),
            mail["subject"],
            mail["text"],
        )
        for mail in listed
    ]


def _from_maildev(listed: Iterable[dict[str, Any]]) -> list[Receipt]:
    return [
        _receipt(
            _header(mail["headers"], "message-id"),
            datetime.fromisoformat(mail["time"]),
            mail.get("subject") or "",
            mail.get("text") or "",
        )
        for mail in listed
    ]


def _header(headers: dict[str, Any], name: str) -> str:
    return next((str(value) for key, value in headers.items() if key.lower() == name), "")


def _receipt(message_id: str, received_at: datetime, *letter: str) -> Receipt:
    words = _MADE_AS_IT_GOES.sub(r"\1", "\n".join(" ".join(part.split()) for part in letter))
    return Receipt(message_id.strip(), received_at, hashlib.sha256(words.encode()).hexdigest())
