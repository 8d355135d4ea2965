"""E-mails that were sent to nobody: kept as files, so that the next start still shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path

ENVELOPE_FROM = "X-Envelope-From"
ENVELOPE_TO = "X-Envelope-To"
RECEIVED_AT = "X-Received-At"


@dataclass(frozen=True)
class Attachment:
    """One attached file, such as a calendar entry."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class KeptMessage:
    """One e-mail as it went over the wire, with three headers of ours in front: the envelope and the time."""

    id: str
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, _class=EmailMessage, policy=policy.default)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "(no subject)")

    @property
    def sender(self) -> str:
        return str(self.message[ENVELOPE_FROM])

    @property
    def recipients(self) -> list[str]:
        return str(self.message[ENVELOPE_TO]).split(", ")

    @property
    def received_at(self) -> datetime:
        return datetime.fromisoformat(str(self.message[RECEIVED_AT]))

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Of the e-mail itself, without ours."""
        ours = {ENVELOPE_FROM, ENVELOPE_TO, RECEIVED_AT}
        return [(name, str(value)) for name, value in self.message.items() if name not in ours]

    @property
    def text(self) -> str:
        """The plain-text body, or "" when there is none."""
        part = self.message.get_body(("plain",))
        return part.get_content() if part is not None else ""

    @property
    def html(self) -> str:
        part = self.message.get_body(("html",))
        return part.get_content() if part is not None else ""

    @cached_property
    def attachments(self) -> list[Attachment]:
        """Everything that is not a body, calendar parts without a file name included."""
        return list(self._attachments())

    def _attachments(self) -> Iterator[Attachment]:
        for number, part in enumerate(self.message.walk(), start=1):
            media_type = part.get_content_type()
            is_file = part.get_content_disposition() == "attachment" or media_type == "text/calendar"
            if is_file and not part.is_multipart():
                ending = "ics" if media_type == "text/calendar" else "bin"
                content = part.get_payload(decode=True)
                name = part.get_filename() or f"part-{number}.{ending}"
                yield Attachment(name, media_type, content if isinstance(content, bytes) else b"")


class MailStore:
    """Messages in the order they came; on disk when there is a folder, else only as long as this object."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._messages: list[KeptMessage] = []
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._messages = [KeptMessage(path.stem, path.read_bytes()) for path in sorted(folder.glob("*.eml"))]

    def keep(self, raw: bytes, sender: str, recipients: list[str], at: datetime) -> KeptMessage:
        """Whole or not at all: a kill in between leaves no half message."""
        number = int(self._messages[-1].id) + 1 if self._messages else 1
        ours = {ENVELOPE_FROM: sender, ENVELOPE_TO: ", ".join(recipients), RECEIVED_AT: at.isoformat()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in ours.items())
        kept = KeptMessage(f"{number:06}", lines.encode() + raw)
        if self._folder is not None:
            unfinished = self._folder / f"{kept.id}.unfinished"
            unfinished.write_bytes(kept.raw)
            unfinished.replace(self._folder / f"{kept.id}.eml")
        self._messages.append(kept)
        return kept

    def all(self) -> list[KeptMessage]:
        """The newest first."""
        return self._messages[::-1]

    def get(self, message_id: str) -> KeptMessage | None:
        return next((message for message in self._messages if message.id == message_id), None)
