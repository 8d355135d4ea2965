"""PCL-5: how heavily something frightening or violent has weighed on the past month.

Weathers et al. The PTSD Checklist for DSM-5. National Center for PTSD, 2013: items, range 0-80. A total from 31 to 33 is where
probable PTSD begins, depending on who is asked (Bovin et al. Psychol Assess 2016;28:1379-1391); 10 points are a change that
matters (National Center for PTSD). It has no rule for skipped items: a total needs all twenty.
Made by the United States government: public domain. The Spanish is our own translation, not validated: the adaptations that
are belong to those who made them.
"""

from services.intake.domain.scales.items import numbered
from services.intake.domain.scales.progress import Goals
from services.intake.domain.scales.scale import Band, Choice, Scale, ScaleCode
from services.intake.domain.words import words

_HOW_MUCH = (
    Choice(0, words("Not at all", es="Nada")),
    Choice(1, words("A little bit", es="Un poco")),
    Choice(2, words("Moderately", es="Moderadamente")),
    Choice(3, words("Quite a bit", es="Bastante")),
    Choice(4, words("Extremely", es="Extremadamente")),
)

PCL_5 = Scale(
    code=ScaleCode.PCL_5,
    name="PCL-5",
    lowest=0,
    highest=80,
    bands=(
        Band("below", 0, 30, "Below the cut-point"),
        Band("at-cut-point", 31, 33, "At the cut-point: suggests PTSD"),
        Band("above", 34, 80, "Above the cut-point: suggests PTSD"),
    ),
    stem=words(
        "In the past month, how much were you bothered by:",
        es="En el último mes, ¿cuánto le ha molestado lo siguiente?",
    ),
    items=numbered(
        _HOW_MUCH,
        words(
            "Repeated, disturbing, and unwanted memories of the stressful experience?",
            es="Tener recuerdos repetidos, perturbadores y no deseados de la experiencia estresante",
        ),
        words(
            "Repeated, disturbing dreams of the stressful experience?",
            es="Tener sueños repetidos y perturbadores sobre la experiencia estresante",
        ),
        words(
            "Suddenly feeling or acting as if the stressful experience were actually happening again (as if you "
            "were actually back there reliving it)?",
            es="Sentir o actuar de repente como si la experiencia estresante estuviera pasando otra vez (como si "
            "de verdad estuviera allí de nuevo, reviviéndola)",
        ),
        words(
            "Feeling very upset when something reminded you of the stressful experience?",
            es="Sentir mucho malestar cuando algo le recordaba la experiencia estresante",
        ),
        words(
            "Having strong physical reactions when something reminded you of the stressful experience (for "
            "example, heart pounding, trouble breathing, sweating)?",
            es="Tener reacciones físicas fuertes cuando algo le recordaba la experiencia estresante (por ejemplo, "
            "palpitaciones, dificultad para respirar, sudor)",
        ),
        words(
            "Avoiding memories, thoughts, or feelings related to the stressful experience?",
            es="Evitar recuerdos, pensamientos o sentimientos relacionados con la experiencia estresante",
        ),
        words(
            "Avoiding external reminders of the stressful experience (for example, people, places, conversations, "
            "activities, objects, or situations)?",
            es="Evitar cosas de fuera que le recuerdan la experiencia estresante (por ejemplo, personas, lugares, "
            "conversaciones, actividades, objetos o situaciones)",
        ),
        words(
            "Trouble remembering important parts of the stressful experience?",
            es="Tener dificultad para recordar partes importantes de la experiencia estresante",
        ),
        words(
            "Having strong negative beliefs about yourself, other people, or the world (for example, having "
            "thoughts such as: I am bad, there is something seriously wrong with me, no one can be trusted, the "
            "world is completely dangerous)?",
            es="Tener ideas negativas muy firmes sobre usted, sobre otras personas o sobre el mundo (por ejemplo, "
            "pensar: soy una mala persona, algo muy grave me pasa, no se puede confiar en nadie, el mundo es "
            "totalmente peligroso)",
        ),
        words(
            "Blaming yourself or someone else for the stressful experience or what happened after it?",
            es="Culparse o culpar a otra persona por la experiencia estresante o por lo que pasó después",
        ),
        words(
            "Having strong negative feelings such as fear, horror, anger, guilt, or shame?",
            es="Tener sentimientos negativos fuertes, como miedo, horror, ira, culpa o vergüenza",
        ),
        words(
            "Loss of interest in activities that you used to enjoy?",
            es="Perder el interés por actividades que antes le gustaban",
        ),
        words(
            "Feeling distant or cut off from other people?",
            es="Sentir distancia de los demás o como si no tuviera lazos con ellos",
        ),
        words(
            "Trouble experiencing positive feelings (for example, being unable to feel happiness or have loving "
            "feelings for people close to you)?",
            es="Tener dificultad para sentir emociones positivas (por ejemplo, no poder sentir alegría ni cariño "
            "por las personas cercanas)",
        ),
        words(
            "Irritable behavior, angry outbursts, or acting aggressively?",
            es="Estar irritable, tener arranques de ira o actuar con agresividad",
        ),
        words(
            "Taking too many risks or doing things that could cause you harm?",
            es="Correr demasiados riesgos o hacer cosas que podrían causarle daño",
        ),
        words(
            "Being “superalert” or watchful or on guard?",
            es="Estar en alerta extrema, vigilante o en guardia",
        ),
        words(
            "Feeling jumpy or easily startled?",
            es="Sobresaltarse o asustarse con facilidad",
        ),
        words(
            "Having difficulty concentrating?",
            es="Tener dificultad para concentrarse",
        ),
        words(
            "Trouble falling or staying asleep?",
            es="Tener dificultad para dormirse o para seguir durmiendo",
        ),
    ),
    goals=Goals(response_points=10),
    translated=frozenset({"es"}),
)
