"""A very small browser: pages, links, forms with their hidden fields, cookies. What a person could press, it can press."""

import asyncio
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Self
from urllib.parse import urlencode, urljoin

import httpx

TOO_FAST = 429
LONGEST_PAUSE = 5
"""Seconds that somebody waits before they press again."""
MOST_PAUSES = 20
LONGEST_WAIT = 60.0
"""Seconds for an answer that a person sits before: a machine at its limit is slow, not broken."""


class Unexpected(Exception):
    """The system answered something the journey cannot go on from; with `status`, when that was refused."""

    def __init__(self, words: str, status: int | None = None) -> None:
        super().__init__(words)
        self.status = status


@dataclass(slots=True)
class Form:
    """One form of a page, as it would be sent if the person pressed its button now."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    options: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of each select: the words of an option → its value."""
    offered: set[str] = field(default_factory=set)
    """Every name that can be filled in."""
    buttons: list[tuple[str, str]] = field(default_factory=list)
    """Name and value of each button that has them."""

    def fill(self, **values: str | list[str]) -> "Form":
        """The form with these fields filled in. Raises Unexpected for a field the page does not have."""
        if missing := set(values) - self.offered:
            raise Unexpected(f"the page has no field {', '.join(sorted(missing))}")
        kept = [(name, value) for name, value in self.fields if name not in values]
        for name, value in values.items():
            kept += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        return Form(self.action, kept, self.options, self.offered, self.buttons)

    def press(self, name: str, value: str = "") -> "Form":
        """The form as this button would send it, the first of that name unless a value is asked for.

        Raises Unexpected when there is none.
        """
        for button in self.buttons:
            if button == (name, value or button[1]):
                return Form(self.action, [*self.fields, button], self.options, self.offered, self.buttons)
        raise Unexpected(f"the page has no button {name} {value}")

    def option(self, name: str, containing: str) -> str:
        """The value of the option whose words contain these."""
        for words, value in self.options.get(name, {}).items():
            if containing in words:
                return value
        raise Unexpected(f"{name} offers no {containing!r}, only {list(self.options.get(name, {}))}")


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: str | None = None
        self._option: str | None = None
        self._textarea: str | None = None
        self._words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._form = Form(given.get("action") or "")
            self.forms.append(self._form)
        if self._form is None:
            return
        name = given.get("name")
        if tag == "input" and name:
            self._form.offered.add(name)
            if given.get("type") in ("checkbox", "radio"):
                if "checked" in given:
                    self._form.fields.append((name, given.get("value") or "on"))
            else:
                self._form.fields.append((name, given.get("value") or ""))
        elif tag == "button" and name:
            self._form.buttons.append((name, given.get("value") or ""))
        elif tag == "textarea" and name:
            self._form.offered.add(name)
            self._textarea, self._words = name, ""
        elif tag == "select" and name:
            self._form.offered.add(name)
            self._form.options[name] = {}
            self._select = name
        elif tag == "option" and self._select:
            self._option, self._words = given.get("value") or "", ""
            if "selected" in given:
                self._form.fields.append((self._select, self._option))

    def handle_data(self, data: str) -> None:
        if self._option is not None or self._textarea is not None:
            self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "option" and self._form is not None and self._select and self._option is not None:
            self._form.options[self._select][" ".join(self._words.split())] = self._option
            self._option = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._form is not None and self._textarea:
            self._form.fields.append((self._textarea, self._words.removeprefix("\n")))
            self._textarea = None
        elif tag == "form":
            self._form = None


@dataclass(frozen=True, slots=True)
class Page:
    """What came back, after redirects."""

    url: str
    status: int
    text: str

    def form(self, *, having: str | None = None, action: str | None = None) -> Form:
        """The form with a field of this name, or whose address ends so."""
        parser = _Forms()
        parser.feed(self.text)
        for form in parser.forms:
            target = urljoin(self.url, form.action or self.url)
            if (having is None or having in form.offered) and (action is None or target.split("?")[0].endswith(action)):
                form.action = target
                return form
        raise Unexpected(f"{self.path} has no form {having or action or ''}")

    @property
    def path(self) -> str:
        return httpx.URL(self.url).path


class Browser:
    """One person's browser on one site, who waits for an answer up to `wait` seconds. `transport` leads to an app in this
    process instead of over the network."""

    def __init__(
        self, url: str, transport: httpx.AsyncBaseTransport | None = None, *, wait: float = LONGEST_WAIT
    ) -> None:
        self.origin = url.rstrip("/")
        self._http = httpx.AsyncClient(base_url=self.origin, follow_redirects=True, timeout=wait, transport=transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    def remember(self, cookie: str, value: str) -> None:
        self._http.cookies.set(cookie, value)

    async def open(self, path: str) -> Page:
        """Raises Unexpected when it is not there."""
        return _page(await self._http.get(path, headers={"Accept": "text/html"}))

    async def send(self, form: Form, *, may_refuse: int | None = None) -> Page:
        """Raises Unexpected when the form is refused, unless with this status. Who is too fast for a moment waits for it, as
        people do: nothing was done."""
        answer = await self._post(form)
        for _ in range(MOST_PAUSES):
            if answer.status_code == may_refuse or (pause := _pause(answer)) is None:
                break
            await asyncio.sleep(pause)
            answer = await self._post(form)
        return _page(answer, may_refuse)

    async def _post(self, form: Form) -> httpx.Response:
        return await self._http.post(
            form.action,
            content=urlencode(form.fields).encode(),
            headers={
                "Accept": "text/html",
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": self.origin,
                "Sec-Fetch-Site": "same-origin",
            },
        )

    async def json(self, path: str, query: dict[str, Any] | None = None) -> Any:
        """Raises Unexpected unless it answers 2xx."""
        answer = await self._http.get(path, params=query, headers={"Accept": "application/json"})
        if not answer.is_success:
            raise Unexpected(f"GET {answer.url.path} answered {answer.status_code}", answer.status_code)
        return answer.json()

    async def post_json(self, path: str, body: dict[str, object], key: str) -> httpx.Response:
        """Raises Unexpected unless it answers 2xx."""
        answer = await self._http.post(path, json=body, headers={"Idempotency-Key": key, "Accept": "application/json"})
        if not answer.is_success:
            raise Unexpected(f"POST {path} answered {answer.status_code}: {answer.text[:300]}", answer.status_code)
        return answer


def _pause(answer: httpx.Response) -> float | None:
    """Seconds to wait before the same is sent again; None where waiting is not asked for, or for long."""
    asked = answer.headers.get("Retry-After", "") if answer.status_code == TOO_FAST else ""
    return float(asked) if asked.isdecimal() and int(asked) <= LONGEST_PAUSE else None


def _page(answer: httpx.Response, may_refuse: int | None = None) -> Page:
    if not answer.is_success and answer.status_code != may_refuse:
        raise Unexpected(f"{answer.request.method} {answer.url.path} answered {answer.status_code}", answer.status_code)
    return Page(str(answer.url), answer.status_code, answer.text)
