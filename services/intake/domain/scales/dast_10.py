"""DAST-10: drugs other than alcohol and tobacco, in the past twelve months.

Skinner. Addict Behav 1982;7:363-371; Gavin, Ross, Skinner. Br J Addict 1989;84:301-307. One point an answer, and the third
question the other way round: being able to stop scores nothing. From 3: further assessment. It has no rule for skipped items.
Free for clinical use. The Spanish is our own translation, not validated. LOINC: total 82667-7.
"""

from services.intake.domain.scales.scale import Band, Choice, Item, Scale, ScaleCode
from services.intake.domain.words import Words, words

_YES, _NO = words("Yes", es="Sí"), words("No", es="No")
_A_POINT_FOR_YES = (Choice(1, _YES), Choice(0, _NO))
_A_POINT_FOR_NO = (Choice(0, _YES), Choice(1, _NO))
_TURNED_ROUND = 3


def _items(*asked: Words) -> tuple[Item, ...]:
    return tuple(
        Item(number, asks, _A_POINT_FOR_NO if number == _TURNED_ROUND else _A_POINT_FOR_YES)
        for number, asks in enumerate(asked, start=1)
    )


DAST_10 = Scale(
    code=ScaleCode.DAST_10,
    name="DAST-10",
    lowest=0,
    highest=10,
    bands=(
        Band("negative", 0, 2, "Below the cut-point"),
        Band("positive", 3, 10, "From 3: ask about drugs"),
    ),
    stem=words(
        "These questions are about the past 12 months. They do not include alcohol or tobacco.",
        es="Estas preguntas son sobre los últimos 12 meses. No incluyen el alcohol ni el tabaco.",
    ),
    items=_items(
        words(
            "Have you used drugs other than those required for medical reasons?",
            es="¿Ha consumido drogas que no eran necesarias por razones médicas?",
        ),
        words("Do you abuse more than one drug at a time?", es="¿Abusa de más de una droga a la vez?"),
        words(
            "Are you always able to stop using drugs when you want to? If you never use drugs, answer yes.",
            es="¿Puede siempre dejar de consumir drogas cuando quiere? Si nunca consume drogas, conteste que sí.",
        ),
        words(
            "Have you had “blackouts” or “flashbacks” as a result of drug use?",
            es="¿Ha tenido «lagunas» de memoria o «flashbacks» (volver a vivir de golpe lo pasado) por consumir drogas?",
        ),
        words(
            "Do you ever feel bad or guilty about your drug use?",
            es="¿Se siente alguna vez mal o culpable por su consumo de drogas?",
        ),
        words(
            "Does your spouse (or parents) ever complain about your involvement with drugs?",
            es="¿Se queja alguna vez su pareja (o sus padres) de su relación con las drogas?",
        ),
        words(
            "Have you neglected your family because of your use of drugs?",
            es="¿Ha descuidado a su familia por su consumo de drogas?",
        ),
        words(
            "Have you engaged in illegal activities in order to obtain drugs?",
            es="¿Ha participado en actividades ilegales para conseguir drogas?",
        ),
        words(
            "Have you ever experienced withdrawal symptoms (felt sick) when you stopped taking drugs?",
            es="¿Ha tenido alguna vez síntomas de abstinencia (se ha sentido enfermo o enferma) al dejar de tomar drogas?",
        ),
        words(
            "Have you had medical problems as a result of your drug use (for example memory loss, hepatitis, "
            "convulsions, bleeding)?",
            es="¿Ha tenido problemas médicos por su consumo de drogas (por ejemplo, pérdida de memoria, hepatitis, "
            "convulsiones, hemorragias)?",
        ),
    ),
    translated=frozenset({"es"}),
    loinc="82667-7",
)
