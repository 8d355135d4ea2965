"""What every page of one request does: look at it with its person's data opened, show it, and do one thing with it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from starlette.requests import Request
from starlette.responses import RedirectResponse

from services.intake.domain.consultation import Standing
from services.intake.domain.contact_rules import readable_phone, region_of
from services.intake.domain.reasons import WORDS
from services.intake.domain.screening import Finding, Outcome
from services.intake.domain.screening.differences import OUTCOME_WORDS
from services.intake.domain.staff_actions import MAY, Action, accepting, role_for
from services.intake.domain.words import ENGLISH
from services.intake.pages.asked_words import OpenedAsk, opened
from services.intake.pages.further_words import Together, further_words
from services.intake.pages.guided.spoken import Spoken
from services.intake.pages.history import ROLES, TRAITS, history_of
from services.intake.pages.reading_words import read_again, reading_values
from services.intake.pages.site import Site
from services.intake.pages.staff import WITH_PATIENTS, OurStaff
from services.intake.pages.staff_follow_up import follow_up_values
from services.intake.pages.staff_unsent import unsent_values
from services.intake.problems import ConsultationBegan, RequestChanged, RequestDeclined, RequestWithdrawn
from services.intake.store.request_acts import note_context
from services.intake.use_cases.clinic_rules import clinic_rules
from services.intake.use_cases.look_at_one_request import WholeRequest, look_at, look_at_request
from services.intake.use_cases.look_at_unsent import Unsent
from services.intake.use_cases.reveal_people import People, Revealed, reveal_people
from shared.clock import Clock
from shared.database import Database, Transaction
from shared.keyring import Keyring
from shared.keyring.at_hand import ciphers_at_hand
from shared.keyring.ciphers import PatientCipher
from shared.keyring.errors import SealBroken
from shared.settings import Settings
from shared.web.staff_session import StaffSession
from shared.web.story import CLINICAL
from shared.web.templating import Pages

OVERTAKEN = (RequestChanged, RequestDeclined, RequestWithdrawn, ConsultationBegan)


@dataclass(frozen=True, slots=True)
class Seen:
    """One request, opened as far as it can be. `cipher` is None while the keyring is away, and of erased people."""

    whole: WholeRequest
    people: People
    cipher: PatientCipher | None
    notes: Mapping[int, str]
    asked: Sequence[OpenedAsk]

    @property
    def request_id(self) -> UUID:
        return self.whole.listed.request.id

    @property
    def person(self) -> Revealed | None:
        return self.people.get(self.request_id)

    @property
    def unread(self) -> bool:
        """What screening found, if anything, cannot be said now."""
        if any(ask.read_at and ask.reading is None for ask in self.asked):
            return True
        return self.whole.sealed[self.request_id].reading is not None and self.person is None

    @property
    def found(self) -> Outcome:
        """The gravest that screening found, also in what was asked for afterwards. What cannot be read now is taken for the
        gravest there is."""
        if self.unread:
            return Outcome.HARD_STOP
        return max((one.outcome for one in self._findings), key=lambda one: one.weight, default=Outcome.CLEAR)

    @property
    def awaiting(self) -> list[Finding]:
        """What keeps it from being booked by itself, the gravest first."""
        awaiting = [one for one in self._findings if one.outcome.awaits]
        return sorted(awaiting, key=lambda one: -one.outcome.weight)

    @property
    def _findings(self) -> list[Finding]:
        readings = [self.person.reading if self.person else None, *(ask.reading for ask in self.asked)]
        return [one for reading in readings if reading for one in reading.findings]


@dataclass(frozen=True, slots=True)
class OneRequest:
    request_id: UUID
    staff: StaffSession
    pages: Pages
    database: Database
    keyring: Keyring
    settings: Settings
    site: Site
    clock: Clock

    @property
    def clinic_id(self) -> UUID:
        return self.settings.clinic.id

    @property
    def address(self) -> str:
        return f"/staff/requests/{self.request_id}"

    async def look(self) -> Seen:
        """Raises RequestNotFound."""
        async with self.database.transaction(read_only=True) as tx:
            whole = await look_at_request(tx, self.clinic_id, self.request_id)
        return await self._open(whole)

    async def show_sent_or_not(self, part: str = "") -> Response:
        """The page, or a `part` of it; also of a request in which a risk was seen before it is sent."""
        async with self.database.transaction(read_only=True) as tx:
            found = await look_at(tx, self.clinic_id, self.request_id)
        if isinstance(found, Unsent):
            values = await unsent_values(found, self.keyring, self.settings)
            return self.pages.page(f"staff_unsent{part}.html", staff=self.staff, **values)
        return self.show_whole(f"staff_request{part}.html", await self._open(found))

    async def _open(self, whole: WholeRequest) -> Seen:
        people = await reveal_people(self.keyring, whole.sealed)
        patient_id = whole.listed.request.patient_id
        cipher = (await ciphers_at_hand(self.keyring, [patient_id])).ciphers.get(patient_id)
        return Seen(
            whole, people, cipher, _notes(whole, cipher), opened(whole.asks, whole.answers, whole.readings, cipher)
        )

    def show(self, template: str, seen: Seen, *, status: int = 200, **more: Any) -> Response:
        region = region_of(self.settings.clinic.phone)
        mobile = seen.person.contact.mobile if seen.person else None
        return self.pages.page(
            template,
            status=status,
            staff=self.staff,
            address=self.address,
            seen=seen,
            whole=seen.whole,
            person=seen.person,
            names_away=seen.people.names_away,
            phone=readable_phone(mobile, region) if mobile else "",
            words=WORDS,
            **more,
        )

    def show_whole(self, template: str, seen: Seen, *, status: int = 200, **more: Any) -> Response:
        doing, roles = accepting(seen.found), self.staff.roles
        return self.show(
            template,
            seen,
            status=status,
            reading=reading_values(seen.person.reading, seen.person.contact.language)
            if seen.person and seen.person.reading
            else None,
            further=self._further(seen.person),
            read_again=read_again(seen.asked, seen.person.reading, seen.person.contact.language) if seen.person else {},
            outcome_words=OUTCOME_WORDS,
            follow_up=follow_up_values(seen.whole, seen.person, seen.cipher) if seen.person and seen.cipher else None,
            history=history_of(seen.whole, seen.notes),
            traits=TRAITS,
            roles=ROLES,
            doing=doing,
            may_book=seen.whole.listed.standing in {Standing.SCHEDULED, Standing.SUITABLE}
            and not roles.isdisjoint(WITH_PATIENTS),
            may_trace=not roles.isdisjoint(CLINICAL),
            may={action.value: role_for(action, roles) is not None for action in Action},
            who_may={action.value: " or ".join(f"a {ROLES[role]}" for role in MAY[action]) for action in Action},
            **{"overtaken": False, "errors": {}, "typed": {}, **more},
        )

    def _further(self, person: Revealed | None) -> tuple[Together, ...]:
        if person is None or person.reading is None:
            return ()
        spoken = Spoken(self.site.texts(ENGLISH), self.settings.clinic)
        return further_words(person.reading.answers, spoken, clinic_rules(self.settings.clinic, self.clock.now()).today)

    async def do(self, work: Callable[[Transaction], Awaitable[object]]) -> Response:
        """In one transaction; then back to the request."""

        async def done() -> Response:
            async with self.database.transaction() as tx:
                await work(tx)
            return self.back()

        return await self.unless_overtaken(done)

    async def unless_overtaken(self, work: Callable[[], Awaitable[Response]]) -> Response:
        """Whoever was overtaken did nothing, and sees what happened."""
        try:
            return await work()
        except OVERTAKEN:
            return self.show_whole("staff_request.html", await self.look(), status=409, overtaken=True)

    def back(self) -> Response:
        return RedirectResponse(self.address, status_code=303)


async def _one_request(request_id: UUID, staff: OurStaff, request: Request) -> OneRequest:
    state = request.app.state
    return OneRequest(
        request_id, staff, state.pages, state.database, state.keyring, state.settings, state.site, state.clock
    )


TheRequest = Annotated[OneRequest, Depends(_one_request)]


def _notes(whole: WholeRequest, cipher: PatientCipher | None) -> dict[int, str]:
    found: dict[int, str] = {}
    for act in whole.acts if cipher else ():
        if act.note and cipher:
            try:
                found[act.version] = cipher.open(act.note, note_context(whole.listed.request.id, act.version)).decode()
            except SealBroken:
                continue
    return found


def seal_note(seen: Seen, version: int, written: str) -> bytes | None:
    """What staff wrote, bound to the act that makes the version after this one. None for nothing.

    Raises KeyAway when there is no key to seal it with.
    """
    if not written:
        return None
    if seen.cipher is None:
        raise KeyAway
    return seen.cipher.seal(written.encode(), note_context(seen.request_id, version + 1))


class KeyAway(Exception):
    """The keyring does not answer, or the person was erased: what is written about them cannot be sealed."""
