"""A visit as a little timetable: its steps down, who and what is there beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.scheduling.domain.clinic import AppointmentKind, Need
from services.scheduling.pages.clinic_words import KINDS

BEGINS = 9 * 60
"""Minutes after midnight at which the visit of the picture begins."""
LEAST, MOST = 2, 12
"""Heights of a step: every five minutes one, so that a long one looks long and no picture fills two screens."""


@dataclass(frozen=True, slots=True)
class Row:
    """One step. `there` says for each column whether it is there, comes with this step, and goes after it."""

    clock: str
    name: str
    minutes: int
    css: str
    there: Sequence[str]


@dataclass(frozen=True, slots=True)
class Visit:
    """The values of visit.html."""

    columns: Sequence[str]
    rows: Sequence[Row]
    ends: str
    minutes: int


def drawn_visit(kind: AppointmentKind) -> Visit:
    columns = _columns(kind.needs)
    rows: list[Row] = []
    at = BEGINS
    for number, part in enumerate(kind.parts, start=1):
        height = min(max(-(-part.minutes // 5), LEAST), MOST)
        there = [_there(some, number) for _, some in columns]
        rows.append(Row(_clock(at), part.name, part.minutes, f"tall-{height}", there))
        at += part.minutes
    return Visit([name for name, _ in columns], rows, _clock(at), at - BEGINS)


def _columns(needs: Sequence[Need]) -> list[tuple[str, list[Need]]]:
    """By name. What is needed one after another shares a column, what is needed at once stands side by side."""
    columns: list[tuple[str, list[Need]]] = []
    for need in sorted(needs, key=lambda one: one.first_part):
        name = KINDS[need.resource_kind] + (f", {need.qualification}" if need.qualification else "")
        for known, some in columns:
            if known == name and some[-1].last_part < need.first_part:
                some.append(need)
                break
        else:
            columns.append((name, [need]))
    return sorted(columns, key=lambda one: list(KINDS.values()).index(one[0].partition(",")[0]))


def _there(needs: Sequence[Need], number: int) -> str:
    """Names of CSS classes; "" where it is not needed."""
    need = next((one for one in needs if one.first_part <= number <= one.last_part), None)
    if need is None:
        return ""
    return " ".join(
        ["there", *(["begins"] if number == need.first_part else []), *(["ends"] if number == need.last_part else [])]
    )


def _clock(minutes: int) -> str:
    hours, minutes = divmod(minutes, 60)
    return f"{hours % 24:02}:{minutes:02}"
