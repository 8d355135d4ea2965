"""The patient's page in words: a headline, and the steps done and to come."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from services.intake.domain.consent import Channel
from services.intake.domain.consultation import Appointment, Standing
from services.intake.domain.my_request_said import MyRequestTexts
from services.intake.domain.site import Text
from services.intake.pages.guided.spoken import Spoken
from services.intake.use_cases.see_my_request import MyRequest
from shared.events.consultation import ConsultationDecision
from shared.events.values import DecidedBy
from shared.web.times import patient_day, patient_time, patient_weekday


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
    help: str = ""
    """Whom to call, day and night, where the news may be hard to bear."""


def story_of(mine: MyRequest, spoken: Spoken, now: datetime) -> Story:
    return _Telling(mine, spoken, now).story()


@dataclass(frozen=True, slots=True)
class _Telling:
    """One request, told in one language."""

    mine: MyRequest
    spoken: Spoken
    now: datetime

    def story(self) -> Story:
        at = self.mine.consultation.appointment if self.mine.consultation else None
        match self.mine.standing:
            case Standing.SCHEDULED if at is not None:
                return self._scheduled(at) if self.now < at.ends_at else self._passed(at)
            case Standing.WAITLISTED:
                return self._waitlisted()
            case Standing.CANCELLED:
                return self._cancelled(at)
            case Standing.MISSED if at is not None:
                return self._missed(at)
            case Standing.SUITABLE | Standing.NOT_SUITABLE | Standing.MORE_INFORMATION as decided if at is not None:
                return self._decided(decided, at)
            case Standing.WITHDRAWN:
                return self._withdrawn()
            case Standing.DECLINED:
                return self._declined()
            case _:
                return self._received()

    @property
    def _texts(self) -> MyRequestTexts:
        return self.spoken.texts.my_request

    def _say(self, text: Text) -> Markup:
        return self.spoken.say(text)

    def _received(self) -> Story:
        said = self._texts.received
        return Story(
            good=self._say(said.good),
            headline=self._say(said.headline),
            lead=self._say(said.lead),
            steps=(
                self._sent(),
                Step(self._say(said.now), self._say(said.now_text), "now"),
                Step(self._say(said.then), Markup(" ").join((self._told(), self._say(said.then_text)))),
                Step(self._say(said.consultation), self._say(said.consultation_text)),
            ),
        )

    def _scheduled(self, at: Appointment) -> Story:
        said = self._texts.scheduled
        return Story(
            good=self._say(said.good),
            headline=self._seen_on(at),
            lead="",
            steps=(
                self._sent(),
                Step(
                    self._say(said.booked),
                    self._say(said.by_email) if Channel.EMAIL in self.mine.channels else self._told(),
                    "done",
                ),
                Step(_as_title(self._when(at)), self._say(said.consultation), "now"),
                Step(self._say(said.afterwards), self._say(said.afterwards_text)),
            ),
        )

    def _passed(self, at: Appointment) -> Story:
        said = self._texts.passed
        over = Step(_as_title(self._when(at)), self._say(said.consultation), "done")
        return Story(self._say(said.headline), self._say(said.lead), (self._sent(), over))

    def _waitlisted(self) -> Story:
        said = self._texts.waitlisted
        return Story(
            good=self._say(said.good),
            headline=self._say(said.headline),
            lead=self._say(said.lead),
            steps=(
                self._sent(),
                Step(self._say(said.now), self._say(said.now_text), "now"),
                Step(self._say(said.then), self._told()),
                Step(self._say(said.consultation), self._say(said.consultation_text)),
            ),
        )

    def _cancelled(self, at: Appointment | None) -> Story:
        said = self._texts.cancelled
        was = said.was.format(when=self._when(at)) if at else self._say(said.was_unknown)
        off = Step(self._say(self._texts.consultation), self._say(said.off), "off")
        lead = Markup(" ").join((was, self._say(said.lead)))
        return Story(self._say(said.headline), lead, (self._sent(), off))

    def _missed(self, at: Appointment) -> Story:
        said = self._texts.missed
        off = Step(_as_title(self._when(at)), self._say(said.off), "off")
        return Story(self._say(said.headline), self._say(said.lead), (self._sent(), off))

    def _decided(self, decided: Standing, at: Appointment) -> Story:
        all_said = self._texts.decided
        said = all_said.each[ConsultationDecision(decided)]
        return Story(
            headline=self._say(said.headline),
            lead=self._say(said.lead),
            help=self._say(all_said.help) if decided is Standing.NOT_SUITABLE else "",
            steps=(
                self._sent(),
                Step(_as_title(self._when(at)), self._say(all_said.met), "done"),
                Step(self._say(said.next), self._say(said.next_text), "now"),
            ),
        )

    def _withdrawn(self) -> Story:
        said, withdrawal = self._texts.withdrawn, self.mine.request.withdrawal
        assert withdrawal is not None
        who = said.by_patient if withdrawal.by is DecidedBy.PATIENT else said.by_staff
        done = Step(self._moment(withdrawal.at), self._say(who), "done")
        return Story(self._say(said.headline), self._say(said.lead), (self._sent(), done, self._off()))

    def _declined(self) -> Story:
        said, decline = self._texts.declined, self.mine.request.decline
        assert decline is not None
        done = Step(self._moment(decline.at), self._say(said.answered), "done")
        return Story(self._say(said.headline), self._say(said.lead), (self._sent(), done, self._off()))

    def _sent(self) -> Step:
        said, request = self._texts.sent, self.mine.request
        who = said.by_patient if request.entered_by is DecidedBy.PATIENT else said.by_staff
        return Step(self._moment(request.requested_at), self._say(who), "done")

    def _off(self) -> Step:
        return Step(self._say(self._texts.consultation), self._say(self._texts.consultation_off), "off")

    def _told(self) -> str:
        said = self._texts.ways
        ways = [said.each[channel].words for channel in self.mine.channels]
        return said.told.format(ways=f" {said.either.words} ".join(ways)) if ways else self._say(said.none)

    def _seen_on(self, at: Appointment) -> str:
        """Today, or on Thursday while only one can be meant, else on Thursday, June 25."""
        said, language = self._texts.scheduled, self.spoken.language
        day = patient_day(at.starts_at, at.zone, self.now, language)
        if day == patient_day(self.now, at.zone, self.now, language):
            return self._say(said.headline_today)
        soon = at.starts_at - self.now < timedelta(days=6)
        return said.headline.format(day=patient_weekday(at.starts_at, at.zone, language) if soon else day)

    def _when(self, at: Appointment) -> str:
        language = self.spoken.language
        day = patient_day(at.starts_at, at.zone, self.now, language)
        return f"{day}, {patient_time(at.starts_at, at.zone, language)}"

    def _moment(self, at: datetime) -> str:
        zone, language = self.spoken.clinic.zone, self.spoken.language
        today = patient_day(at, zone) == patient_day(self.now, zone)
        day = self._texts.today.words if today else _as_title(patient_day(at, zone, self.now, language))
        return f"{day}, {patient_time(at, zone, language)}"


def _as_title(day: str) -> str:
    return day[:1].upper() + day[1:]
