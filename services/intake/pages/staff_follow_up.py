"""Scores since the request, as staff's page of it shows them, and the form for totals of paper forms."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData

from services.intake.domain.questionnaire.trend import Taken, Trend
from services.intake.domain.refusal import NotPossible
from services.intake.domain.scales import ScaleCode, totals_for
from services.intake.pages.band_chart import BandChart, band_chart
from services.intake.pages.reading_words import wording_note
from services.intake.use_cases.look_at_one_request import WholeRequest
from services.intake.use_cases.reveal_people import Revealed
from shared.ids import read_uuid, uuid7
from shared.keyring.ciphers import PatientCipher


@dataclass(frozen=True, slots=True)
class Entry:
    id: UUID
    scale: ScaleCode
    total: int


@dataclass(frozen=True, slots=True)
class Change:
    """Against the answers from before the first session, by the published criteria of the scale. A chip."""

    words: str
    kind: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One scale over time. `rows` are the newest first, each with its difference from the baseline."""

    trend: Trend
    change: Change
    chart: BandChart
    rows: list[tuple[Taken, str]]
    wording: str

    @classmethod
    def of(cls, trend: Trend, language: str) -> "Shown":
        rows = [(taken, _since(trend, taken)) for taken in reversed(trend.taken)]
        return cls(trend, _change(trend), band_chart(trend), rows, wording_note(trend.scale, language))


def follow_up_values(whole: WholeRequest, person: Revealed, cipher: PatientCipher) -> dict[str, Any]:
    scores = whole.scores
    return {
        "trends": [Shown.of(trend, person.contact.language) for trend in scores.trends(cipher)],
        "asked": scores.asked,
        "left_out_safety": scores.left_out_safety(cipher),
        "protocol": whole.protocol,
        "paper_scales": [
            (scale.code, f"{scale.name}, {scale.lowest} to {scale.highest}") for scale in totals_for(person.reasons)
        ],
        "entry_id": uuid7(),
    }


def read_entry(form: FormData) -> Entry:
    """Raises NotPossible."""
    try:
        return Entry(read_uuid(str(form["entry"])), ScaleCode(str(form["scale"])), _whole_number(str(form["total"])))
    except (KeyError, ValueError) as error:
        if isinstance(error, NotPossible):
            raise
        raise NotPossible("Choose the form and write its total.") from None


def _whole_number(typed: str) -> int:
    typed = typed.strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) < 5):
        raise NotPossible("Write the total as a whole number, such as 24.")
    return int(typed)


def _change(trend: Trend) -> Change:
    found = trend.progress
    if found is None:
        return Change("no baseline") if trend.baseline is None else Change("baseline")
    if found.remission:
        return Change("remission", "ok", "circle-check")
    if found.response:
        return Change("response", "ok", "circle-check")
    return Change("relevant change", "soft") if found.relevant else Change("no response yet")


def _since(trend: Trend, taken: Taken) -> str:
    """With a sign that is a minus, and no hyphen."""
    first, now = trend.baseline, taken.score.total
    if taken.before or first is None or first.score.total is None or now is None:
        return ""
    return f"{now - first.score.total:+d}".replace("-", "\N{MINUS SIGN}")
