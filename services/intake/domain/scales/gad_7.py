"""GAD-7: how heavily anxiety has weighed on the last two weeks.

Spitzer, Kroenke, Williams, Löwe. Arch Intern Med 2006;166:1092-1097: items, range 0-21, cut points 5, 10, 15.
About 4 points are a real change: Toussaint et al. J Affect Disord 2020;265:395-401.
The source has no rule for skipped items, so that nothing is made up for them: a total needs all seven.
Free to reproduce, translate, display and distribute. The Spanish is the published one for the United States.
LOINC: total 70274-6.
"""

from services.intake.domain.scales.items import numbered
from services.intake.domain.scales.phq_9 import HOW_OFTEN, TWO_WEEKS
from services.intake.domain.scales.progress import Goals
from services.intake.domain.scales.scale import Band, Scale, ScaleCode
from services.intake.domain.words import words

GAD_7 = Scale(
    code=ScaleCode.GAD_7,
    name="GAD-7",
    lowest=0,
    highest=21,
    bands=(
        Band("minimal", 0, 4, "Minimal"),
        Band("mild", 5, 9, "Mild"),
        Band("moderate", 10, 14, "Moderate"),
        Band("severe", 15, 21, "Severe"),
    ),
    stem=TWO_WEEKS,
    items=numbered(
        HOW_OFTEN,
        words(
            "Feeling nervous, anxious, or on edge",
            es="Se ha sentido nervioso(a), ansioso(a) o con los nervios de punta",
        ),
        words("Not being able to stop or control worrying", es="No ha sido capaz de parar o controlar su preocupación"),
        words("Worrying too much about different things", es="Se ha preocupado demasiado por motivos diferentes"),
        words("Trouble relaxing", es="Ha tenido dificultad para relajarse"),
        words(
            "Being so restless that it is hard to sit still",
            es="Se ha sentido tan inquieto(a) que no ha podido quedarse quieto(a)",
        ),
        words("Becoming easily annoyed or irritable", es="Se ha molestado o irritado fácilmente"),
        words(
            "Feeling afraid, as if something awful might happen",
            es="Ha tenido miedo de que algo terrible fuera a pasar",
        ),
    ),
    loinc="70274-6",
    goals=Goals(response_share=50, relevant_points=4),
)
