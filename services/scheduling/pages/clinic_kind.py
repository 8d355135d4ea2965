"""The form of a kind of appointment: the visit's steps in order, and who and what is there during which of them.

A need names its steps by their rows, so that a name or a length may change beside it; a row that was emptied is left out
of the visit, and what reached over it reaches over what is left.
"""

from collections.abc import Mapping
from dataclasses import replace

from starlette.datastructures import FormData

from services.scheduling.domain.clinic import AppointmentKind, Clinic, Need, Part, Purpose, ResourceKind
from services.scheduling.domain.misdescribed import MOST_MINUTES
from services.scheduling.pages.clinic_typed import Reading
from services.scheduling.pages.clinic_words import NEEDED

MOST_PARTS, MOST_NEEDS = 8, 12
LONGEST_REST = 60
USUAL_STEPS = ("Set-up", "Treatment", "Observation", "Turnover")
"""The names that stand in the form of a kind that is new; how long each takes is the clinic's to say."""
USUAL_NEEDS = {
    Purpose.CONSULTATION: ((ResourceKind.CLINICIAN, 1, 1),),
    Purpose.SESSION: ((ResourceKind.CHAIR, 1, 4), (ResourceKind.NURSE_SEAT, 1, 3), (ResourceKind.CLINICIAN, 1, 1)),
}

Typed = Mapping[str, str]


def typed_of_new(purpose: Purpose) -> dict[str, str]:
    """What stands in the form of a kind that the clinic does not offer yet."""
    steps = USUAL_STEPS if purpose is Purpose.SESSION else ("Consultation",)
    parts = tuple(Part(name, 0) for name in steps)
    needs = tuple(Need(*need) for need in USUAL_NEEDS[purpose])
    typed = typed_of(AppointmentKind(purpose, parts, needs))
    return {field: "" if field.startswith("minutes-") else value for field, value in typed.items()}


def typed_of(kind: AppointmentKind) -> dict[str, str]:
    typed = {"days-apart": str(kind.days_apart)}
    for number, part in enumerate(kind.parts, start=1):
        typed |= {f"part-{number}": part.name, f"minutes-{number}": str(part.minutes)}
    for number, need in enumerate(kind.needs, start=1):
        typed |= {
            f"need-{number}": need.resource_kind.value,
            f"first-{number}": str(need.first_part),
            f"last-{number}": str(need.last_part),
            f"qualification-{number}": need.qualification or "",
        }
    return typed


def arranged(typed: Typed) -> dict[str, str]:
    """As it stands once a step that was added has its place, and needs end where there still are steps."""
    return _without_gaps(_with_added_step(typed))


def steps_in(typed: Typed) -> dict[int, str]:
    """The steps that stand in the form, by row: those that have a name, or at least a length."""
    return {
        row: typed.get(f"part-{row}", "").strip() or f"Step {row}"
        for row in range(1, MOST_PARTS + 1)
        if typed.get(f"part-{row}", "").strip() or typed.get(f"minutes-{row}", "").strip()
    }


def _with_added_step(typed: Typed) -> dict[str, str]:
    name, minutes = typed.get("new-part", ""), typed.get("new-minutes", "")
    last, after = max(steps_in(typed), default=0), typed.get("new-after", "")
    if not (name or minutes) or last >= MOST_PARTS:
        return dict(typed)
    at = (int(after) if _is_row(after) or after == "0" else last) + 1
    put = dict(typed) | dict.fromkeys(("new-part", "new-minutes", "new-after"), "")
    for row in range(last, at - 1, -1):
        put |= {f"{field}-{row + 1}": typed.get(f"{field}-{row}", "") for field in ("part", "minutes")}
    for end in _ends_of_needs():
        if _is_row(ends := typed.get(end, "")) and int(ends) >= at:
            put[end] = str(int(ends) + 1)
    return put | {f"part-{at}": name, f"minutes-{at}": minutes}


def _without_gaps(typed: dict[str, str]) -> dict[str, str]:
    """What was needed over a step that is left out is needed over the others."""
    steps = steps_in(typed)
    for number in range(1, MOST_NEEDS + 1):
        first, last = typed.get(f"first-{number}", ""), typed.get(f"last-{number}", "")
        if not (_is_row(first) and _is_row(last)):
            continue
        if left := [row for row in steps if int(first) <= row <= int(last)]:
            typed |= {f"first-{number}": str(left[0]), f"last-{number}": str(left[-1])}
    return typed


def _ends_of_needs() -> list[str]:
    return [f"{end}-{number}" for number in range(1, MOST_NEEDS + 1) for end in ("first", "last")]


def _is_row(typed: str) -> bool:
    return typed in {str(row) for row in range(1, MOST_PARTS + 1)}


def read_kind(purpose: Purpose, sent: FormData, known: frozenset[str]) -> AppointmentKind:
    """`known` is what people here are qualified for. Raises NotUnderstood."""
    form = Reading(sent)
    parts = _parts(form)
    places = {row: position for position, row in enumerate(parts, start=1)}
    asked_for = [number for number in range(1, MOST_NEEDS + 1) if form.text(f"need-{number}")]
    needs = [
        need
        for line, number in enumerate(asked_for, start=1)
        if (need := _need(form, number, line, places, known)) is not None
    ]
    apart = form.number("days-apart", 0, LONGEST_REST) if purpose is Purpose.SESSION else 0
    form.done()
    return AppointmentKind(purpose, tuple(parts.values()), tuple(needs), apart)


def _parts(form: Reading) -> dict[int, Part]:
    """By row."""
    parts: dict[int, Part] = {}
    for row in range(1, MOST_PARTS + 1):
        name = form.text(f"part-{row}")
        if not name and not form.text(f"minutes-{row}"):
            continue
        if not name:
            form.wrong(f"part-{row}", "Give this step a name, or clear its minutes to leave it out.")
        parts[row] = Part(name, form.number(f"minutes-{row}", 1, MOST_MINUTES))
    if form.text("new-part") or form.text("new-minutes"):
        form.wrong("new-part", f"A visit has at most {MOST_PARTS} steps. Put two of them together first.")
    if not parts:
        form.wrong("part-1", "A visit has at least one step. Write what happens first.")
    elif sum(part.minutes for part in parts.values()) > MOST_MINUTES:
        form.wrong(f"minutes-{max(parts)}", "The whole visit is longer than a day. Make its steps shorter.")
    return parts


def _need(form: Reading, number: int, line: int, places: Mapping[int, int], known: frozenset[str]) -> Need | None:
    """`line` is what the page calls it."""
    typed = form.text(f"need-{number}")
    if typed not in {kind.value for kind in ResourceKind}:
        form.wrong(f"need-{number}", "Choose what is needed from the list.")
        return None
    first, last = _places(form, number, f"{NEEDED[ResourceKind(typed)]}, line {line}", places)
    if first and last and last < first:
        form.wrong(
            f"last-{number}", "This step comes before the one it begins with. Choose the same one or a later one."
        )
    wanted = form.text(f"qualification-{number}")
    if wanted and wanted not in known:
        form.wrong(f"qualification-{number}", "Nobody here is qualified for this. Enter it with a person first.")
    return Need(ResourceKind(typed), first, last, wanted or None)


def _places(form: Reading, number: int, needed: str, places: Mapping[int, int]) -> tuple[int, int]:
    """Of the first and the last step that were chosen, among those there are; 0 where none was. That its steps were left out
    is one mistake, not two."""
    found: list[int] = []
    gone = False
    for end, called in (("first", "begins"), ("last", "ends")):
        row = form.text(f"{end}-{number}")
        found.append(places.get(int(row), 0) if _is_row(row) else 0)
        if not _is_row(row):
            form.wrong(f"{end}-{number}", f"{needed}: choose the step with which it {called}.")
        elif not found[-1] and not gone:
            gone = True
            form.wrong(
                f"{end}-{number}",
                f"{needed}: its step is not in the visit any more. Choose another, or leave this line out too.",
            )
    return found[0], found[1]


def put_in(clinic: Clinic, kind: AppointmentKind) -> Clinic:
    """The clinic with this kind in the place of the one for the same purpose, or beside the others."""
    others = [one for one in clinic.kinds if one.purpose is not kind.purpose]
    return replace(clinic, kinds=tuple(sorted([*others, kind], key=lambda one: one.purpose)))


def without(clinic: Clinic, purpose: Purpose) -> Clinic:
    return replace(clinic, kinds=tuple(one for one in clinic.kinds if one.purpose is not purpose))
