"""AUDIT-C: how much alcohol, in three questions.

Bush et al. Arch Intern Med 1998;158:1789-1795: items, range 0-12, from 4 in men; from 3 in women: Bradley et al. Arch Intern
Med 2003;163:821-829. Who is neither, or has not said, is read with the lower cut: a talk too many harms nobody. It has no rule
for skipped items. Free to use. The Spanish is that of the World Health Organization's AUDIT (Babor et al. 2001,
WHO/MSD/MSB/01.6a). LOINC: total 75626-2.
"""

from dataclasses import replace

from services.intake.domain.scales.scale import Band, Choice, Item, Scale, ScaleCode
from services.intake.domain.words import Words, words


def _bands(cut: int) -> tuple[Band, ...]:
    return (
        Band("negative", 0, cut - 1, "Below the cut-point"),
        Band("positive", cut, 12, f"From {cut}: ask about alcohol"),
    )


def _choices(*said: Words) -> tuple[Choice, ...]:
    return tuple(Choice(value, one) for value, one in enumerate(said))


AUDIT_C = Scale(
    code=ScaleCode.AUDIT_C,
    name="AUDIT-C",
    lowest=0,
    highest=12,
    bands=_bands(3),
    stem=words("These questions are about the past year.", es="Estas preguntas son sobre el último año."),
    items=(
        Item(
            1,
            words(
                "How often do you have a drink containing alcohol?",
                es="¿Con qué frecuencia consume alguna bebida alcohólica?",
            ),
            _choices(
                words("Never", es="Nunca"),
                words("Monthly or less", es="Una o menos veces al mes"),
                words("2 to 4 times a month", es="De 2 a 4 veces al mes"),
                words("2 to 3 times a week", es="De 2 a 3 veces a la semana"),
                words("4 or more times a week", es="4 o más veces a la semana"),
            ),
        ),
        Item(
            2,
            words(
                "How many drinks containing alcohol do you have on a typical day when you are drinking?",
                es="¿Cuántas consumiciones de bebidas alcohólicas suele realizar en un día de consumo normal?",
            ),
            _choices(
                words("1 or 2", es="1 o 2"),
                words("3 or 4", es="3 o 4"),
                words("5 or 6", es="5 o 6"),
                words("7 to 9", es="De 7 a 9"),
                words("10 or more", es="10 o más"),
            ),
        ),
        Item(
            3,
            words(
                "How often do you have six or more drinks on one occasion?",
                es="¿Con qué frecuencia toma 6 o más bebidas alcohólicas en un solo día?",
            ),
            _choices(
                words("Never", es="Nunca"),
                words("Less than monthly", es="Menos de una vez al mes"),
                words("Monthly", es="Mensualmente"),
                words("Weekly", es="Semanalmente"),
                words("Daily or almost daily", es="A diario o casi a diario"),
            ),
        ),
    ),
    loinc="75626-2",
)
AUDIT_C_FOR_MEN = replace(AUDIT_C, bands=_bands(4))
