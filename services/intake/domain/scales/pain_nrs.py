"""Pain from 0 to 10, as a number (NRS).

Bands 1-3, 4-6, 7-10 as commonly used. A response is 30 % or 2 points less: Farrar et al. Pain 2001;94:149-158; half is a
substantial one: Dworkin et al. (IMMPACT). J Pain 2008;9:105-121. A number from 0 to 10 belongs to nobody; the words are ours.
LOINC: 72514-3.
"""

from services.intake.domain.scales.items import numbered
from services.intake.domain.scales.progress import Goals
from services.intake.domain.scales.scale import Band, Choice, Scale, ScaleCode
from services.intake.domain.words import words

_ENDS = {
    0: words("0, no pain", es="0, ningún dolor"),
    10: words("10, the worst pain you can imagine", es="10, el peor dolor que pueda imaginar"),
}

PAIN_NRS = Scale(
    code=ScaleCode.PAIN_NRS,
    name="Pain 0–10",
    lowest=0,
    highest=10,
    bands=(
        Band("none", 0, 0, "None"),
        Band("mild", 1, 3, "Mild"),
        Band("moderate", 4, 6, "Moderate"),
        Band("severe", 7, 10, "Severe"),
    ),
    stem=words("Think of the past week.", es="Piense en la última semana."),
    items=numbered(
        tuple(Choice(value, _ENDS.get(value, words(str(value)))) for value in range(11)),
        words(
            "How strong was your pain on average, from 0 to 10?",
            es="¿Qué tan fuerte fue su dolor en promedio, de 0 a 10?",
        ),
    ),
    loinc="72514-3",
    goals=Goals(response_share=30, response_points=2, substantial_share=50),
)
