"""What signing in needs, for routes: `desk: TheDesk`."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from services.notifications.domain.sign_in import LONGEST
from services.notifications.settings import NotificationsSettings
from services.notifications.use_cases.password_hashes import PasswordHashes
from services.notifications.use_cases.sign_in import SignedIn
from shared.clock import Clock
from shared.settings import Settings
from shared.web.signing_keys import TokenInvalid
from shared.web.staff_cookie import StaffCookie
from shared.web.staff_session import StaffSession
from shared.web.staff_token import StaffTokenSigner, StaffTokenVerifier, Strength


@dataclass(frozen=True, slots=True)
class Desk:
    signer: StaffTokenSigner
    verifier: StaffTokenVerifier
    cookie: StaffCookie
    hashes: PasswordHashes
    idle: timedelta
    clock: Clock

    @classmethod
    def from_settings(cls, settings: Settings, clock: Clock) -> "Desk":
        """Raises ValueError when a key is missing or malformed."""
        return cls(
            signer=StaffTokenSigner.from_settings(settings),
            verifier=StaffTokenVerifier.from_settings(settings),
            cookie=StaffCookie.for_origin(settings.public_url),
            hashes=PasswordHashes(),
            idle=timedelta(minutes=NotificationsSettings().staff_idle_minutes),
            clock=clock,
        )

    def session_id(self, request: Request) -> UUID | None:
        """Which session this browser had, also when its token is over: whether it lives is the database's to say."""
        token = self.cookie.read(request)
        if token is None:
            return None
        try:
            return self.verifier.verify(token, self.clock.now(), grace=LONGEST).session_id
        except TokenInvalid:
            return None

    def set_cookie(self, response: Response, signed_in: SignedIn) -> None:
        person = signed_in.staff
        token = self.signer.sign(
            staff_id=person.id,
            session_id=signed_in.session.id,
            roles=frozenset(map(str, person.roles)),
            clinics=frozenset([person.clinic_id]),
            strength=Strength(signed_in.session.strength),
            now=self.clock.now(),
        )
        self.cookie.set(response, token)


async def _desk(request: Request) -> Desk:
    state = request.app.state
    if not hasattr(state, "desk"):
        state.desk = Desk.from_settings(state.settings, state.clock)
    return state.desk


TheDesk = Annotated[Desk, Depends(_desk)]


def clinic_of(staff: StaffSession) -> UUID:
    """The clinic whose inbox this person sees."""
    return min(staff.clinics)
