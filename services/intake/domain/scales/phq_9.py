"""PHQ-9: how heavily depression has weighed on the last two weeks.

Kroenke, Spitzer, Williams: The PHQ-9. J Gen Intern Med 2001;16:606-613: items, choices, range 0-27, cut points 5, 10, 15, 20.
Response, a drop by half, and remission, a total under 5: Kroenke, Spitzer. Psychiatr Ann 2002;32:509-515.
Up to two skipped items are prorated: Kroenke et al. Gen Hosp Psychiatry 2010;32:345-359; Instruction Manual for the PHQ.
Free to reproduce, translate, display and distribute. The Spanish is the published one for the United States.
LOINC: total 44261-6, item 9 44260-8.
"""

from services.intake.domain.scales.items import numbered
from services.intake.domain.scales.progress import Goals
from services.intake.domain.scales.scale import Band, Choice, Scale, ScaleCode
from services.intake.domain.words import words

ITEM_9_LOINC = "44260-8"

HOW_OFTEN = (
    Choice(0, words("Not at all", es="Ningún día")),
    Choice(1, words("Several days", es="Varios días")),
    Choice(2, words("More than half the days", es="Más de la mitad de los días")),
    Choice(3, words("Nearly every day", es="Casi todos los días")),
)
"""GAD-7 has the same."""
TWO_WEEKS = words(
    "Over the last 2 weeks, how often have you been bothered by any of the following problems?",
    es="Durante las últimas 2 semanas, ¿qué tan seguido ha tenido molestias debido a los siguientes problemas?",
)

PHQ_9 = Scale(
    code=ScaleCode.PHQ_9,
    name="PHQ-9",
    lowest=0,
    highest=27,
    bands=(
        Band("minimal", 0, 4, "Minimal"),
        Band("mild", 5, 9, "Mild"),
        Band("moderate", 10, 14, "Moderate"),
        Band("moderately-severe", 15, 19, "Moderately severe"),
        Band("severe", 20, 27, "Severe"),
    ),
    stem=TWO_WEEKS,
    items=numbered(
        HOW_OFTEN,
        words("Little interest or pleasure in doing things", es="Poco interés o placer en hacer cosas"),
        words(
            "Feeling down, depressed, or hopeless",
            es="Se ha sentido decaído(a), deprimido(a) o sin esperanzas",
        ),
        words(
            "Trouble falling or staying asleep, or sleeping too much",
            es="Ha tenido dificultad para quedarse o permanecer dormido(a), o ha dormido demasiado",
        ),
        words("Feeling tired or having little energy", es="Se ha sentido cansado(a) o con poca energía"),
        words("Poor appetite or overeating", es="Sin apetito o ha comido en exceso"),
        words(
            "Feeling bad about yourself — or that you are a failure or have let yourself or your family down",
            es="Se ha sentido mal con usted mismo(a) – o que es un fracaso o que ha quedado mal con usted mismo(a) "
            "o con su familia",
        ),
        words(
            "Trouble concentrating on things, such as reading the newspaper or watching television",
            es="Ha tenido dificultad para concentrarse en ciertas actividades, tales como leer el periódico "
            "o ver la televisión",
        ),
        words(
            "Moving or speaking so slowly that other people could have noticed? Or the opposite — being so fidgety or "
            "restless that you have been moving around a lot more than usual",
            es="¿Se ha movido o hablado tan lento que otras personas podrían haberlo notado? o lo contrario – muy "
            "inquieto(a) o agitado(a) que ha estado moviéndose mucho más de lo normal",
        ),
        words(
            "Thoughts that you would be better off dead or of hurting yourself in some way",
            es="Pensamientos de que estaría mejor muerto(a) o de lastimarse de alguna manera",
        ),
    ),
    may_be_missing=2,
    watches_item_9=True,
    loinc="44261-6",
    goals=Goals(response_share=50, remission_below=5),
)
