"""Scores since the request, as staff's page of it shows them, and the form for totals of paper forms."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData

from services.intake.domain.questionnaire.trend import Trend
from services.intake.domain.reasons import Reason
from services.intake.domain.refusal import NotPossible
from services.intake.domain.scales import ScaleCode, totals_for
from services.intake.use_cases.look_at_one_request import WholeRequest
from shared.ids import read_uuid, uuid7
from shared.keyring.ciphers import PatientCipher


@dataclass(frozen=True, slots=True)
class Entry:
    id: UUID
    scale: ScaleCode
    total: int


def follow_up_values(whole: WholeRequest, reasons: Collection[Reason], cipher: PatientCipher) -> dict[str, Any]:
    scores = whole.scores
    return {
        "trends": [(trend, _change(trend)) for trend in scores.trends(cipher)],
        "asked": scores.asked,
        "left_out_safety": scores.left_out_safety(cipher),
        "protocol": whole.protocol,
        "paper_scales": [
            (scale.code, f"{scale.name}, {scale.lowest} to {scale.highest}") for scale in totals_for(reasons)
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


def _change(trend: Trend) -> str:
    """Against the answers from before the first session, by the published criteria of the scale."""
    found = trend.progress
    if found is None:
        return "no baseline" if trend.baseline is None else "baseline"
    if found.remission:
        return "remission"
    if found.response:
        return "response"
    return "relevant change" if found.relevant else "no response yet"
