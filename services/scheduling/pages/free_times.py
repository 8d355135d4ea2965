"""`/a/times`: the free times as a list to choose from, and the one that is kept.

The page of a request, which is another service's, fetches it into a place of its own; a browser without scripts comes here
and is led back. Everything is sent by POST, also what only looks: the ticket must not stand in an address.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from services.scheduling.callers import Holding, TheHolding, within_reach
from services.scheduling.domain.hold import Hold
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.offer import to_choose_from
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.wall_clock import day_of
from services.scheduling.pages.times_words import TimesWords, language_of
from services.scheduling.problems import NoTimesToChoose, RequestIsSent, TicketRefused, TooManyHolds
from services.scheduling.store import holds
from services.scheduling.use_cases.find_free_times import find_free_times
from services.scheduling.use_cases.hold_time import HoldWanted, give_back_hold, hold_time
from services.scheduling.use_cases.see_lapsed_hold import see_lapsed_hold
from shared.database import Database, Transaction
from shared.events.values import DayPart, Weekday, Wishes
from shared.settings import Settings
from shared.web.dependencies import TheClock, TheDatabase, ThePages, TheSettings
from shared.web.hold_ticket import HoldTicket
from shared.web.local_path import local_path
from shared.web.story import is_fragment
from shared.web.templating import Pages

router = APIRouter(prefix="/a/times", include_in_schema=False)

Named = TypeVar("Named", Weekday, DayPart)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says. Wishes that are not understood are left out: the page that asks for them says so."""

    ticket: str
    language: str
    back: str
    wishes: Wishes
    start: datetime | None
    later: datetime | None
    kept_until: datetime | None
    """Of a time that was chosen before, as the form has it."""
    again: bool
    """The list is wanted although a time is kept: another one is to be chosen."""

    @classmethod
    async def by(cls, request: Request) -> "Asked":
        sent = await request.form()
        return cls(
            ticket=_text(sent, "ticket"),
            language=_text(sent, "language"),
            back=local_path(_text(sent, "back"), ""),
            wishes=Wishes(
                weekdays=_known(Weekday, sent.getlist("weekdays")),
                day_parts=_known(DayPart, sent.getlist("day_parts")),
                not_before=_day(_text(sent, "not_before")),
            ),
            start=instant(_text(sent, "start")),
            later=instant(_text(sent, "later")),
            kept_until=instant(_text(sent, "kept_until")),
            again=bool(_text(sent, "again")),
        )


@router.post("")
async def look(
    request: Request, pages: ThePages, database: TheDatabase, settings: TheSettings, holding: TheHolding
) -> Response:
    asked = await Asked.by(request)
    return await _Door(request, pages, database, settings, holding, asked).show()


@router.post("/hold")
async def keep(
    request: Request,
    pages: ThePages,
    database: TheDatabase,
    settings: TheSettings,
    holding: TheHolding,
    clock: TheClock,
) -> Response:
    asked = await Asked.by(request)
    door = _Door(request, pages, database, settings, holding, asked)
    if asked.start is None or not within_reach(asked.start, clock.now()):
        return await door.show("choose_first", status=422)
    try:
        ticket = holding.read(asked.ticket)
        holding.count(request)
        wish = HoldWanted(settings.clinic.id, ticket.request_id, ticket.patient_id, asked.start, ticket.contacts)
        async with database.transaction() as tx:
            kept = await hold_time(tx, wish, holding.rules)
    except TimeRefused as refused:
        return await door.show("taken", status=409, nearest=refused.instead)
    except TooManyHolds:
        return await door.show("too_many", status=429)
    except RequestIsSent:
        return await door.show("sent", status=409)
    except TicketRefused:
        return await door.show("ticket", status=403)
    except NoTimesToChoose:
        return await door.show()
    return door.go_on(kept)


@router.post("/give-back")
async def give_back(
    request: Request, pages: ThePages, database: TheDatabase, settings: TheSettings, holding: TheHolding
) -> Response:
    asked = await Asked.by(request)
    door = _Door(request, pages, database, settings, holding, asked)
    try:
        ticket = holding.read(asked.ticket)
    except TicketRefused:
        return await door.show("ticket", status=403)
    async with database.transaction() as tx:
        await give_back_hold(tx, ticket.request_id)
    return await door.show()


@dataclass(frozen=True, slots=True)
class _Door:
    """One request, and how it is answered: as a fragment for a page, or as a page."""

    request: Request
    pages: Pages
    database: Database
    settings: Settings
    holding: Holding
    asked: Asked

    def go_on(self, kept: Hold) -> Response:
        """After a time was kept."""
        if not is_fragment(self.request) and self.asked.back:
            onward = _onward(self.asked.back, kept)
            return RedirectResponse(onward, status_code=303, headers={"Cache-Control": "no-store"})
        return self._page(200, chosen=kept, moved=True)

    async def show(self, wrong: str = "", *, status: int = 200, nearest: Sequence[datetime] = ()) -> Response:
        """What is kept; or what is free, with what is wrong (a name of TimesWords) above it."""
        hold = await self._hold()
        lapsed, chosen = None, None
        async with self.database.transaction(read_only=True) as tx:
            kept = hold if hold and hold.is_kept(tx.now) else None
            try:
                lapsed = await see_lapsed_hold(tx, hold) if hold and not kept else None
                chosen = self._still(lapsed.hold, tx.now) if lapsed and lapsed.free else kept
                starts = list(nearest) or await self._to_choose_from(tx, hold, chosen)
            except NoTimesToChoose:
                starts = []
        turned_over = self.asked.again or self.asked.later is not None
        if kept and not wrong and not turned_over:
            return self._page(status, chosen=kept)
        if lapsed and not lapsed.free and not wrong and not turned_over:
            starts = lapsed.nearest or starts
        over = hold if hold and not kept and (chosen or not turned_over) else None
        return self._page(status, wrong=wrong, chosen=chosen, starts=starts, over=over)

    def _still(self, over: Hold, now: datetime) -> Hold:
        """It stays their choice: sent after its end, a request gets the same time as long as it is free."""
        return replace(over, kept_until=over.kept_until or self.asked.kept_until or now)

    async def _to_choose_from(self, tx: Transaction, hold: Hold | None, chosen: Hold | None) -> list[datetime]:
        """Best first, in order of time; with the one that they have chosen. Raises NoTimesToChoose."""
        free = await find_free_times(
            tx, self.settings.clinic.id, self.asked.wishes, earliest=self.asked.later, hold=hold
        )
        theirs = Interval(chosen.starts_at, chosen.ends_at) if chosen and not self.asked.later else None
        return to_choose_from(free.found, free.clinic.zone, theirs)

    async def _hold(self) -> Hold | None:
        """Without a ticket, or with one that is over, the list can still be read."""
        try:
            ticket: HoldTicket = self.holding.read(self.asked.ticket)
        except TicketRefused:
            return None
        async with self.database.transaction(read_only=True) as tx:
            return await holds.of_request(tx, ticket.request_id)

    def _page(
        self,
        status: int,
        *,
        wrong: str = "",
        chosen: Hold | None = None,
        starts: Sequence[datetime] | None = None,
        over: Hold | None = None,
        moved: bool = False,
    ) -> Response:
        language = language_of(self.asked.language)
        fragment = is_fragment(self.request)
        values: dict[str, Any] = {
            "words": language.words,
            "frame": language.frame,
            "asked": self.asked,
            "chosen": chosen,
            "moved": moved,
            "over": over,
            "wrong": _sentence(language.words, wrong),
            "days": by_day(starts, self.settings.clinic.zone) if starts is not None else None,
            "later": _after([at for at in starts or () if not chosen or at != chosen.starts_at])
            if wrong != "taken"
            else None,
            "onward": _onward(self.asked.back, chosen) if chosen and self.asked.back and not fragment else "",
            "fragment": fragment,
        }
        # A place in a page takes only what was found: what is wrong stands in the words.
        if fragment:
            return self.pages.page("free_times_list.html", **values)
        return self.pages.page("free_times.html", status=status, **values)


def _after(starts: Sequence[datetime]) -> datetime | None:
    """From when on later times are looked for."""
    return max(starts) + timedelta(minutes=1) if starts else None


def _onward(back: str, kept: Hold) -> str:
    """Back to the page of the request, with what it keeps of the time."""
    assert kept.kept_until is not None
    query = {"hold_id": kept.id, "slot": kept.starts_at.isoformat(), "kept_until": kept.kept_until.isoformat()}
    return f"{back}?{urlencode(query)}"


def _sentence(words: TimesWords, wrong: str) -> str:
    said = getattr(words, wrong) if wrong else ""
    return f"{said} {words.nearest}" if wrong == "taken" else said


def by_day(starts: Sequence[datetime], zone: str) -> list[tuple[datetime, list[datetime]]]:
    """Each day by its first time."""
    days = [list(of_day) for _, of_day in groupby(starts, key=lambda at: day_of(at, zone))]
    return [(of_day[0], of_day) for of_day in days]


def _text(sent: FormData, name: str) -> str:
    value = sent.get(name)
    return value.strip() if isinstance(value, str) else ""


def _known(kind: type[Named], named: Sequence[object]) -> tuple[Named, ...]:
    return tuple(one for one in kind if one.value in named)


def _day(typed: str) -> datetime | None:
    """Midnight by the clinic's clock, so without a zone."""
    try:
        return datetime.combine(date.fromisoformat(typed), time()) if typed else None
    except ValueError:
        return None


def instant(typed: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(typed) if typed else None
        return at.astimezone(UTC) if at is not None and at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
