"""The follow-up protocol as fields of a form, and back, with a sentence for every field that is wrong."""

from collections.abc import Iterable

from services.intake.domain.questionnaire.protocol import MOST_HOURS, FollowUpProtocol, ProtocolBroken
from services.intake.domain.reasons import WORDS, Reason
from shared.versions.seen import Mistakes

Typed = dict[str, list[str]]


def typed_of(protocol: FollowUpProtocol) -> Typed:
    """What the form shows of the protocol as it is."""
    level = protocol.screener_from
    return {
        "hours_after": [str(protocol.hours_after)],
        "screener": [reason.value for reason in protocol.screener],
        "screener_from": [level.value] if level else [],
        **{f"scales-{reason}": [code.value for code in protocol.scales[reason]] for reason in Reason},
    }


def read_protocol(form: Iterable[tuple[str, str]], before: FollowUpProtocol) -> FollowUpProtocol | Mistakes:
    typed: Typed = {}
    for name, value in form:
        if value.strip():
            typed.setdefault(name, []).append(value.strip())
    hours = "".join(typed.get("hours_after", []))
    errors = {
        f"scales-{reason}": f"{WORDS[reason].staff}: choose at least one scale, so that nobody is left out."
        for reason in Reason
        if not typed.get(f"scales-{reason}")
    }
    if not (hours.isascii() and hours.isdigit() and len(hours) < 4 and int(hours) <= MOST_HOURS):
        errors["hours_after"] = f"Hours: write a whole number from 0 to {MOST_HOURS}, such as 20."
    if errors:
        return Mistakes(errors, typed)
    try:
        return FollowUpProtocol.read(
            {
                "version": before.version,
                "hours_after": int(hours),
                "screener": typed.get("screener", []),
                **({"screener_from": "".join(typed["screener_from"])} if "screener_from" in typed else {}),
                "scales": {reason.value: typed[f"scales-{reason}"] for reason in Reason},
            }
        )
    except ProtocolBroken:
        return Mistakes({"hours_after": "Choose from what is shown. What we received is not on the page."}, typed)
