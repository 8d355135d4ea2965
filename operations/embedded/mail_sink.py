"""An SMTP server that keeps what it is given and sends nothing: for `chairside up`, and as the twin of a real one.

    async with MailSink() as sink:
        ...                                  # send to sink.smtp_url
        assert sink.messages[0].subject == "Your appointment"

A test sets `sink.fault` to see what a bad day does.
"""

import asyncio
from collections.abc import Callable
from enum import StrEnum
from types import SimpleNamespace
from typing import Any, Self
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

from operations.embedded.mail_store import KeptMessage, MailStore
from shared.clock import Clock, SystemClock

LARGEST_MESSAGE = 10_000_000


class Fault(StrEnum):
    """What is wrong with the mail server."""

    NONE = "none"
    REFUSE = "refuse"
    """Says a permanent no to every recipient (550)."""
    LATER = "later"
    """Asks to come again later (451)."""
    HANG = "hang"
    """Takes the message and never answers."""
    DROP = "drop"
    """Keeps the message, then the connection breaks before the sender hears of it."""


class MailSink:
    """Listens on loopback, on the port given or one the kernel chooses."""

    def __init__(
        self,
        store: MailStore | None = None,
        *,
        port: int = 0,
        fault: Fault = Fault.NONE,
        clock: Clock | None = None,
        arrived: Callable[[], None] | None = None,
    ) -> None:
        self.store = store or MailStore()
        self.fault = fault
        self.connections = 0
        """Made so far."""
        self._clock = clock or SystemClock()
        self._arrived = arrived
        self._port = port
        self._server: asyncio.Server | None = None
        self._conversations: WeakSet[SMTP] = WeakSet()

    @property
    def smtp_url(self) -> str:
        return f"smtp://127.0.0.1:{self._port}"

    @property
    def port(self) -> int:
        return self._port

    @property
    def messages(self) -> list[KeptMessage]:
        """The newest first."""
        return self.store.all()

    async def start(self) -> None:
        """Raises OSError when the port is taken."""
        self._server = await asyncio.get_running_loop().create_server(self._converse, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Ends conversations too; the port stays for another `start`: a server that was away and came back."""
        if self._server is not None:
            self._server.close()
            self.hang_up()
            await self._server.wait_closed()
            self._server = None

    def hang_up(self) -> None:
        """Ends every conversation, as a server does that thinks it has waited long enough."""
        for conversation in self._conversations:
            if conversation.transport is not None:
                conversation.transport.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _converse(self) -> SMTP:
        hooks = SimpleNamespace(handle_RCPT=self._recipient, handle_DATA=self._message)
        conversation = SMTP(
            hooks, hostname="mail-sink.example", enable_SMTPUTF8=True, data_size_limit=LARGEST_MESSAGE, timeout=60
        )
        self._conversations.add(conversation)
        self.connections += 1
        return conversation

    async def _recipient(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if self.fault is Fault.REFUSE:
            return "550 5.1.1 No such mailbox"
        if self.fault is Fault.LATER:
            return "451 4.3.2 Come again later"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def _message(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.fault is Fault.HANG:
            await asyncio.Event().wait()
        raw = envelope.original_content or b""
        self.store.keep(raw, envelope.mail_from or "", envelope.rcpt_tos, self._clock.now())
        if self._arrived is not None:
            self._arrived()
        if self.fault is Fault.DROP and server.transport is not None:
            server.transport.close()
        return "250 Kept, not sent"
