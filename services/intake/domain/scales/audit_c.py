"""AUDIT-C: how much alcohol, in three questions.

Bush et al. Arch Intern Med 1998;158:1789-1795: items, range 0-12, from 4 in men; from 3 in women: Bradley et al. Arch Intern
Med 2003;163:821-829. Who is neither, or has not said, is read with the lower cut: a talk too many harms nobody. It has no rule
for skipped items. Free to use. English only, until a translation is checked. LOINC: total 75626-2.
"""

from dataclasses import replace

from services.intake.domain.scales.scale import Band, Choice, Item, Scale, ScaleCode
from services.intake.domain.words import words


def _bands(cut: int) -> tuple[Band, ...]:
    return (
        Band("negative", 0, cut - 1, "Below the cut-point"),
        Band("positive", cut, 12, f"From {cut}: ask about alcohol"),
    )


def _choices(*said: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, words(one)) for value, one in enumerate(said))


AUDIT_C = Scale(
    code=ScaleCode.AUDIT_C,
    name="AUDIT-C",
    lowest=0,
    highest=12,
    bands=_bands(3),
    stem=words("These questions are about the past year."),
    items=(
        Item(
            1,
            words("How often do you have a drink containing alcohol?"),
            _choices(
                "Never", "Monthly or less", "2 to 4 times a month", "2 to 3 times a week", "4 or more times a week"
            ),
        ),
        Item(
            2,
            words("How many drinks containing alcohol do you have on a typical day when you are drinking?"),
            _choices("1 or 2", "3 or 4", "5 or 6", "7 to 9", "10 or more"),
        ),
        Item(
            3,
            words("How often do you have six or more drinks on one occasion?"),
            _choices("Never", "Less than monthly", "Monthly", "Weekly", "Daily or almost daily"),
        ),
    ),
    loinc="75626-2",
)
AUDIT_C_FOR_MEN = replace(AUDIT_C, bands=_bands(4))
