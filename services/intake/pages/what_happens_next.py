"""The patient's page in words: a headline, and the steps done and to come."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.intake.domain.consent import Channel
from services.intake.domain.consultation import Appointment, Standing
from services.intake.use_cases.see_my_request import MyRequest
from shared.events.values import DecidedBy
from shared.settings import ClinicIdentity
from shared.web.times import patient_day, patient_time

_WAYS = {Channel.EMAIL: "by email", Channel.SMS: "by text", Channel.PHONE: "by phone"}


@dataclass(frozen=True, slots=True)
class Step:
    """One point on the line: `state` is "done", "now", "" (to come) or "off" (will not happen)."""

    title: str
    text: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """`good` stands in green above the headline, when there is good news."""

    headline: str
    lead: str
    steps: tuple[Step, ...]
    good: str = ""


def story_of(mine: MyRequest, clinic: ClinicIdentity, now: datetime) -> Story:
    sent = Step(
        _moment(mine.request.requested_at, clinic.zone, now),
        "Your request reached us."
        if mine.request.entered_by is DecidedBy.PATIENT
        else "We took your request by phone.",
        "done",
    )
    at = mine.consultation.appointment if mine.consultation else None
    match mine.standing:
        case Standing.SCHEDULED if at is not None:
            return _scheduled(mine, at, sent, now)
        case Standing.WAITLISTED:
            return _waitlisted(mine, sent)
        case Standing.CANCELLED:
            return _cancelled(clinic, sent, at, now)
        case Standing.WITHDRAWN:
            return _withdrawn(mine, clinic, sent, now)
        case Standing.DECLINED:
            return _declined(mine, clinic, sent, now)
        case _:
            return _received(mine, sent)


def _received(mine: MyRequest, sent: Step) -> Story:
    return Story(
        good="Your request has reached us",
        headline="We are finding your time",
        lead="It is safely kept, and nothing more is needed from you. This page changes by itself as soon as a time is "
        "found: usually within minutes, at times only when one of us has read your request in opening hours. "
        "You may close it: the same address brings you back.",
        steps=(
            sent,
            Step("Now", "We look for the earliest free time that suits what you wished.", "now"),
            Step("Then", f"{_answered(mine)} If we cannot find a time, you go on the waiting list."),
            Step(
                "At the consultation", "You and a clinician talk it through and decide together. No is a fine answer."
            ),
        ),
    )


def _scheduled(mine: MyRequest, at: Appointment, sent: Step, now: datetime) -> Story:
    day = patient_day(at.starts_at, at.zone, now)
    if now >= at.ends_at:
        return Story(
            headline="Your consultation",
            lead="Its time has passed. If you could not come, or have a question, call us.",
            steps=(sent, Step(f"{day}, {patient_time(at.starts_at, at.zone)}", "Your consultation.", "done")),
        )
    return Story(
        good="Your consultation is booked",
        headline=f"We will see you {_short_day(at, now)}",
        lead="",
        steps=(
            sent,
            Step("Your time is booked", _booked(mine), "done"),
            Step(
                f"{day}, {patient_time(at.starts_at, at.zone)}",
                "Your consultation. Please bring a list of your medicines, and come ten minutes early.",
                "now",
            ),
            Step("Afterwards", "You decide together whether treatment is right for you. Nothing begins before that."),
        ),
    )


def _waitlisted(mine: MyRequest, sent: Step) -> Story:
    return Story(
        good="You are on the waiting list",
        headline="No time is free just now",
        lead="We keep looking, and the first time that comes free and suits you is yours. You need not ask again.",
        steps=(
            sent,
            Step("Now", "You stand on the waiting list, in the order in which requests came.", "now"),
            Step("When a time comes free", _answered(mine)),
            Step("At the consultation", "You and a clinician talk it through and decide together."),
        ),
    )


def _cancelled(clinic: ClinicIdentity, sent: Step, at: Appointment | None, now: datetime) -> Story:
    was = f" on {patient_day(at.starts_at, at.zone, now)}, {patient_time(at.starts_at, at.zone)}," if at else ""
    return Story(
        headline="Your consultation was cancelled",
        lead=f"The consultation{was} will not take place. Call {clinic.phone_display} and we find another time together, "
        "or send a new request.",
        steps=(sent, Step("Your consultation", "Cancelled.", "off")),
    )


def _withdrawn(mine: MyRequest, clinic: ClinicIdentity, sent: Step, now: datetime) -> Story:
    withdrawal = mine.request.withdrawal
    assert withdrawal is not None
    who = "You withdrew your request." if withdrawal.by is DecidedBy.PATIENT else "We withdrew your request for you."
    return Story(
        headline="Your request is withdrawn",
        lead="Any time kept for you is free again. You can come back whenever you like: send a new request, or call "
        f"{clinic.phone_display}.",
        steps=(
            sent,
            Step(_moment(withdrawal.at, clinic.zone, now), who, "done"),
            Step("Your consultation", "Will not take place.", "off"),
        ),
    )


def _declined(mine: MyRequest, clinic: ClinicIdentity, sent: Step, now: datetime) -> Story:
    decline = mine.request.decline
    assert decline is not None
    return Story(
        headline="We cannot offer you an appointment here",
        lead="We have read your request with care. It does not mean that there is no help for you: something else may suit "
        f"you better and be safer. If you would like to know why, or to talk it over, call {clinic.phone_display}.",
        steps=(
            sent,
            Step(_moment(decline.at, clinic.zone, now), "We answered your request.", "done"),
            Step("Your consultation", "Will not take place.", "off"),
        ),
    )


def _short_day(at: Appointment, now: datetime) -> str:
    """`today`, or `on Thursday` while only one can be meant, else `on Thursday, June 25`."""
    day = patient_day(at.starts_at, at.zone, now)
    if day == patient_day(now, at.zone, now):
        return "today"
    return f"on {day.partition(',')[0] if at.starts_at - now < timedelta(days=6) else day}"


def _moment(at: datetime, zone: str, now: datetime) -> str:
    day = "Today" if patient_day(at, zone) == patient_day(now, zone) else patient_day(at, zone, now)
    return f"{day}, {patient_time(at, zone)}"


def _answered(mine: MyRequest) -> str:
    ways = [_WAYS[channel] for channel in mine.channels]
    if not ways:
        return "We tell you in person or by phone."
    return f"We tell you {' or '.join(ways)}."


def _booked(mine: MyRequest) -> str:
    if Channel.EMAIL in mine.channels:
        return "We also send it by email, with a calendar entry that does not say what it is about."
    return _answered(mine)
