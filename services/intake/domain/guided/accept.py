"""What was typed on a page becomes its values, or a sentence for every field that is wrong, all of them at once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from services.intake.domain import contact_rules, wishes
from services.intake.domain.consent import Channel, consents_of
from services.intake.domain.cssrs import Reply
from services.intake.domain.draft import ClinicRules, Draft, ways_to_answer
from services.intake.domain.guided.answers import Values
from services.intake.domain.guided.birth import born_on
from services.intake.domain.guided.walk import Walk, item_of
from services.intake.domain.privacy import privacy_wordings
from services.intake.domain.reasons import reasons_of
from services.intake.domain.refusal import NotPossible
from services.intake.domain.screening import Answer
from services.intake.domain.words import Words, words
from shared.events.values import DecidedBy

T = TypeVar("T")
Typed = Mapping[str, Sequence[str]]
"""Every value of every field, as the form sent it."""

WHOM = ("self", "other")
AUTHORITIES = ("agreed", "legal")
LANGUAGES = ("en", "es")
"""Those that our messages come in."""
CALL_TIMES = ("any", "morning", "afternoon", "evening")
"""When a person of ours may call; `any` is said to be between 8 AM and 9 PM."""
BORN_PARTS = ("born_year", "born_month", "born_day")
KEPT_TIME = ("hold_id", "slot", "kept_until")
"""What scheduling says of a time that it keeps: nobody types it."""

CHOOSE = words("Choose one of the answers.", es="Elija una de las respuestas.")
CHOOSE_OR_SKIP = words(
    "Choose one of the answers, or skip this question.",
    es="Elija una de las respuestas, o pase a la siguiente pregunta.",
)
AGREE = words(
    "Choose this if you agree. Without it we may not keep your answers.",
    es="Márquelo si está de acuerdo. Sin ello no podemos guardar sus respuestas.",
)
NOT_KEPT_YET = words(
    "The time you chose is not kept yet. Choose it again and press the button below the times, or continue without one.",
    es="La hora que eligió todavía no está guardada. Elíjala de nuevo y pulse el botón debajo de las horas, o continúe sin "
    "ella.",
)
NOT_FROM_THE_LIST = words(
    "Choose from the list. What we received is not on it.", es="Elija de la lista. Lo que recibimos no está en ella."
)


class PageUnknown(ValueError):
    """No question has this name."""


class PageRefused(ValueError):
    """Nothing of this page is kept. `errors` has a sentence for each wrong field, in the order of the page."""

    def __init__(self, errors: Mapping[str, Words]) -> None:
        super().__init__(f"not possible: {', '.join(errors)}")
        self.errors = dict(errors)


def accept(slug: str, typed: Typed, walk: Walk, clinic: ClinicRules, by: DecidedBy = DecidedBy.PATIENT) -> Values:
    """The values of a page of this walk, filled in `by` the patient or by staff with a caller.

    Raises PageUnknown, PageRefused, and UnderAge for the date of birth of a minor.
    """
    page = _Reading(typed)
    values = _values(slug, page, walk, clinic, by)
    if page.errors:
        raise PageRefused(page.errors)
    return values


def accept_feeling(slug: str, typed: Typed) -> Values:
    """The value of an item of a scale, or of a question about safety. Raises PageRefused."""
    page = _Reading(typed)
    values = _feeling(slug, page)
    if page.errors:
        raise PageRefused(page.errors)
    return values or {}


def accept_born(typed: Typed) -> str:
    """What was typed as a date of birth, as year-month-day; empty when it is no date. It is compared, and never kept."""
    return _date_typed(_Reading(typed))


def skipped(slug: str) -> Values | None:
    """What stands for a question that was left out; None when it cannot be: no clinic can do without the answer.

    A question about safety that was shown and left out is kept as such: staff ask it themselves.
    """
    if slug == "safety" or slug.startswith("screener-"):
        return {slug: (Reply.SKIPPED.value,)}
    return {} if item_of(slug) else None


@dataclass(slots=True)
class _Reading:
    typed: Typed
    errors: dict[str, Words] = field(default_factory=dict)

    def one(self, name: str) -> str:
        return next((value.strip() for value in reversed(self.typed.get(name, ()))), "")

    def several(self, name: str) -> tuple[str, ...]:
        return tuple(value.strip() for value in self.typed.get(name, ()) if value.strip())

    def checked(self, name: str, rule: Callable[[], T], otherwise: T) -> T:
        try:
            return rule()
        except NotPossible as refused:
            self.errors[name] = refused.said
            return otherwise

    def chosen(self, name: str, among: Collection[str], otherwise: Words = CHOOSE) -> tuple[str, ...]:
        if (value := self.one(name)) in among:
            return (value,)
        self.errors[name] = otherwise
        return ()


def _feeling(slug: str, page: _Reading) -> Values | None:
    if found := item_of(slug):
        _, item = found
        return {slug: page.chosen(slug, [str(choice.value) for choice in item.choices], CHOOSE_OR_SKIP)}
    if slug == "safety" or slug.startswith("screener-"):
        return {slug: page.chosen(slug, [Reply.YES, Reply.NO], CHOOSE_OR_SKIP)}
    return None


def said_aloud(slug: str, values: Values, staff_id: UUID, staff_name: str) -> Values:
    """The same, said aloud to a member of staff. What somebody agreed to names who heard it."""
    match slug:
        case "contact":
            return {**values, "spoken_to": (str(staff_id),)}
        case "consent":
            return {**values, "spoken_to": (str(staff_id),), "agreed_aloud": (f"to {staff_name}",)}
        case _:
            return values


def _values(slug: str, page: _Reading, walk: Walk, clinic: ClinicRules, by: DecidedBy) -> Values:
    if (said := _feeling(slug, page)) is not None:
        return said
    if slug.startswith("health-"):
        return _health(slug, page, walk)
    match slug:
        case "who":
            return {"who": page.chosen("who", WHOM)}
        case "helper":
            return {"helper_name": _name(page, "helper_name"), "authority": page.chosen("authority", AUTHORITIES)}
        case "born":
            return _born(page, clinic)
        case "name":
            return {"name": _name(page, "name")}
        case "contact":
            return _contact(page, clinic, by)
        case "reasons":
            reasons = page.checked("reasons", lambda: reasons_of(page.several("reasons")), ())
            return {"reasons": tuple(reason.value for reason in reasons)}
        case "when":
            return _when(page, clinic)
        case "consent":
            return _consent(page, clinic, for_another=walk.answers.for_another)
        case _:
            raise PageUnknown(slug)


def _name(page: _Reading, field_name: str) -> tuple[str, ...]:
    return (page.checked(field_name, lambda: contact_rules.clean_name(page.one(field_name)), ""),)


def _born(page: _Reading, clinic: ClinicRules) -> Values:
    typed = _date_typed(page)
    born = page.checked("born", lambda: born_on(typed, clinic.today).isoformat(), "")
    return {"born": (born,)}


def _date_typed(page: _Reading) -> str:
    year, month, day = (page.one(part) for part in BORN_PARTS)
    digits = all(one.isascii() and one.isdigit() for one in (year, month, day))
    return f"{year}-{month:0>2}-{day:0>2}" if digits else ""


def _contact(page: _Reading, clinic: ClinicRules, by: DecidedBy) -> Values:
    email, mobile, agreed = page.one("email"), page.one("mobile"), page.several("consents")
    page.checked("email", lambda: contact_rules.clean_email(email) if email else "", "")
    page.checked("mobile", lambda: contact_rules.clean_phone(mobile, clinic.region) if mobile else "", "")
    consents = page.checked("consents", lambda: consents_of(agreed, clinic.name), ())
    draft = Draft(email=email, mobile=mobile, consents=agreed)
    for name, said in ways_to_answer(draft, consents, clinic, by).items():
        page.errors.setdefault(name, said)
    language = page.chosen("language", LANGUAGES)
    call_when = page.chosen("call_when", CALL_TIMES, NOT_FROM_THE_LIST) if page.one("call_when") else ()
    calls = any(consent.channel is Channel.PHONE for consent in consents)
    return {
        "email": _given(email),
        "mobile": _given(mobile),
        "consents": agreed,
        "call_when": call_when if calls else (),
        "language": language,
    }


def _health(slug: str, page: _Reading, walk: Walk) -> Values:
    items = walk.health_items(slug)
    return {
        item.id: page.chosen(item.id, list(Answer), _answer_question(number, len(items)))
        for number, item in enumerate(items, start=1)
    }


def _answer_question(number: int, of: int) -> Words:
    if of == 1:
        return words("Choose an answer. Not sure is fine.", es="Elija una respuesta. «No sé» también vale.")
    return words(
        f"Question {number}: choose an answer. Not sure is fine.",
        es=f"Pregunta {number}: elija una respuesta. «No sé» también vale.",
    )


def _when(page: _Reading, clinic: ClinicRules) -> Values:
    weekdays = page.checked("weekdays", lambda: wishes.weekdays_of(page.several("weekdays")), ())
    day_parts = page.checked("day_parts", lambda: wishes.day_parts_of(page.several("day_parts")), ())
    not_before, zone = page.one("not_before"), ZoneInfo(clinic.zone)
    page.checked("not_before", lambda: wishes.not_before_of(not_before, zone, clinic.today), None)
    kept = kept_time(page.typed)
    if (start := page.one("start")) and not _is_kept(start, kept):
        page.errors["free-times"] = NOT_KEPT_YET
    return {
        "weekdays": tuple(day.value for day in weekdays),
        "day_parts": tuple(part.value for part in day_parts),
        "not_before": _given(not_before),
        **kept,
    }


def _is_kept(start: str, kept: Values) -> bool:
    try:
        return bool(kept) and datetime.fromisoformat(start) == datetime.fromisoformat(kept["slot"][0])
    except (ValueError, TypeError):
        return False


def kept_time(sent: Typed) -> Values:
    """Which time scheduling keeps for them, and until when, as it said so; nothing when it is not all there.

    Nobody types this: what is not as it was said is left out, and the wishes decide.
    """
    said = {name: next(iter(sent.get(name, ())), "") for name in KEPT_TIME}
    try:
        hold_id = UUID(said["hold_id"])
        slot, until = (datetime.fromisoformat(said[name]) for name in ("slot", "kept_until"))
        moments = slot.astimezone(UTC), until.astimezone(UTC)
    except (ValueError, OverflowError):
        return {}
    if slot.tzinfo is None or until.tzinfo is None:
        return {}
    return {"hold_id": (str(hold_id),), "slot": (moments[0].isoformat(),), "kept_until": (moments[1].isoformat(),)}


def _consent(page: _Reading, clinic: ClinicRules, *, for_another: bool) -> Values:
    """`text` is kept with the version, so that the answers alone prove what was read."""
    wordings = privacy_wordings(for_another=for_another)
    agreed = page.chosen("agreed", wordings, AGREE)
    return {"agreed": agreed, "text": tuple(wordings[version].said_by(clinic.name) for version in agreed)}


def _given(value: str) -> tuple[str, ...]:
    return (value,) if value else ()
