"""`/staff/clinic/<section>`: a form, then a page that says what the change would mean, then it counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.datastructures import FormData

from services.scheduling.domain.clinic import Clinic, Purpose
from services.scheduling.domain.misdescribed import ClinicMisdescribed
from services.scheduling.pages.clinic_edits import SECTIONS, can_be_away
from services.scheduling.pages.clinic_kind_drawn import kind_values, visit_of
from services.scheduling.pages.clinic_people import can_be_added
from services.scheduling.pages.clinic_section import Section, Subject
from services.scheduling.pages.clinic_typed import NotUnderstood
from services.scheduling.pages.clinic_words import absence_line, changes, closure_line
from services.scheduling.pages.staff import Administrator
from services.scheduling.pages.stranded_drawn import drawn
from services.scheduling.problems import ClinicNotSetUp, NothingToEdit
from services.scheduling.store import clinic_changes
from services.scheduling.store.staff_names import colleagues
from services.scheduling.use_cases.change_clinic import (
    ClinicChangedMeanwhile,
    change_clinic,
    look_at_change,
    the_clinic,
    without_place_now,
)
from shared.database import Database, Transaction
from shared.keyring import Keyring
from shared.settings import Settings
from shared.versions.pages import MOST
from shared.web.dependencies import TheAnswers, TheDatabase, TheFormKeys, TheKeyring, ThePages, TheSettings
from shared.web.form_key import FIELD, FormKeyRefused, FormKeys, FormTooOld
from shared.web.forms import WHOLE_FORM
from shared.web.idempotency import Answer, AnswerGone, KeyUsedForAnother, form_key
from shared.web.problems import problems as may_refuse
from shared.web.staff_session import StaffSession
from shared.web.templating import Pages

router = APIRouter(prefix="/staff/clinic", include_in_schema=False)

NOTHING_CHANGED = "This is what it says already. Change something, or go back."
TOO_OLD = "This page was open for more than a day. Look it through once more and save it again."
DRAW = "draw"
"""What `again` says of a form that wants its mistakes and its picture, not the page that comes next."""
NOT_CARRIED = {FIELD, "confirm", "seen", "again"}


def _section(name: str) -> str:
    if name not in SECTIONS:
        raise NothingToEdit
    return name


SectionName = Annotated[str, Depends(_section)]
Of = Annotated[str, Query(max_length=60)]


@router.get("/{name}", responses=may_refuse(ClinicNotSetUp, NothingToEdit))
async def form(
    name: SectionName,
    staff: Administrator,
    pages: ThePages,
    database: TheDatabase,
    settings: TheSettings,
    of: Of = "",
    period: Of = "",
) -> Response:
    clinic, subject = await _now(database, settings, Subject(of, period))
    try:
        typed = SECTIONS[name].typed(clinic, subject)
    except LookupError:
        raise NothingToEdit from None
    return pages.page("clinic_form.html", staff=staff, **_form(name, clinic, subject, typed))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    """One form as it was sent, for a clinic as it was found."""

    name: str
    sent: FormData
    clinic: Clinic
    subject: Subject
    staff: StaffSession
    pages: Pages
    database: Database
    keyring: Keyring
    form_keys: FormKeys

    @property
    def section(self) -> Section:
        return SECTIONS[self.name]

    @property
    def opened(self) -> str:
        """The version of the clinic that stood on the page when it was opened, as the page says it."""
        return self.says("confirm") or self.says("seen")

    def says(self, field: str) -> str:
        return _one(self.sent, field)

    def of(self, now: Clinic) -> Clinic:
        """The clinic with what was typed. Raises what `Section.read` raises."""
        return self.section.read(now, self.sent, self.subject)

    def again(self, errors: dict[str, str]) -> Response:
        """The form with what was typed."""
        blank = dict.fromkeys(self.section.typed(self.clinic, self.subject), "")
        typed = blank | dict(_carried(self.sent))
        values = _form(self.name, self.clinic, self.subject, typed, errors, self.sent.getlist("remove"))
        if self.opened:
            values["seen"] = self.opened
        return self.pages.page("clinic_form.html", status=422 if errors else 200, staff=self.staff, **values)

    async def preview(self, *, meanwhile: bool) -> Response:
        """How things are at this moment, and what the same form would make of them."""
        async with self.database.transaction(read_only=True) as tx:
            change = await look_at_change(tx, self.clinic.id, self.of)
            older = await clinic_changes.as_of(tx, self.clinic.id, _version(self.opened)) if meanwhile else None
        if change.before == change.after:
            return self.again({WHOLE_FORM: NOTHING_CHANGED})
        typed_now = self.section.typed(change.before, self.subject)
        return self.pages.page(
            "clinic_preview.html",
            status=409 if meanwhile else 200,
            staff=self.staff,
            section=self.name,
            title=self.section.title(change.before, self.subject),
            lines=changes(change.before, change.after),
            shown=await drawn(self.database, self.keyring, change.after, change.newly),
            stuck=change.stuck,
            visit=visit_of(change.after, self.subject) if self.name == "kind" else None,
            visit_before=visit_of(change.before, self.subject) if self.name == "kind" else None,
            carried=_carried(self.sent),
            seen=change.before.version,
            meanwhile=meanwhile,
            takes_back=meanwhile and (older is None or self.section.typed(older, self.subject) != typed_now),
            subject=self.subject,
            form_key=self.form_keys.new(),
        )

    async def apply(self, tx: Transaction) -> Answer:
        """Raises ClinicChangedMeanwhile when somebody else has changed the clinic since the page was opened."""
        what, seen = self.section.title(self.clinic, self.subject), _version(self.opened)
        after = await change_clinic(tx, self.clinic.id, self.of, what=what, seen=seen, by=self.staff.staff_id)
        left = await without_place_now(tx, after)
        return Answer.see_other("/staff/clinic/stranded?saved=1" if left else "/staff/clinic?saved=1")


async def _edit(
    name: SectionName,
    request: Request,
    staff: Administrator,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    form_keys: TheFormKeys,
) -> _Edit:
    sent = SECTIONS[name].arranged(await request.form())
    clinic, subject = await _now(database, settings, Subject(_one(sent, "of"), _one(sent, "period")))
    return _Edit(
        name=name,
        sent=sent,
        clinic=clinic,
        subject=subject,
        staff=staff,
        pages=pages,
        database=database,
        keyring=keyring,
        form_keys=form_keys,
    )


@router.post("/{name}", responses=may_refuse(ClinicNotSetUp, NothingToEdit))
async def send(edit: Annotated[_Edit, Depends(_edit)], request: Request, answers: TheAnswers) -> Response:
    """Without `confirm` it shows what the change would mean; with it, it counts if nobody has changed the clinic since."""
    try:
        if edit.says("again"):
            if edit.says("again") == DRAW:
                edit.of(edit.clinic)
            return edit.again({})
        if not edit.says("confirm"):
            return await edit.preview(meanwhile=edit.opened not in {"", str(edit.clinic.version)})
        key = await form_key(request, edit.form_keys, f"staff:{edit.staff.staff_id}")
        return (await answers.once(edit.database.alone, key, edit.apply)).response()
    except NotUnderstood as wrong:
        return edit.again(wrong.errors)
    except ClinicMisdescribed as wrong:
        return edit.again({WHOLE_FORM: str(wrong)})
    except LookupError:
        raise NothingToEdit from None
    except (FormKeyRefused, FormTooOld):
        return edit.again({WHOLE_FORM: TOO_OLD})
    except (ClinicChangedMeanwhile, KeyUsedForAnother, AnswerGone):
        return await edit.preview(meanwhile=True)


async def _now(database: Database, settings: Settings, subject: Subject) -> tuple[Clinic, Subject]:
    async with database.transaction(read_only=True) as tx:
        clinic = await the_clinic(tx, settings.clinic.id)
        return clinic, replace(subject, colleagues=await colleagues(tx, clinic.id))


def _one(sent: FormData, name: str) -> str:
    value = sent.get(name, "")
    return value if isinstance(value, str) else ""


def _version(typed: str) -> int:
    """-1, which no clinic ever has, when the form is not one of ours."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= len(str(MOST)) - 1 else -1


def _carried(sent: FormData) -> list[tuple[str, str]]:
    """What was typed, for the page that asks whether it is meant."""
    return [(name, value) for name, value in sent.multi_items() if isinstance(value, str) and name not in NOT_CARRIED]


def _form(
    name: str,
    clinic: Clinic,
    subject: Subject,
    typed: dict[str, str],
    errors: dict[str, str] | None = None,
    removed: Sequence[object] = (),
) -> dict[str, Any]:
    """The values of clinic_form.html. Raises NothingToEdit."""
    section: Section = SECTIONS[name]
    try:
        title = section.title(clinic, subject)
    except LookupError:
        raise NothingToEdit from None
    values: dict[str, Any] = {
        "section": name,
        "title": title,
        "subject": subject,
        "clinic_now": clinic,
        "typed": typed,
        "errors": errors or {},
        "removed": removed,
        "seen": clinic.version,
        "closures": [closure_line(one) for one in clinic.closures],
        "absences": [absence_line(clinic, one) for one in clinic.absences],
        "can_be_away": can_be_away(clinic),
        "can_be_added": can_be_added(clinic, subject.colleagues),
        "is_nurse": any(str(one.person) == subject.of and one.kind == "nurse_seat" for one in clinic.resources),
        "is_clinician": any(str(one.person) == subject.of and one.kind == "clinician" for one in clinic.resources),
    }
    return values | kind_values(clinic, Purpose(subject.of), typed, errors or {}) if name == "kind" else values
