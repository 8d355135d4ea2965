"""A clinic's day as an open-loop load through the front door: patients ask, look and withdraw, staff book and record.

A command whose outcome is unknown is sent again under its own key until it is known, as careful front ends do. What
became of each is in the ledger; looking changes nothing and is only counted.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from datetime import time as clock_time
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from operations.auditing.ledger import Outcome
from operations.player import patient, staff
from operations.player.browser import Browser, Form, Page, Unexpected
from operations.player.open_loop import open_loop
from operations.stack.start import DEMO_STAFF_EMAIL, DEMO_STAFF_PASSWORD
from shared.clock import SystemClock
from shared.web.form_key import FIELD
from tests.faults.ledger import Ledger, new_key

MIX = {"ask": 7, "ask_at_risk": 1, "ask_again": 2, "look": 5, "withdraw": 2, "book": 1, "record": 1, "acknowledge": 1}
"""How often each begins, of twenty."""
PAUSE = (0.3, 1.0)
"""Seconds before a command is sent again."""
SIGNED_IN_FOR = 200.0
"""Seconds after which staff sign in again; a token lasts 300."""
REACH_DAYS = 13
HOURS = range(8, 16)
LENGTH = timedelta(minutes=50)
KNOWN_WITHIN = 120.0
"""Seconds after the last beginning until every outcome must be known; it lasts as long as whatever is away is away."""
TOO_MANY = 429
LONGEST_WAIT = 10.0
"""Seconds; what has no answer by then is unknown, and the load goes on."""


class Load:
    """`rate` beginnings a second at `url`, chosen by `seed`."""

    def __init__(self, url: str, ledger: Ledger, *, rate: float, seed: int) -> None:
        self.ledger = ledger
        self.looks: Counter[Outcome] = Counter()
        self.troubles: Counter[str] = Counter()
        """Whatever was answered with anything but success, or not at all."""
        self._rate = rate
        self._random = random.Random(seed)
        self._patients, self._clinic = Browser(url, wait=LONGEST_WAIT), Browser(url, wait=LONGEST_WAIT)
        self._signing_in, self._signed_in_at = asyncio.Lock(), -SIGNED_IN_FOR
        self._form: dict[str, Any] = {}
        self._asked: dict[str, tuple[dict[str, Any], patient.Request]] = {}
        self._withdrawn: set[str] = set()
        self._to_record: list[tuple[str, datetime]] = []
        """Sessions that were booked after the fact, and when they ended."""
        self._over = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Load as long as the block; every command's outcome is known on return."""
        async with self._patients, self._clinic:
            self._form = await self._patients.json("/api/consultation-requests/form")
            going = asyncio.create_task(self._go())
            try:
                yield
            finally:
                self._over.set()
                await going

    def figures(self) -> dict[str, int]:
        return self.ledger.figures() | {f"looks {outcome}": self.looks[outcome] for outcome in Outcome}

    async def _go(self) -> None:
        names, weights = list(MIX), list(MIX.values())
        begun: list[asyncio.Task[None]] = []

        async def begin(_due: float) -> None:
            """Returns at once: commands that are sent again and again are waited for at the end."""
            begun.append(asyncio.create_task(getattr(self, f"_{self._random.choices(names, weights)[0]}")()))

        while not self._over.is_set():
            await open_loop(self._rate, time.perf_counter() + 1, begin)
        try:
            async with asyncio.timeout(KNOWN_WITHIN):
                await asyncio.gather(*begun)
        except TimeoutError:
            raise TimeoutError(f"{self.ledger.open} commands are still unknown: {dict(self.troubles)}") from None

    # What patients do -------------------------------------------------------------------------------------------

    async def _ask(self, *reasons: str) -> None:
        key = new_key()
        body = patient.filled_in(self._form, "Ines Marchetti", f"ines.{key}@example.com", reasons or ("depression",))
        await self._send_request(key, body)

    async def _ask_at_risk(self) -> None:
        await self._ask("suicidal-ideation")

    async def _ask_again(self) -> None:
        """A shaky connection: the same request, under the same key, after it was answered."""
        if not self._asked:
            return await self._ask()
        key = self._random.choice(list(self._asked))
        body, request = self._asked[key]
        again = await self._send_request(key, body)
        assert again == request, "one key made two requests"
        return None

    async def _send_request(self, key: str, body: dict[str, Any]) -> patient.Request:
        async def send() -> dict[str, Any]:
            return (await self._patients.post_json("/api/consultation-requests", body, key)).json()

        answer = await self._until_known("request", key, send, lambda answer: {"reference": answer["reference"]})
        assert answer is not None, "a request was refused"
        request = patient.held(answer)
        self._asked.setdefault(key, (body, request))
        return request

    async def _look(self) -> None:
        if self._asked:
            _, request = self._random.choice(list(self._asked.values()))
            try:
                await self._patients.json(request.status)
            except (Unexpected, httpx.TransportError) as error:
                self._note_trouble("look", error)
                self.looks[outcome_of(error)] += 1
            else:
                self.looks[Outcome.OK] += 1

    async def _withdraw(self) -> None:
        open_requests = [one for _, one in self._asked.values() if one.reference not in self._withdrawn]
        if not open_requests:
            return
        request = self._random.choice(open_requests)
        self._withdrawn.add(request.reference)

        async def send() -> dict[str, Any]:
            return (await self._patients.post_json(request.withdrawal, {}, new_key())).json()

        await self._until_known("withdrawal", new_key(), send, reference=request.reference)

    # What staff do ----------------------------------------------------------------------------------------------

    async def _book(self) -> None:
        """A session within two weeks, before or after today; of what is refused, the nearest that is offered."""
        if not self._asked:
            return
        _, request = self._random.choice(list(self._asked.values()))
        now, zone = SystemClock().now(), self._form["zone"]
        at = datetime.combine(
            now + timedelta(days=self._random.randint(-REACH_DAYS, REACH_DAYS)),
            clock_time(self._random.choice(HOURS)),
            ZoneInfo(zone),
        )
        try:
            await self._sign_in()
            form = await staff.session_form(self._clinic, request.reference, at, zone)
        except (Unexpected, httpx.TransportError):  # scheduling has not heard of the patient yet, or is away
            return
        key = dict(form.fields)[FIELD]

        as_wanted = True

        async def send() -> tuple[Page, bool]:
            """Again is always the form that was sent last: its key stands for what it said."""
            nonlocal form, as_wanted
            await self._sign_in()
            page = await self._clinic.send(form, may_refuse=staff.REFUSED if as_wanted else None)
            if page.status == staff.REFUSED:
                form, as_wanted = instead(page), False
                page = await self._clinic.send(form)
            return self._on("/staff/sessions/", page), as_wanted

        booked = await self._until_known(
            "session", key, send, lambda answer: session_of(answer[0].path), reference=request.reference
        )
        if booked is not None and booked[1] and at + LENGTH < now:
            self._to_record.append((booked[0].path, at + LENGTH))

    async def _record(self) -> None:
        if not self._to_record:
            return
        session, ended_at = self._to_record.pop()
        try:
            await self._sign_in()
            form = await staff.record_form(self._clinic, session, ended_at, self._form["zone"])
        except (Unexpected, httpx.TransportError):
            return

        async def send() -> Page:
            await self._sign_in()
            return self._on("/staff/sessions/", await self._clinic.send(form))

        await self._until_known("record", new_key(), send, **session_of(session))

    async def _acknowledge(self) -> None:
        """Kept in no ledger: whether it was done is seen by the next who looks, as with people."""
        try:
            await self._sign_in()
            await staff.acknowledge_first(self._clinic)
        except (Unexpected, httpx.TransportError) as error:
            self._note_trouble("acknowledge", error)

    async def _sign_in(self) -> None:
        async with self._signing_in:
            if time.monotonic() - self._signed_in_at > SIGNED_IN_FOR:
                await staff.sign_in(self._clinic, DEMO_STAFF_EMAIL, DEMO_STAFF_PASSWORD)
                self._signed_in_at = time.monotonic()

    def _on(self, path: str, page: Page) -> Page:
        """The page, if the form led where it should and not to the sign-in."""
        if not page.path.startswith(path):
            self._signed_in_at = -SIGNED_IN_FOR
            raise Unexpected(f"the form led to {page.path}")
        return page

    # What is known of it ----------------------------------------------------------------------------------------

    async def _until_known(
        self,
        command: str,
        key: str,
        send: Callable[[], Awaitable[Any]],
        learnt: Callable[[Any], dict[str, str]] = lambda _: {},
        **about: str,
    ) -> Any:
        """The answer once there is one; None when it was refused. `learnt` is what the answer adds to the ledger."""
        tries = 0
        while True:
            tries += 1
            try:
                answer = await send()
            except (Unexpected, httpx.TransportError) as error:
                outcome = outcome_of(error)
                self._note_trouble(command, error)
                self.ledger.note(command, key, outcome, tries, **about)
                if outcome is Outcome.FAILED:
                    return None
                await asyncio.sleep(self._random.uniform(*PAUSE))
            else:
                self.ledger.note(command, key, Outcome.OK, tries, **about, **learnt(answer))
                return answer

    def _note_trouble(self, what: str, error: Exception) -> None:
        status = getattr(error, "status", None)
        self.troubles[f"{what} {status or type(error).__name__}"] += 1


def instead(refused: Page) -> Form:
    """The same form for the nearest other time. Raises Unexpected when none is offered."""
    try:
        return refused.form(having="prescriber").press("instead")
    except Unexpected as none_offered:
        raise Unexpected(str(none_offered), refused.status) from None


def session_of(path: str) -> dict[str, str]:
    return {"session_id": path.split("/")[3]}


def outcome_of(error: Exception) -> Outcome:
    """Only a refusal of ours says that nothing was kept; 5xx may come from one who passed it on and lost the answer."""
    status = getattr(error, "status", None)
    return Outcome.FAILED if status is not None and 400 <= status < 500 and status != TOO_MANY else Outcome.UNKNOWN
