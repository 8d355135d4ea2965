"""The clinic's mail server, by SMTP: one short conversation a message, each step with a bound.

A connection is kept for the next message, if one follows at once. Whether it is still there is asked before anything of
a message is said, so one that has died in between costs another connection, and no doubt whether the message arrived.
"""

import asyncio
import ssl
from collections import deque
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import (
    SMTPConnectError,
    SMTPConnectTimeoutError,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from services.notifications.outside.mail_format import build_email
from services.notifications.use_cases.outside import AddressRefused, ComeAgainLater, Mail, NoAnswer

STEP_TIMEOUT = 10.0
"""Seconds for each step of the conversation."""
KEPT_FOR = 2.0
"""Seconds that a connection waits for the next message: some servers count connections, and none likes idle ones."""
MOST_MESSAGES = 50
"""Through one connection; where servers have a bound, a hundred is usual."""
_PERMANENT = 500
_PORTS = {"smtp": 25, "smtps": 465}


class SmtpServer:
    """A `MailServer`. A name and a password are never sent in the clear, except on this machine."""

    def __init__(self, url: str, *, step_timeout: float = STEP_TIMEOUT) -> None:
        """`url`: smtp[s]://[user:password@]host:port. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("SMTP_URL must be smtp://host:port or smtps://host:port")
        self._host = parts.hostname
        self._port = parts.port or _PORTS[parts.scheme]
        self._tls = parts.scheme == "smtps"
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._timeout = step_timeout
        self._kept: deque[_Line] = deque()

    async def send(self, mail: Mail) -> None:
        message = build_email(mail)
        line = await self._line()
        try:
            await line.client.send_message(message)
        except SMTPRecipientsRefused as refused:
            raise (AddressRefused if _all_permanent(refused) else ComeAgainLater) from None
        except SMTPDataError as refused:
            raise (AddressRefused if refused.code >= _PERMANENT else ComeAgainLater) from None
        except SMTPNotSupported:
            raise AddressRefused from None
        except (SMTPServerDisconnected, SMTPTimeoutError, OSError):
            raise NoAnswer(maybe_taken=True) from None
        except SMTPException:
            # The sender or our name was not accepted: nothing about this recipient.
            raise ComeAgainLater from None
        else:
            self._keep(line)
        finally:
            if line not in self._kept:
                line.client.close()

    def close(self) -> None:
        """Lets go of what is kept."""
        while self._kept:
            self._kept.pop().client.close()

    async def _line(self) -> "_Line":
        """One that is there and waits for a message. Raises ComeAgainLater, NoAnswer."""
        while self._kept:
            line = self._kept.pop()
            try:
                await line.client.rset()
            except (SMTPException, OSError):
                line.client.close()
            else:
                return line
        return _Line(await self._connected())

    def _keep(self, line: "_Line") -> None:
        """The one that was used last is used next, so that what is too many falls idle."""
        line.messages += 1
        if line.messages < MOST_MESSAGES:
            loop = asyncio.get_running_loop()
            line.idle_since = loop.time()
            self._kept.append(line)
            loop.call_later(KEPT_FOR, self._let_idle_go)

    def _let_idle_go(self) -> None:
        long_ago = asyncio.get_running_loop().time() - KEPT_FOR
        while self._kept and self._kept[0].idle_since <= long_ago:
            self._kept.popleft().client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            timeout=self._timeout,
            use_tls=self._tls,
            # With a password TLS is a must; without one it is used where it is offered.
            start_tls=False if self._tls else (True if self._user and not _is_loopback(self._host) else None),
            tls_context=self._trusted,
        )
        try:
            await client.connect()
        except SMTPResponseException:
            raise ComeAgainLater from None
        except (SMTPConnectError, SMTPConnectTimeoutError, SMTPTimeoutError, SMTPServerDisconnected, OSError):
            raise NoAnswer(maybe_taken=False) from None
        except SMTPException:
            raise ComeAgainLater from None
        return client

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        """Reading the system's certificates takes longer than a message."""
        return ssl.create_default_context()


@dataclass(slots=True, eq=False)
class _Line:
    """A connection, and how many messages went through it."""

    client: aiosmtplib.SMTP
    messages: int = 0
    idle_since: float = 0.0


def _all_permanent(refused: SMTPRecipientsRefused) -> bool:
    return all(one.code >= _PERMANENT for one in refused.recipients)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
