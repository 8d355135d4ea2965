"""A member of staff signs in, goes on, and signs out."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.notifications.domain.sign_in import SignIn
from services.notifications.domain.sign_in_limits import limits
from services.notifications.domain.staff import Staff, email_key
from services.notifications.store import sign_ins, staff
from services.notifications.use_cases.password_hashes import PasswordHashes
from shared.database import Database
from shared.database.transaction import Transaction
from shared.ids import uuid7
from shared.web.staff_token import Strength


class WrongSignIn(Exception):
    """E-mail and password do not belong together, or the account is closed. It never says which."""


@dataclass(eq=False)
class TooManyTries(Exception):
    """Wait that long, then try again."""

    wait: timedelta


@dataclass(frozen=True, slots=True)
class SignedIn:
    staff: Staff
    session: SignIn


async def sign_in(
    database: Database, hashes: PasswordHashes, *, email: str, password: str, address: str, instead_of: UUID | None
) -> SignedIn:
    """A new session with a new id; `instead_of`, the session this browser had before, ends.

    Two transactions with the hashing between them, so that no connection is held while a core works. Raises
    WrongSignIn, TooManyTries.
    """
    email = email_key(email)
    bounds = limits(email, address)
    async with database.transaction() as tx:
        waits = [wait for limit in bounds if (wait := await sign_ins.try_once(tx, limit))]
        found = await staff.by_email(tx, email)
    if waits:
        raise TooManyTries(max(waits))
    fits = await hashes.fits(found.password_hash if found else None, password)
    if found is None or not fits or not found.active:
        raise WrongSignIn
    fresh_hash = await hashes.make(password) if hashes.is_old(found.password_hash or "") else None
    async with database.transaction() as tx:
        person = await staff.lock(tx, found.clinic_id, found.id)
        if not person.active or person.password_hash != found.password_hash:
            raise WrongSignIn
        if fresh_hash:
            await tx.execute("update staff set password_hash = $2 where id = $1", person.id, fresh_hash)
        await sign_ins.forget_tries(tx, bounds[0])
        if instead_of:
            await sign_ins.revoke(tx, instead_of)
        session = SignIn(uuid7(), person.id, Strength.PASSWORD, tx.now, tx.now, None)
        await sign_ins.add(tx, session, person.clinic_id)
    return SignedIn(person, session)


async def go_on(tx: Transaction, session_id: UUID, *, idle: timedelta, active: bool) -> SignedIn | None:
    """The session, if it lives. `active`: this is a person's doing and moves the idle log-off."""
    session = await sign_ins.find(tx, session_id)
    if session is None:
        return None
    person = await staff.by_id(tx, session.staff_id)
    if person is None or not person.active:
        return None
    if not session.alive(tx.now, idle=idle, revoked_before=person.sessions_revoked_before):
        return None
    if active:
        await sign_ins.seen(tx, session_id)
    return SignedIn(person, session)


async def sign_out(tx: Transaction, session_id: UUID) -> None:
    """The session ends here at once; its token elsewhere with its five minutes. Other devices stay signed in."""
    await sign_ins.revoke(tx, session_id)
