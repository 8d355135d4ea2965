"""What patients read while they choose a time, in each language that we have."""

from dataclasses import dataclass, field

from shared.web.frame import Frame
from shared.web.languages import preferred
from shared.web.problem_words import frame_in


@dataclass(frozen=True, slots=True)
class TimesWords:
    title: str
    intro: str
    zone: str
    """Before the name of the zone."""
    keep: str
    later: str
    first: str
    back: str
    onward: str
    kept: str
    """Before the time until which it is kept."""
    kept_how: str
    change: str
    give_back: str
    over_free: str
    over_gone: str
    none_later: str
    none: str
    choose_first: str
    taken: str
    nearest: str
    too_many: str
    ticket: str
    sent: str


@dataclass(frozen=True, slots=True)
class Language:
    words: TimesWords
    frame: Frame = field(default_factory=Frame)


EN = TimesWords(
    title="Choose a time",
    intro="These times are free at the moment. Choose one, and we keep it for you while you finish your request.",
    zone="All times are",
    keep="Keep this time for me",
    later="Show later times",
    first="Show the first times again",
    back="Go on without choosing a time",
    onward="Continue with this time",
    kept="Kept for you until",
    kept_how="Send your request before then, and this time is yours. If it takes you longer we still try to give it to "
    "you; should it be gone, we find you another one.",
    change="Choose another time",
    give_back="Give this time back",
    over_free="The time you chose is no longer kept for you, but it is still free. Have it kept again, or just go on: when "
    "you send your request, we try to give it to you.",
    over_gone="The time you chose is not free any more.",
    none_later="There are no later times that we plan already.",
    none="There is no free time to choose at the moment. Tell us when suits you, and we find a time for you.",
    choose_first="Choose one of the times first.",
    taken="Somebody else has just taken that time.",
    nearest="These are the nearest that are free:",
    too_many="We cannot keep another time from here today. Tell us when suits you, and we find a time for you.",
    ticket="This page has been open for a long time. Load it again, and choose a time then.",
    sent="Your request has been sent already. Its own page says when your consultation is.",
)
ES = TimesWords(
    title="Elija una hora",
    intro="Estas horas están libres en este momento. Elija una y se la guardamos mientras termina su solicitud.",
    zone="Todas las horas están en",
    keep="Guárdenme esta hora",
    later="Ver horas más tarde",
    first="Ver otra vez las primeras horas",
    back="Seguir sin elegir una hora",
    onward="Continuar con esta hora",
    kept="Guardada para usted hasta las",
    kept_how="Envíe su solicitud antes y esta hora es suya. Si tarda más, aun así intentaremos dársela; si ya no está "
    "libre, le buscamos otra.",
    change="Elegir otra hora",
    give_back="Devolver esta hora",
    over_free="La hora que eligió ya no está guardada para usted, pero sigue libre. Puede pedir que se la guardemos otra "
    "vez o simplemente continuar: cuando envíe su solicitud, intentaremos dársela.",
    over_gone="La hora que eligió ya no está libre.",
    none_later="Todavía no planeamos horas más tarde.",
    none="En este momento no hay horas libres para elegir. Díganos cuándo le viene bien y le buscamos una hora.",
    choose_first="Primero elija una de las horas.",
    taken="Otra persona acaba de tomar esa hora.",
    nearest="Estas son las horas libres más cercanas:",
    too_many="Hoy no podemos guardar otra hora desde aquí. Díganos cuándo le viene bien y le buscamos una hora.",
    ticket="Esta página ha estado abierta mucho tiempo. Cárguela de nuevo y elija entonces una hora.",
    sent="Su solicitud ya fue enviada. Su propia página dice cuándo es su consulta.",
)
LANGUAGES = {
    "en": Language(EN),
    "es": Language(ES, frame_in("es")),
}


def language_of(asked: str) -> Language:
    """`es-MX` is met by `es`; what we do not have, by English."""
    return LANGUAGES[preferred(asked, tuple(LANGUAGES))]
