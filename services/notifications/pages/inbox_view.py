"""Inbox items as rows of the page: words, links, and what may be done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import phonenumbers
from markupsafe import Markup

from services.notifications.domain.inbox_row import (
    MESSAGE_WORDS,
    RISK_WORDS,
    SEEN_IN_WORDS,
    SEVERITY_WORDS,
    WHAT_NEXT,
    WHY_PHONE,
    Chip,
    await_in_words,
    outcome_chip,
    request_chip,
    wishes_in_words,
)
from services.notifications.pages.names import Names
from services.notifications.store.inbox_items import Item, Waiting
from shared.web.times import local, staff_time, staff_when


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    title: str
    chip: Chip
    why: Markup
    href: str
    at: datetime
    unread: bool
    attention: int
    phone: str
    risk: bool
    urgent: bool
    done_by: str | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    rows: Sequence[Row]


def groups(rows: Iterable[Row], now: datetime, zone: str) -> list[Group]:
    """Urgent ones first whenever they came, then today's by the clinic's calendar, then the earlier ones."""
    today = local(now, zone).date()
    named: dict[str, list[Row]] = {"Urgent": [], "Today": [], "Earlier": []}
    for row in rows:
        came_today = local(row.at, zone).date() >= today
        named["Urgent" if row.urgent else "Today" if came_today else "Earlier"].append(row)
    return [Group(title, found) for title, found in named.items() if found]


def row_of(item: Item, names: Names, waiting: Waiting, zone: str) -> Row:
    contact = names.contact(item.patient_id)
    chip, said = _says(item, waiting, zone, contact.mobile if contact else None)
    why = Markup("{}").format(said)
    name = names.name(item.patient_id, item.reference or "A patient")
    if item.reference and item.reference != name:
        why += Markup(' · <span class="num nowrap">{}</span>').format(item.reference)
    return Row(
        id=item.id,
        title="E-mails are waiting" if item.kind == "mail-waiting" else name,
        chip=chip,
        why=why,
        href=f"/staff/inbox/{item.id}/open",
        at=item.raised_at,
        unread=item.unread and item.state == "open",
        attention=item.attention,
        phone=(contact.mobile or "") if contact else "",
        risk=item.kind == "risk",
        urgent=item.urgency == "urgent" and item.kind != "risk",
        done_by=item.acknowledged_by if item.state == "acknowledged" else None,
        done_at=item.changed_at if item.state != "open" else None,
    )


def thing(kind: str, request_id: UUID | None, session_id: UUID | None) -> str:
    """Where the thing itself is: a page of the service that owns it."""
    if kind == "mail-waiting":
        return "/staff/inbox/messages?waiting=1"
    if kind == "late":
        return f"/staff/consultations/of/{request_id}"
    if session_id is not None:
        return f"/staff/sessions/{session_id}"
    if request_id is not None:
        return f"/staff/requests/{request_id}"
    return "/staff/inbox/messages"


def _says(item: Item, waiting: Waiting, zone: str, mobile: str | None) -> tuple[Chip, str]:
    match item.kind:
        case "risk":
            chip = Chip(RISK_WORDS.get(item.level or "", "Risk"), "alarm", "siren")
            return (
                chip,
                f"{SEEN_IN_WORDS.get(item.seen_in or '', 'Seen')}. Received at {staff_time(item.raised_at, zone)}",
            )
        case "request":
            return _request(item, zone)
        case "session":
            ended = f"Session {item.number} has ended" if item.number else "A session has ended"
            worst = SEVERITY_WORDS.get(item.worst_severity or "", "")
            return outcome_chip(item.outcome), ", ".join(part for part in (ended, worst) if part)
        case "late":
            return Chip("Must be seen sooner", "danger", "timer"), _late(item, zone)
        case "phone":
            return Chip("Phone this patient", "warn", "phone"), _phone(item, zone, mobile)
        case _:
            count = f"{waiting.count} wait" if waiting.count != 1 else "1 waits"
            since = f", the oldest since {staff_when(waiting.oldest, zone)}" if waiting.oldest else ""
            return (
                Chip("Mail server", "danger", "mail-x"),
                f"The mail server does not take them. {count}{since}. They go by themselves when it is back",
            )


def _request(item: Item, zone: str) -> tuple[Chip, str]:
    chip = request_chip(
        disposition=item.disposition,
        consultation=item.consultation,
        decision=item.decision,
        withdrawn=item.withdrawn_at is not None,
        declined=item.declined_at is not None,
        asked=item.asked_at is not None,
        answered=item.answered_at is not None,
    )
    when = staff_when(item.starts_at, zone) if item.starts_at else ""
    by_staff = " by telephone" if item.requested_by == "staff" else ""
    if item.decision:
        return chip, f"{_questions(item, zone)}{WHAT_NEXT[item.decision]}"
    if item.withdrawn_at:
        said = f"Withdrew the request{f'. The time {when} is free again' if when else ''}"
    elif item.declined_at:
        said = f"We declined the request{f'. The time {when} is free again' if when else ''}"
    elif item.consultation == "scheduled" and when:
        said = f"Asked for a consultation{by_staff}. Booked for {when}"
    elif item.consultation == "cancelled":
        said = f"The consultation{f' on {when}' if when else ''} is cancelled"
    elif item.consultation == "waitlisted":
        said = f"No time is free yet. {wishes_in_words(item.wishes)}"
    elif item.asked_at:
        said = "Nothing is booked meanwhile" if item.disposition == "await" else ""
    elif item.disposition == "await":
        said = f"{await_in_words(item.awaits)}. {wishes_in_words(item.wishes)}"
    else:
        said = f"Asked for a consultation{by_staff}. {wishes_in_words(item.wishes)}"
    return chip, f"{_questions(item, zone)}{said}".strip()


LATE_BECAUSE = {
    "undecided": "Nobody has decided on the request. ",
    "missed": "They did not come, and have no other time. ",
    "not-recorded": "Their time is over, and nobody has said whether they were seen. ",
}


def _late(item: Item, zone: str) -> str:
    """By when, what stands in the way, and what could be had at that moment."""
    due, starts_at, nearest, because, before = (
        item.facts.get(name, "") for name in ("due_by", "starts_at", "nearest", "because", "said_before")
    )
    said = f"To be seen by {_when(due, zone)}. "
    said += LATE_BECAUSE.get(because) or (
        f"Booked for {_when(starts_at, zone)}. " if starts_at else "No time is booked. "
    )
    free = ", ".join(_when(one, zone) for one in nearest.split())
    said += f"Free sooner: {free}" if free else "Nothing is free sooner: make room, or have them seen elsewhere"
    return f"{said}. Said {before} {'time' if before == '1' else 'times'} before" if before.strip("0") else said


def _when(instant: str, zone: str) -> str:
    return staff_when(datetime.fromisoformat(instant), zone)


def _questions(item: Item, zone: str) -> str:
    """What staff have asked, and whether there is an answer; it stands before the rest."""
    if item.withdrawn_at or item.declined_at:
        return ""
    if item.asked_at:
        return f"Asked for more answers on {staff_when(item.asked_at, zone)}. "
    return f"Answered our questions on {staff_when(item.answered_at, zone)}. " if item.answered_at else ""


def _phone(item: Item, zone: str, mobile: str | None) -> str:
    why = WHY_PHONE.get(item.facts.get("why", ""), "cannot be reached by e-mail")
    tell = MESSAGE_WORDS.get(item.facts.get("message", ""), "").lower()
    when = f" {staff_when(item.starts_at, zone)}" if item.starts_at and tell else ""
    said = Markup("{}{}").format(f"Tell: {tell}{when}. " if tell else "", f"Reason: {why}")
    if mobile:
        return said + Markup('. <a href="tel:{}">Call {}</a>').format(mobile, _spoken(mobile))
    return said


def _spoken(mobile: str) -> str:
    """The number as people write it, such as +1 303-555-0119."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(mobile), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return mobile
