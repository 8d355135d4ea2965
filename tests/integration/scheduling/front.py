"""Scheduling's pages as staff see them: the real app over a real database, with messaging left out."""

import re
from dataclasses import dataclass
from html import unescape

import httpx
from fastapi import FastAPI

from services.scheduling.domain.clinic import ResourceKind
from shared.events.staff import Role, StaffChanged
from shared.ids import uuid7
from shared.keyring.contact import Contact, seal_contact
from shared.web.hold_ticket import HoldTicketSigner
from shared.web.service_auth import ServiceAuth
from shared.web.signing_keys import new_key_pair, read_key
from shared.web.staff_directory import KEEP, store_staff
from shared.web.staff_token import StaffTokenSigner, Strength
from tests.integration.scheduling.desk import CLINIC, STAFF_ID, Asked, Desk

SITE = "http://127.0.0.1:8080"
STAFF_KEYS = new_key_pair()
SERVICE_KEYS = new_key_pair()
INTAKE_KEYS = new_key_pair()
KEYS = {
    "staff_token_public_key": STAFF_KEYS[1],
    "service_token_public_keys": {"notifications": SERVICE_KEYS[1], "intake": INTAKE_KEYS[1]},
    "public_url": SITE,
    "burst_rate": 0,
}
VOSS = CLINIC.of_kind(ResourceKind.CLINICIAN)[0]


def hidden(page, name):
    """The value of a hidden field."""
    return unescape(re.search(rf'name="{name}" value="([^"]*)"', page)[1])


def words(page):
    """What a person reads."""
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


@dataclass
class Front:
    """The app, a browser, and the desk behind."""

    app: FastAPI
    http: httpx.AsyncClient
    desk: Desk

    def staff_token(self, *roles):
        signer = StaffTokenSigner(read_key(STAFF_KEYS[0], "STAFF_TOKEN_PRIVATE_KEY", private=True), SITE)
        return signer.sign(
            staff_id=STAFF_ID,
            session_id=uuid7(),
            roles=frozenset(map(str, roles)),
            clinics=frozenset([CLINIC.id]),
            strength=Strength.PASSWORD,
            now=self.desk.clock.now(),
        )

    async def sign_in(self, *roles, name="Rita Imura", clinic_id=CLINIC.id, version=1):
        roles = roles or (Role.FRONT_DESK,)
        joined = StaffChanged(clinic_id=clinic_id, staff_id=STAFF_ID, display_name=name, roles=roles, active=True)
        async with self.desk.database.transaction() as tx:
            await store_staff(tx, [(joined, version)])
        self.renew(*roles)

    def renew(self, *roles):
        """A fresh token, after the clock was moved."""
        self.http.cookies.set("chairside", self.staff_token(*(roles or (Role.FRONT_DESK,))))

    async def becomes(self, *roles):
        """Whoever is signed in has other roles now, and everybody has heard of it."""
        await self.desk.database.pool.execute("update staff_directory set roles = $1", list(map(str, roles)))
        self.desk.clock.advance(KEEP)
        self.renew(*roles)

    async def asks(self, name="Ines Marchetti", **changed):
        """A patient with a real, sealed name asks for a consultation."""
        asked = Asked.new()
        cipher = await self.app.state.keyring.create(asked.patient_id)
        contact = seal_contact(cipher, Contact(name=name, language="en-US", zone="America/Denver"), 1)
        await self.desk.hears(asked.requested(contact=contact, **changed))
        return asked

    async def page(self, path, status=200):
        answer = await self.http.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer.text

    async def send(self, path, typed):
        return await self.http.post(path, data=typed, headers={"Accept": "text/html", "Origin": SITE})

    async def booking(self, asked, date="2026-06-22", time="10:00", **changed):
        """What the form for a new session sends."""
        return {
            "form_key": hidden(await self.page(f"/staff/sessions/new?patient={asked.patient_id}"), "form_key"),
            "patient": str(asked.patient_id),
            "prescriber": str(VOSS.id),
            "date": date,
            "time": time,
        } | changed

    async def books(self, asked, **changed):
        """The address of a session that was booked through the form."""
        answer = await self.send("/staff/sessions/new", await self.booking(asked, **changed))
        assert answer.status_code == 303, words(answer.text)
        return answer.headers["location"]

    async def cancels(self, session, reason, *, page=None):
        """By the form on the session's page, as it is now or as it was."""
        form = re.search(
            r'action="(?P<to>[^"]+/cancellation)".*?name="seen" value="(?P<seen>\d+)"',
            page or await self.page(session),
            re.DOTALL,
        )
        return await self.send(form["to"], {"seen": form["seen"], "reason": reason, "go_on": session})

    def ticket(self, asked, contact=b"c" * 32):
        """As intake signs it for a request that is not sent yet."""
        key = read_key(INTAKE_KEYS[0], "SERVICE_TOKEN_PRIVATE_KEY", private=True)
        signer = HoldTicketSigner(key, self.desk.clock)
        return signer.sign(request_id=asked.request_id, patient_id=asked.patient_id, contacts=[contact])

    def as_service(self, private=SERVICE_KEYS[0], issuer="notifications"):
        """The signature of another service."""
        key = read_key(private, "SERVICE_TOKEN_PRIVATE_KEY", private=True)
        return ServiceAuth(key, issuer=issuer, audience="scheduling", clock=self.desk.clock)
