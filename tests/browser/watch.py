"""What no page may do, watched on every page of a browser: speak in the console, break its policy, call another host."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Request

from operations.stack.home import Running

EXPECTED_STATUS = "Failed to load resource: the server responded with a status of"
"""Chromium's own remark on an answer such as 422, which a page with errors rightly has."""


def hosts_of(running: Running) -> frozenset[str]:
    """The front door, and the page of the mail sink beside it."""
    return frozenset({urlsplit(running.url).netloc, urlsplit(running.mail_url).netloc})


@dataclass
class Watch:
    """Collects for every context of one test. Violations of the content policy arrive as console messages."""

    hosts: frozenset[str]
    complaints: list[str] = field(default_factory=list)

    def attach(self, context: BrowserContext) -> None:
        context.on("weberror", lambda thrown: self.complaints.append(f"{thrown.page}: {thrown.error}"))
        context.on("console", self._console)
        context.on("request", self._request)

    def expect_silence(self) -> None:
        assert not self.complaints, "\n".join(self.complaints)

    def _console(self, message: ConsoleMessage) -> None:
        if not message.text.startswith(EXPECTED_STATUS):
            self.complaints.append(f"{message.page.url if message.page else '?'}: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme != "data" and parts.netloc not in self.hosts:
            self.complaints.append(f"{request.frame.url}: asked {request.url}")
