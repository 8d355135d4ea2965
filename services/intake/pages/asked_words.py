"""What staff asked for afterwards and what came back, line by line, as far as it can be opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.domain.cssrs import Reply
from services.intake.domain.guided.for_staff import LEFT_OUT, Line
from services.intake.domain.guided.reading import Reading
from services.intake.domain.guided.walk import health_page
from services.intake.domain.information import ASK_QUESTIONS, AskCode, Said
from services.intake.domain.scales import SCALES
from services.intake.domain.screening.rule_set import Group
from services.intake.store.information_asks import (
    InformationAsk,
    SealedAnswer,
    SealedAskReading,
    open_answers,
    open_ask_reading,
    open_own,
    open_said,
)
from shared.keyring.ciphers import PatientCipher
from shared.keyring.errors import SealBroken

_PAGES = {
    **{health_page(group): f"Health: {group}" for group in Group},
    **{scale.code.value: scale.name for scale in SCALES.values()},
}
"""What staff call a page of the guided request."""
_REPLIES = {Reply.YES: "Yes", Reply.NO: "No"}


@dataclass(frozen=True, slots=True)
class OpenedAnswer:
    """`lines` is None when it cannot be read."""

    at: datetime
    lines: list[Line] | None


@dataclass(frozen=True, slots=True)
class OpenedAsk:
    asked_by: UUID
    asked_at: datetime
    expires_at: datetime
    questions: list[str]
    answers: list[OpenedAnswer]
    so_far: int
    """Answers on pages of the guided request, while the last has not come."""
    read_at: datetime | None = None
    reading: Reading | None = None
    """What was read in them when all had come; None before, and when it cannot be read."""


def opened(
    asks: Sequence[InformationAsk],
    answers: Sequence[SealedAnswer],
    readings: Sequence[SealedAskReading],
    cipher: PatientCipher | None,
) -> list[OpenedAsk]:
    read = {one.ask_id: one for one in readings}
    return [_opened(ask, [one for one in answers if one.ask_id == ask.id], read.get(ask.id), cipher) for ask in asks]


def _opened(
    ask: InformationAsk, answers: Sequence[SealedAnswer], read: SealedAskReading | None, cipher: PatientCipher | None
) -> OpenedAsk:
    own = _own(ask, cipher)
    asked = {code: ASK_QUESTIONS[code].staff if code in ASK_QUESTIONS else own for code in ask.questions}
    return OpenedAsk(
        ask.asked_by,
        ask.asked_at,
        ask.expires_at,
        [*asked.values(), *(_PAGES.get(page, page) for page in ask.pages)],
        [OpenedAnswer(one.answered_at, _lines(asked, one, cipher)) for one in answers],
        _so_far(ask, cipher) if read is None else 0,
        read.read_at if read else None,
        _reading(read, cipher),
    )


def _so_far(ask: InformationAsk, cipher: PatientCipher | None) -> int:
    try:
        return len(open_said(cipher, ask).pages) if cipher else 0
    except SealBroken:
        return 0


def _reading(read: SealedAskReading | None, cipher: PatientCipher | None) -> Reading | None:
    try:
        return open_ask_reading(cipher, read) if read and cipher else None
    except SealBroken:
        return None


def _own(ask: InformationAsk, cipher: PatientCipher | None) -> str:
    try:
        return open_own(cipher, ask) if cipher else "A question of our own"
    except SealBroken:
        return "A question of our own"


def _lines(asked: dict[AskCode, str], one: SealedAnswer, cipher: PatientCipher | None) -> list[Line] | None:
    try:
        said: Said = open_answers(cipher, one) if cipher else {}
    except SealBroken:
        return None
    if cipher is None:
        return None
    return [Line(words, _answered(code, said)) for code, words in asked.items()]


def _answered(code: AskCode, said: Said) -> str:
    text = said.get(code, "")
    if code is AskCode.SAFETY and text:
        return _REPLIES[Reply(text)]
    return text or LEFT_OUT
