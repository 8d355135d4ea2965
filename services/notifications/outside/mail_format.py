"""A letter as an e-mail: plain text, the same as HTML, and the calendar entry beside them."""

from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.notifications.domain.wording import Letter, one_line
from services.notifications.use_cases.outside import Mail

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
"""Around a greeting in plain text: a name from right to left does not turn the comma and what follows."""


class _Headers(HeaderRegistry):
    """Makes the class of each header once; the library makes it anew for every header, which takes as long as the letter."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type[BaseHeader]] = {}

    def __getitem__(self, name: str) -> type[BaseHeader]:
        key = name.lower()
        if key not in self._made:
            self._made[key] = super().__getitem__(name)
        return self._made[key]


_POLICY = SMTP.clone(header_factory=_Headers())


def build_email(mail: Mail) -> EmailMessage:
    """The same bytes at every attempt. Nothing a patient typed stands in a header but the address itself."""
    letter, invitation = mail.letter, mail.invitation
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(one_line(mail.sender_name), addr_spec=mail.sender)
    message["To"] = Address(addr_spec=mail.recipient)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(mail.dated)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_plain(letter))
    message.add_alternative(_TEMPLATES.get_template("letter.html").render(letter=letter), subtype="html")
    if invitation is not None:
        from services.notifications.domain.calendar import calendar_file  # 10 MB that a start need not wait for

        message.add_alternative(
            calendar_file(invitation).decode(),
            subtype="calendar",
            charset="utf-8",
            params={"method": str(invitation.method), "name": "appointment.ics"},
            cte="base64",
        )
    message["Content-Language"] = letter.language  # last: earlier it would become that of the first part alone
    # Otherwise random: a repeated attempt must be the same message.
    message.set_boundary(f"=_{mail.message_id.strip('<>').partition('@')[0]}")
    return message


def _plain(letter: Letter) -> str:
    parts = [f"{_ISOLATE}{letter.greeting}{_END_ISOLATE}", letter.opening]
    if letter.facts:
        parts.append("\n".join(f"{word}: {text}" for word, text in letter.facts))
    parts += letter.paragraphs
    parts += [f"{words}:\n{address}" for words, address in filter(None, (letter.answer, letter.link))]
    parts.append("-- \n" + "\n".join(letter.closing))
    return "\n\n".join(parts) + "\n"
