"""What a form is that edits a clinic."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import FormData

from services.scheduling.domain.clinic import Clinic, Resource
from services.scheduling.store.staff_names import Colleague

Blank = dict[str, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """Of whom or of what a form is, where it is not the whole clinic: `of` is what its address says."""

    of: str = ""
    period: str = ""
    colleagues: tuple[Colleague, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One form. `typed` is what stands in it before anybody types, `read` the clinic with what was typed.

    Both raise LookupError for somebody or something that is not there; `read` raises NotUnderstood.
    """

    title: Callable[[Clinic, Subject], str]
    typed: Callable[[Clinic, Subject], Blank]
    read: Callable[[Clinic, FormData, Subject], Clinic]
    arranged: Callable[[FormData], FormData] = lambda sent: sent
    """What was typed, put in order before anything is read from it or shown again."""


def nothing_typed(_clinic: Clinic, _subject: Subject) -> Blank:
    return {}


def in_order(resources: tuple[Resource, ...]) -> tuple[Resource, ...]:
    """As a clinic lists them."""
    return tuple(sorted(resources, key=lambda one: (one.kind, one.name)))
