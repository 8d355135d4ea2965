"""What is audited, and where it is reached."""

from dataclasses import dataclass

from operations.auditing.receipts import Mailbox
from shared.settings import Settings


class CannotLook(Exception):
    """Something that has to be looked at cannot be reached or read. The words say what."""


@dataclass(frozen=True, slots=True)
class System:
    """A running Chairside.

    Of `settings` are used: `database_url`, of a role that may read all three schemas and make temporary tables, naming
    their database; and where Kafka is. `mailbox` reads what the mail server took; None when nobody can look there.
    """

    settings: Settings
    mailbox: Mailbox | None = None
