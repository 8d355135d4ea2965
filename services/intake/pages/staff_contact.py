"""`/staff/requests/<id>/contact`: how somebody is reached, changed by staff on their behalf."""

from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from pydantic import BaseModel, Field

from services.intake.domain.consent import WORDINGS, Wording, current
from services.intake.domain.draft import Draft, submission_of
from services.intake.domain.refusal import DraftRefused
from services.intake.domain.staff_actions import Action
from services.intake.domain.words import ENGLISH
from services.intake.pages.one_request import OneRequest, Seen, TheRequest
from services.intake.pages.request_fields import WAYS
from services.intake.pages.staff import acting
from services.intake.pages.staff_request import AWAY, TheVersion
from services.intake.problems import RequestNotFound
from services.intake.use_cases.change_contact import NewContact, change_contact
from services.intake.use_cases.clinic_rules import clinic_rules
from services.intake.use_cases.reveal_people import Revealed
from shared.events.values import DecidedBy
from shared.keyring.contact import Contact
from shared.web.dependencies import TheClock
from shared.web.forms import typed_values
from shared.web.problems import problems as may_refuse

router = APIRouter(
    prefix="/staff/requests/{request_id}/contact", include_in_schema=False, responses=may_refuse(RequestNotFound)
)
LANGUAGES = {"en": "English", "es": "Spanish"}


class ContactForm(BaseModel):
    """The names of the fields. What may stand in them is the domain's to say."""

    name: str = ""
    email: str = ""
    mobile: str = ""
    consents: list[str] = Field(default=[])
    language: str = ""

    @classmethod
    def of(cls, known: Contact) -> "ContactForm":
        return cls(
            name=known.name,
            email=known.email or "",
            mobile=known.mobile or "",
            consents=[one.wording_version for one in known.consents],
            language=known.language.partition("-")[0],
        )


@router.get("")
async def form(one: TheRequest) -> Response:
    acting(one.staff, Action.CHANGE_CONTACT)
    seen = await one.look()
    return _shown(one, seen, ContactForm.of(seen.person.contact) if seen.person else ContactForm())


@router.post("")
async def save(request: Request, one: TheRequest, clock: TheClock, version: TheVersion) -> Response:
    """`version` is the person's."""
    by = acting(one.staff, Action.CHANGE_CONTACT)
    typed = ContactForm.model_validate(typed_values(ContactForm, await request.form()))
    seen = await one.look()
    cipher, person = seen.cipher, seen.person
    if cipher is None or person is None:
        return _shown(one, seen, typed, {"name": AWAY})
    try:
        new = _read(typed, person, one, clock)
    except DraftRefused as refused:
        return _shown(one, seen, typed, refused.errors)
    return await one.do(lambda tx: change_contact(tx, one.clinic_id, one.request_id, cipher, new, version, by))


def _read(typed: ContactForm, person: Revealed, one: OneRequest, clock: TheClock) -> NewContact:
    """By the rules of a request: theirs, as if it were filled in today. Raises DraftRefused."""
    draft = Draft(
        name=typed.name,
        email=typed.email,
        mobile=typed.mobile,
        consents=typed.consents,
        reasons=person.reasons,
        zone=person.contact.zone,
    )
    if typed.language not in LANGUAGES:
        raise DraftRefused({"language": "Choose the language of their emails."})
    kept = submission_of(draft, clinic_rules(one.settings.clinic, clock.now()), DecidedBy.STAFF)
    return NewContact(kept.name, kept.email, kept.mobile, typed.language, kept.consents)


def _shown(one: OneRequest, seen: Seen, typed: ContactForm, errors: dict[str, str] | None = None) -> Response:
    return one.show(
        "staff_contact.html",
        seen,
        status=422 if errors else 200,
        typed=typed,
        errors=errors or {},
        languages=list(LANGUAGES.items()),
        consent_options=[
            (wording.version, WAYS[wording.channel], _marked(wording, one.settings.clinic.name))
            for wording in _wordings(seen.person.contact if seen.person else None)
        ],
    )


def _wordings(known: Contact | None) -> list[Wording]:
    """Of each channel the words that they agreed to, or those that are read out today, in their language."""
    language = known.language.partition("-")[0] if known else ENGLISH
    agreed = {one.channel: one.wording_version for one in (known.consents if known else ())}
    return [WORDINGS[agreed.get(channel, wording.version)] for channel, wording in current(language).items()]


def _marked(wording: Wording, clinic: str) -> str:
    words = wording.said_by(clinic)
    return words if wording.language == ENGLISH else Markup('<span lang="{}">{}</span>').format(wording.language, words)
