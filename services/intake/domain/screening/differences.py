"""Two versions side by side, in plain words: what a clinician reads before approving one."""

from collections.abc import Iterable

from services.intake.domain.reasons import WORDS, Reason
from services.intake.domain.screening.rule_set import Group, Outcome, RuleSet, ScreeningItem, Source, Support, Weighing
from shared.versions.life import Difference

OUTCOME_WORDS = {
    Outcome.CLEAR: "Nothing",
    Outcome.INFORMATION: "Information",
    Outcome.CLINICIAN: "A clinician decides",
    Outcome.HARD_STOP: "Hard stop",
}
SUPPORT_WORDS = {Support.PUBLISHED: "Published sources", Support.PROPOSAL: "Proposal"}
GROUP_WORDS = {
    Group.HEART: "Heart and blood vessels",
    Group.BODY: "Body",
    Group.MIND: "Mind",
    Group.MEDICINES: "Medicines",
    Group.USE: "Alcohol and drugs",
    Group.HISTORY: "History",
    Group.PERSON: "Person",
}
LANGUAGES = {"en": "English", "es": "Spanish"}


def differences(before: RuleSet, after: RuleSet) -> tuple[Difference, ...]:
    """In the order of the newer rules; what they no longer have comes last."""
    found: list[Difference] = []
    for item in after.items:
        found += _of_item(item.name, before.item(item.id), item)
    for item in before.items:
        if after.item(item.id) is None:
            found += _of_item(item.name, item, None)
    return tuple(found)


def parts_of(item: ScreeningItem) -> dict[str, str]:
    """Everything that an item says, by what it is called on the pages."""
    return {
        "Name": item.name,
        "Group": GROUP_WORDS[item.group],
        "Asked for": _reasons(item.only_for),
        "Answer comes from": "the patient" if item.source is Source.ASKED else "what else is known",
        "Supported by": SUPPORT_WORDS[item.sure],
        **_said("Question", item.asks.by_language),
        **(_said("Hint", item.hint.by_language) if item.hint else {}),
        **_weighs("", item.weighs),
        "For staff": item.staff,
        **_said("For the patient", item.patient.by_language),
        **_instead(item),
    }


def _of_item(name: str, before: ScreeningItem | None, after: ScreeningItem | None) -> list[Difference]:
    if before is None or after is None:
        present, absent = "Part of the rules", "Not part of the rules"
        return [Difference(name, "Item", present if before else absent, present if after else absent)]
    was, is_ = parts_of(before), parts_of(after)
    return [
        Difference(name, part, was.get(part), is_.get(part))
        for part in dict.fromkeys([*is_, *was])
        if was.get(part) != is_.get(part)
    ]


def _reasons(reasons: Iterable[Reason]) -> str:
    return ", ".join(WORDS[reason].staff for reason in reasons) or "Every reason"


def _said(part: str, by_language: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {f"{part} ({LANGUAGES.get(language, language)})": words for language, words in by_language}


def _weighs(where: str, weighing: Weighing) -> dict[str, str]:
    return {
        f"{where}Yes": OUTCOME_WORDS[weighing.yes],
        f"{where}No": OUTCOME_WORDS[weighing.no],
        f"{where}Not sure": OUTCOME_WORDS[weighing.unsure],
    }


def _instead(item: ScreeningItem) -> dict[str, str]:
    parts: dict[str, str] = {}
    for one in item.instead:
        where = f"For {WORDS[one.reason].staff.lower()}: "
        parts |= _weighs(where, one.weighs) | {f"{where}for staff": one.staff}
    return parts
