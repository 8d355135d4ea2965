"""What staff asked for afterwards and what came back, line by line, as far as it can be opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.domain.cssrs import Reply
from services.intake.domain.guided.for_staff import LEFT_OUT, Line
from services.intake.domain.information import ASK_QUESTIONS, AskCode, Said
from services.intake.store.information_asks import InformationAsk, SealedAnswer, open_answers, open_own
from shared.keyring.ciphers import PatientCipher
from shared.keyring.errors import SealBroken

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


def opened(
    asks: Sequence[InformationAsk], answers: Sequence[SealedAnswer], cipher: PatientCipher | None
) -> list[OpenedAsk]:
    return [_opened(ask, [one for one in answers if one.ask_id == ask.id], cipher) for ask in asks]


def _opened(ask: InformationAsk, answers: Sequence[SealedAnswer], cipher: PatientCipher | None) -> OpenedAsk:
    own = _own(ask, cipher)
    asked = {code: ASK_QUESTIONS[code].staff if code in ASK_QUESTIONS else own for code in ask.questions}
    return OpenedAsk(
        ask.asked_by,
        ask.asked_at,
        ask.expires_at,
        list(asked.values()),
        [OpenedAnswer(one.answered_at, _lines(asked, one, cipher)) for one in answers],
    )


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
