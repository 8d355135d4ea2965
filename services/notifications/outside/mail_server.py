"""The clinic's mail server, by SMTP: one short conversation a message, each step with a bound."""

import ssl
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

    async def send(self, mail: Mail) -> None:
        message = build_email(mail)
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            timeout=self._timeout,
            use_tls=self._tls,
            # With a password TLS is a must; without one it is used where it is offered.
            start_tls=False if self._tls else (True if self._user and not _is_loopback(self._host) else None),
            tls_context=ssl.create_default_context(),
        )
        try:
            await client.connect()
        except SMTPResponseException:
            raise ComeAgainLater from None
        except (SMTPConnectError, SMTPConnectTimeoutError, SMTPTimeoutError, SMTPServerDisconnected, OSError):
            raise NoAnswer(maybe_taken=False) from None
        except SMTPException:
            raise ComeAgainLater from None
        try:
            await client.send_message(message)
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
        finally:
            client.close()


def _all_permanent(refused: SMTPRecipientsRefused) -> bool:
    return all(one.code >= _PERMANENT for one in refused.recipients)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
