"""`/staff/clinic/<section>`: a form, then a page that says what the change would mean, then it counts."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.datastructures import FormData

from services.scheduling.domain.clinic import Clinic, Purpose
from services.scheduling.domain.misdescribed import ClinicMisdescribed
from services.scheduling.pages.clinic_edits import (
    SECTIONS,
    Section,
    Subject,
    can_be_added,
    can_be_away,
)
from services.scheduling.pages.clinic_kind_drawn import kind_values, visit_of
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
from shared.settings import Settings
from shared.versions.pages import MOST
from shared.web.dependencies import TheAnswers, TheDatabase, TheFormKeys, TheKeyring, ThePages, TheSettings
from shared.web.form_key import FIELD, FormKeyRefused, FormTooOld
from shared.web.forms import WHOLE_FORM
from shared.web.idempotency import Answer, AnswerGone, KeyUsedForAnother, form_key
from shared.web.problems import problems as may_refuse

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


@router.post("/{name}", responses=may_refuse(ClinicNotSetUp, NothingToEdit))
async def send(
    name: SectionName,
    request: Request,
    staff: Administrator,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    form_keys: TheFormKeys,
    answers: TheAnswers,
) -> Response:
    """Without `confirm` it shows what the change would mean; with it, it counts if nobody has changed the clinic since."""
    section = SECTIONS[name]
    sent = section.arranged(await request.form())
    clinic, subject = await _now(database, settings, Subject(_one(sent, "of"), _one(sent, "period")))
    opened = _one(sent, "confirm") or _one(sent, "seen")

    def edit(now: Clinic) -> Clinic:
        return section.read(now, sent, subject)

    def again(errors: dict[str, str]) -> Response:
        blank = dict.fromkeys(section.typed(clinic, subject), "")
        values = _form(name, clinic, subject, blank | dict(_carried(sent)), errors, sent.getlist("remove"))
        if opened:
            values["seen"] = opened
        return pages.page("clinic_form.html", status=422 if errors else 200, staff=staff, **values)

    async def preview(*, meanwhile: bool) -> Response:
        """How things are at this moment, and what the same form would make of them."""
        async with database.transaction(read_only=True) as tx:
            change = await look_at_change(tx, settings.clinic.id, edit)
            older = await clinic_changes.as_of(tx, settings.clinic.id, _version(opened)) if meanwhile else change.before
        if change.before == change.after:
            return again({WHOLE_FORM: NOTHING_CHANGED})
        shown = await drawn(database, keyring, change.after, change.newly)
        return pages.page(
            "clinic_preview.html",
            status=409 if meanwhile else 200,
            staff=staff,
            section=name,
            title=section.title(change.before, subject),
            lines=changes(change.before, change.after),
            shown=shown,
            stuck=change.stuck,
            visit=visit_of(change.after, subject) if name == "kind" else None,
            visit_before=visit_of(change.before, subject) if name == "kind" else None,
            carried=_carried(sent),
            seen=change.before.version,
            meanwhile=meanwhile,
            takes_back=older is None or section.typed(older, subject) != section.typed(change.before, subject),
            subject=subject,
            form_key=form_keys.new(),
        )

    try:
        if _one(sent, "again") == DRAW:
            edit(clinic)
        if _one(sent, "again"):
            return again({})
        if not _one(sent, "confirm"):
            return await preview(meanwhile=opened not in {"", str(clinic.version)})
        key = await form_key(request, form_keys, f"staff:{staff.staff_id}")

        async def do(tx: Transaction) -> Answer:
            what = section.title(clinic, subject)
            seen = _version(opened)
            after = await change_clinic(tx, settings.clinic.id, edit, what=what, seen=seen, by=staff.staff_id)
            left = await without_place_now(tx, after)
            return Answer.see_other("/staff/clinic/stranded?saved=1" if left else "/staff/clinic?saved=1")

        return (await answers.once(database.alone, key, do)).response()
    except NotUnderstood as wrong:
        return again(wrong.errors)
    except ClinicMisdescribed as wrong:
        return again({WHOLE_FORM: str(wrong)})
    except LookupError:
        raise NothingToEdit from None
    except (FormKeyRefused, FormTooOld):
        return again({WHOLE_FORM: TOO_OLD})
    except (ClinicChangedMeanwhile, KeyUsedForAnother, AnswerGone):
        return await preview(meanwhile=True)


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
