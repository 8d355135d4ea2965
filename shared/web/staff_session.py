"""Who of the staff is asking, and may they? Deny by default.

    @router.get("/staff/board")
    async def board(session: Annotated[StaffSession, Depends(require_staff(Role.NURSE, Role.FRONT_DESK))]): ...

The token in the cookie says who; the service's own copy of the directory says with which roles, and whether sign-ins
were revoked. Nobody is asked over the network.

When the token is missing or over, what the person was doing is not lost:

* a page (GET) is answered with 303 to `/staff/session/renew?next=<path>`. Notifications owns that address: when the
  session on its side is alive it sets a new cookie and sends back to `next`; otherwise it sends to
  `/staff/sign-in?next=<path>`.
* `passive=1` is added for fragments and live streams, which are nobody's activity: renewal must then not move the idle
  log-off. To a fragment (`HX-Request`) whose session is over, renewal answers 401 and no page.
* a form (POST) is answered with the page `sign_in_again.html`, status 401: it keeps every typed field as hidden input,
  opens `/staff/session/renew?next=/staff/session/done` in a second tab, and its button sends the same fields again.
* a program gets a 401 problem.

While a person is active (keys, pointer) the page script calls `GET /staff/session/renew` with
`Accept: application/json` when a minute of the token is left; that is activity, answered 204 with the new cookie, or
401.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from starlette.requests import Request

from shared.clock import Clock
from shared.database.failures import is_place
from shared.settings import Settings
from shared.web.problems import Problem
from shared.web.sign_in_again import ask_to_sign_in
from shared.web.signing_keys import TokenInvalid
from shared.web.staff_cookie import StaffCookie
from shared.web.staff_token import StaffToken, StaffTokenVerifier, Strength

GRACE = timedelta(minutes=60)
"""For readings, stop and discharge, so that an infusion goes on being recorded while notifications is down."""
NO_GRACE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """A member of staff as this service's copy of the directory knows them now."""

    display_name: str
    roles: frozenset[str]
    clinics: frozenset[UUID]
    active: bool
    sessions_revoked_before: datetime | None = None


class StaffDirectory(Protocol):
    """This service's copy of the directory."""

    async def standing(self, staff_id: UUID) -> Standing | None:
        """None when nobody of that id was ever heard of."""
        ...


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A person whose right to ask was checked. Roles and clinics are the present ones, not those of the token."""

    staff_id: UUID
    session_id: UUID
    name: str
    roles: frozenset[str]
    clinics: frozenset[UUID]
    strength: Strength
    expires_at: datetime
    in_grace: bool = False
    """The token is over, and was accepted only because this route must go on without notifications."""


class NotAllowed(Problem):
    status = 403
    title = "Your role does not include this"
    what_to_do = "Ask an administrator of your clinic if you need it."


class StandingNotKnownYet(Problem):
    status = 503
    title = "Your account is still being set up here"
    what_to_do = "Try again in a few seconds."


class StaffGuard:
    """Decides whether a request is a member of staff's. One per service, in `app.state.staff_guard`."""

    def __init__(
        self, verifier: StaffTokenVerifier, directory: StaffDirectory, clock: Clock, cookie: StaffCookie
    ) -> None:
        self._verifier = verifier
        self._directory = directory
        self._clock = clock
        self.cookie = cookie

    @classmethod
    def from_settings(cls, settings: Settings, directory: StaffDirectory, clock: Clock) -> "StaffGuard":
        cookie = StaffCookie.for_origin(settings.public_url)
        return cls(StaffTokenVerifier.from_settings(settings), directory, clock, cookie)

    async def session_of(self, request: Request, *, grace: timedelta = NO_GRACE) -> StaffSession:
        """Raises TokenInvalid (also for no cookie, revoked, left), StandingNotKnownYet."""
        token = self.cookie.read(request)
        if token is None:
            raise TokenInvalid
        now = self._clock.now()
        said = self._verifier.verify(token, now, grace=grace)
        standing = await self._directory.standing(said.staff_id)
        if standing is None:
            raise StandingNotKnownYet(retry_after=2)
        if _ended(standing, said):
            raise TokenInvalid
        return StaffSession(
            staff_id=said.staff_id,
            session_id=said.session_id,
            name=standing.display_name,
            roles=standing.roles,
            clinics=standing.clinics,
            strength=said.strength,
            expires_at=said.expires_at,
            in_grace=now >= said.expires_at,
        )

    def signed_in(self, request: Request) -> UUID | None:
        """Whose token the request carries, in grace or not. It opens nothing: what the directory says is not asked."""
        token = self.cookie.read(request)
        try:
            return self._verifier.verify(token, self._clock.now(), grace=GRACE).staff_id if token else None
        except TokenInvalid:
            return None

    async def still_good(self, request: Request) -> bool:
        """For what lasts longer than a request: false once the token in this request is over or was revoked.

        While the database is away nothing new is known of revocations, and the token's own end decides.
        """
        try:
            await self.session_of(request)
        except (TokenInvalid, StandingNotKnownYet):
            return False
        except Exception as error:
            if not is_place(error):
                raise
        return True


def _ended(standing: Standing, said: StaffToken) -> bool:
    revoked = standing.sessions_revoked_before
    return not standing.active or (revoked is not None and said.issued_at < revoked)


def require_staff(*roles: str, grace: timedelta = NO_GRACE) -> Callable[[Request], Awaitable[StaffSession]]:
    """A dependency that answers only for somebody with one of `roles`. At least one must be named.

    `grace` accepts a token that long past its end: only for what must be recorded while notifications is down.
    """
    if not roles:
        raise TypeError("name the roles that may do this; for every role, require_staff(*Role)")
    allowed = frozenset(map(str, roles))

    async def staff_session(request: Request) -> StaffSession:
        guard: StaffGuard = request.app.state.staff_guard
        try:
            session = await guard.session_of(request, grace=grace)
        except TokenInvalid:
            raise await ask_to_sign_in(request) from None
        if not allowed & session.roles:
            raise NotAllowed
        return session

    return staff_session
