"""`/a/<token>`: a patient sees their appointment, says that they come, chooses another time, or cancels.

GET shows and changes nothing; POST does. Who opens the link says their date of birth first (docs/decisions/0128).
"""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData

from services.scheduling.callers import within_reach
from services.scheduling.domain.change import (
    CannotBeKept,
    ChangedMeanwhile,
    ChangeLinkUnknown,
    NothingToChange,
    PatientReason,
    TooLateToMove,
    TooManyMoves,
)
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.outside.intake import Asks, IntakeSilent, NobodyKnown
from services.scheduling.pages.change_drawn import Drawn, drawn_with, language_for
from services.scheduling.pages.change_opened import Opened, TheChange, TheProofs, lead_to, visits_of
from services.scheduling.pages.change_words import SAID
from services.scheduling.pages.free_times import instant
from services.scheduling.problems import NoTimesToChoose
from services.scheduling.store import change_links
from services.scheduling.use_cases.call_off_consultation import CallingOff, call_off_by_patient
from services.scheduling.use_cases.change_links import ask_for_change_link, make_change_link, try_change_link
from services.scheduling.use_cases.confirm_attendance import confirm_consultation
from services.scheduling.use_cases.move_consultation import Move, move_consultation
from services.scheduling.use_cases.see_change import Seen, see_change
from shared.database import Database
from shared.ids import token_hash
from shared.web.change_ticket import ChangeTicketVerifier
from shared.web.dependencies import TheClock, TheDatabase, ThePages, TheSettings
from shared.web.signing_keys import TokenInvalid

router = APIRouter(prefix="/a", include_in_schema=False)
TheDrawn = Annotated[Drawn, Depends(drawn_with)]


@router.post("/mine")
async def lead_here(
    request: Request, database: TheDatabase, settings: TheSettings, clock: TheClock, pages: ThePages
) -> Response:
    """From the patient's own page, which is another service's: its ticket is believed, and nothing else is asked."""
    sent = await request.form()
    language = asked if (asked := _text(sent, "language")) in SAID else language_for(request)
    try:
        request_id = ChangeTicketVerifier.from_settings(settings, clock).verify(_text(sent, "ticket"))
        async with database.transaction() as tx:
            token = await make_change_link(tx, request_id, mailed=False)
    except (TokenInvalid, NothingToChange):
        return Drawn(pages, settings.clinic.zone).stale(language)
    return visits_of(settings).keep(lead_to(f"/a/{token}/{language}"), token, token_hash(token), clock.now())


@router.get("/{token}")
async def arrive(request: Request, token: str, database: TheDatabase) -> Response:
    """Raises ChangeLinkUnknown."""
    async with database.transaction(read_only=True) as tx:
        await change_links.find(tx, token)
    return lead_to(f"/a/{token}/{language_for(request)}")


@router.get("/{token}/{language}")
async def show(
    opened: TheChange, database: TheDatabase, drawn: TheDrawn, proofs: TheProofs, request: Request
) -> Response:
    if not opened.opens:
        return drawn.ended(opened)
    if not opened.proven:
        try:
            return drawn.who(opened, (await proofs.proof(opened.link.request_id)).asks)
        except IntakeSilent:
            return drawn.away(opened)
        except NobodyKnown:
            raise ChangeLinkUnknown from None
    later = instant(request.query_params.get("later", ""))
    if later is not None and not within_reach(later, opened.now):
        later = None
    seen = await _see(database, opened, later=later)
    return drawn.appointment(opened, seen, later=later, moved="moved" in request.query_params)


@router.post("/{token}/{language}")
async def say_who(
    opened: TheChange, database: TheDatabase, drawn: TheDrawn, proofs: TheProofs, request: Request
) -> Response:
    if not opened.opens:
        return opened.lead_to()
    sent = await request.form()
    typed = {name: _text(sent, name) for name in sent}
    born, last_name = _born(sent), _text(sent, "last_name")[:1000]
    try:
        proven = await proofs.proof(opened.link.request_id, born or last_name)
    except IntakeSilent:
        return drawn.away(opened)
    except NobodyKnown:
        raise ChangeLinkUnknown from None
    if not (born if proven.asks is Asks.BORN else last_name):
        return drawn.who(opened, proven.asks, typed=typed, empty=True)
    async with database.transaction() as tx:
        fits = await try_change_link(tx, opened.token, proven.fits)
        open_still = (await change_links.find(tx, opened.token)).open_at(tx.now)
    if fits:
        return opened.still_here(opened.lead_to())
    if not open_still:
        return opened.lead_to()
    return drawn.who(opened, proven.asks, typed=typed)


@router.post("/{token}/{language}/move")
async def move(opened: TheChange, database: TheDatabase, drawn: TheDrawn, request: Request) -> Response:
    if not (opened.opens and opened.proven):
        return opened.lead_to()
    sent, words = await request.form(), SAID[opened.language]
    start = instant(_text(sent, "start"))
    if start is None or not within_reach(start, opened.now):
        return drawn.appointment(opened, await _see(database, opened), wrong=words.choose_first, status=422)
    try:
        async with database.transaction() as tx:
            await move_consultation(tx, Move(opened.link.request_id, start, _number(sent, "seen")))
    except TimeRefused:
        seen = await _see(database, opened, wanted=start)
        return drawn.appointment(opened, seen, wrong=words.taken, status=409)
    except ChangedMeanwhile:
        return drawn.appointment(opened, await _see(database, opened), wrong=words.changed, status=409)
    except (NothingToChange, TooLateToMove, TooManyMoves, NoTimesToChoose):
        return drawn.appointment(opened, await _see(database, opened), status=409)
    return opened.lead_to("?moved")


@router.post("/{token}/{language}/coming")
async def come(opened: TheChange, database: TheDatabase, drawn: TheDrawn, request: Request) -> Response:
    if not (opened.opens and opened.proven):
        return opened.lead_to()
    seen = _number(await request.form(), "seen")
    try:
        async with database.transaction() as tx:
            await confirm_consultation(tx, opened.link.request_id, seen)
    except ChangedMeanwhile:
        wrong = SAID[opened.language].changed
        return drawn.appointment(opened, await _see(database, opened), wrong=wrong, status=409)
    except CannotBeKept:
        return drawn.appointment(opened, await _see(database, opened), status=409)
    except NothingToChange:
        pass
    return opened.lead_to()


@router.get("/{token}/{language}/cancel")
async def ask_to_cancel(opened: TheChange, database: TheDatabase, drawn: TheDrawn) -> Response:
    """Asks once more, because a time that was given free is soon somebody else's."""
    if not (opened.opens and opened.proven):
        return opened.lead_to()
    seen = await _see(database, opened)
    return drawn.cancelling(opened, seen) if seen.appointment else opened.lead_to()


@router.post("/{token}/{language}/cancel")
async def cancel(opened: TheChange, database: TheDatabase, drawn: TheDrawn, request: Request) -> Response:
    if not (opened.opens and opened.proven):
        return opened.lead_to()
    sent = await request.form()
    reason = next((one for one in PatientReason if one.value == _text(sent, "reason")), None)
    try:
        async with database.transaction() as tx:
            await call_off_by_patient(tx, CallingOff(opened.link.request_id, _number(sent, "seen"), reason))
    except ChangedMeanwhile:
        wrong = SAID[opened.language].changed
        return drawn.appointment(opened, await _see(database, opened), wrong=wrong, status=409)
    except NothingToChange:
        pass
    return opened.lead_to()


@router.post("/{token}/{language}/new-link")
async def send_new_link(opened: TheChange, database: TheDatabase) -> Response:
    """Nobody need say who they are: it goes to the address on file, and nowhere else."""
    async with database.transaction() as tx:
        await ask_for_change_link(tx, opened.token)
    return opened.lead_to()


async def unknown(request: Request, error: Exception) -> Response:
    """For every address of a link that there is none of."""
    assert isinstance(error, ChangeLinkUnknown)
    state = request.app.state
    asked_for = request.path_params.get("language", "")
    drawn = Drawn(state.pages, state.settings.clinic.zone)
    return drawn.unknown(asked_for if asked_for in SAID else language_for(request))


async def _see(
    database: Database, opened: Opened, *, later: datetime | None = None, wanted: datetime | None = None
) -> Seen:
    async with database.transaction(read_only=True) as tx:
        return await see_change(tx, opened.link.request_id, later=later, wanted=wanted)


def _text(sent: FormData, name: str) -> str:
    value = sent.get(name)
    return value.strip() if isinstance(value, str) else ""


def _number(sent: FormData, name: str) -> int:
    typed = _text(sent, name)
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _born(sent: FormData) -> str:
    """As year-month-day; empty where any of them is."""
    parts = [_text(sent, f"born_{part}") for part in ("year", "month", "day")]
    return "-".join([parts[0][:8], parts[1][:8].zfill(2), parts[2][:8].zfill(2)]) if all(parts) else ""
