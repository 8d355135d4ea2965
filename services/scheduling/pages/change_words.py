"""What patients read while they change their appointment, in each language that we have. Numbers stand in braces."""

from dataclasses import dataclass

from services.scheduling.domain.change import PatientReason


@dataclass(frozen=True, slots=True)
class Who:
    title: str
    heading: str
    lead: str
    born: str
    year: str
    month: str
    day: str
    order: tuple[str, str, str]
    last_name: str
    last_name_hint: str
    why: str
    go_on: str
    no_date: str
    no_name: str
    does_not_fit: str
    away_heading: str
    away: str
    again: str


@dataclass(frozen=True, slots=True)
class Ended:
    """`mailed`: a new link can be sent. `led_here`: the patient's own page leads here again."""

    title: str
    heading: str
    mailed: tuple[str, str]
    led_here: str
    button: str
    sent_heading: str
    sent: tuple[str, str]
    unknown_heading: str
    unknown: str


@dataclass(frozen=True, slots=True)
class Cancelling:
    title: str
    back: str
    heading: str
    takes_away: str
    """`{when}` is the time."""
    why: str
    reasons: dict[PatientReason, str]
    confirm: str
    keep: str
    done_heading: str
    done: str
    new_request: str


@dataclass(frozen=True, slots=True)
class ChangeWords:
    title: str
    heading: str
    moved: str
    gone: str
    """`{when}` is the time they had chosen."""
    where: str
    reference: str
    choose: str
    intro: str
    zone: str
    nearest: str
    others: str
    take: str
    later: str
    first: str
    none_later: str
    none: str
    too_late: str
    too_many: str
    taken: str
    choose_first: str
    changed: str
    cancel: str
    waiting_heading: str
    waiting: str
    over_heading: str
    over: str
    call: str
    who: Who
    ended: Ended
    cancelling: Cancelling


EN = ChangeWords(
    title="Your appointment",
    heading="Your appointment",
    moved="Your appointment has the time you chose",
    gone="The time you had chosen, {when}, was gone when your request reached us. We are sorry. We have booked this one for "
    "you instead: keep it, or choose another below.",
    where="Where",
    reference="Your reference",
    choose="Choose another time",
    intro="These times are free at the moment. When you take one, the time you have now is given to somebody else.",
    zone="All times are",
    nearest="Nearest to the time you wanted",
    others="All free times",
    take="Take this time",
    later="Show later times",
    first="Show the first times again",
    none_later="There are no later times that we plan already.",
    none="There is no other free time to choose at the moment. Call us at {phone}, and we look together.",
    too_late="Your appointment is too soon to change it here. Call us at {phone}: we find another time with you.",
    too_many="You have changed this appointment several times. Call us at {phone}, and we find a time that works.",
    taken="Somebody else has just taken that time. Your appointment is as it was. These are the nearest that are free.",
    choose_first="Choose one of the times first.",
    changed="Your appointment was changed in the meantime. This is how it is now.",
    cancel="Cancel the appointment",
    waiting_heading="You are on our waiting list",
    waiting="No time is free right now. We write to you as soon as there is one: you need not do anything.",
    over_heading="There is no appointment to change",
    over="It has taken place, or it was cancelled. If you think it should be there, call us at {phone}.",
    call="Call us instead",
    who=Who(
        title="Your appointment",
        heading="One question first",
        lead="We ask this so that nobody else can see or change your appointment.",
        born="Your date of birth",
        year="Year",
        month="Month",
        day="Day",
        order=("month", "day", "year"),
        last_name="Your last name",
        last_name_hint="As you wrote it when you asked us for a consultation.",
        why="If you asked for somebody else, give theirs.",
        go_on="Continue",
        no_date="Write the whole date: month, day and year.",
        no_name="Write your last name.",
        does_not_fit="This does not fit what we have on file. Check it and try again, or call us at {phone}.",
        away_heading="We cannot open your appointment just now",
        away="Nothing is lost, and your appointment stands as it is. Try again in a few minutes, or call us at {phone}.",
        again="Try again",
    ),
    ended=Ended(
        title="This link has ended",
        heading="This link does not open any more",
        mailed=(
            "A link works for two weeks, and closes after several tries that do not fit. That protects you. Your "
            "appointment stands as it is.",
            "We can send a new link to the address we have from you. If that address has changed, call us at {phone}.",
        ),
        led_here="You came here from the page of your request, and that was a while ago. Your appointment stands as it is. "
        "Open the page of your request again, from the e-mail we sent you, and choose another time there. Or call us at "
        "{phone}.",
        button="Send me a new link",
        sent_heading="A new link is on its way",
        sent=(
            "It comes within minutes to the address we have from you. Your appointment stands as it is.",
            "Nothing there after a while? Look among unwanted mail, or call us at {phone}.",
        ),
        unknown_heading="This link does not lead anywhere",
        unknown="Check that the address is complete: mail programs sometimes break a long link in two. If it still does not "
        "work, call us at {phone}.",
    ),
    cancelling=Cancelling(
        title="Cancel the appointment",
        back="Back to your appointment",
        heading="Cancel the appointment?",
        takes_away="Your appointment on {when} will be given to somebody else. We cannot get it back for you.",
        why="May we ask why?",
        reasons={
            PatientReason.TIME: "The time does not suit me",
            PatientReason.UNWELL: "I am not well enough to come",
            PatientReason.ELSEWHERE: "I have found other help",
            PatientReason.NOT_NOW: "I do not want it now",
        },
        confirm="Yes, cancel it",
        keep="Keep my appointment",
        done_heading="Your appointment is cancelled",
        done="You do not need to come. If you would like to come after all, ask again: it is welcome at any time. If you "
        "feel worse, call or text {crisis}, day or night.",
        new_request="Make a new request",
    ),
)
ES = ChangeWords(
    title="Su cita",
    heading="Su cita",
    moved="Su cita tiene la hora que eligió",
    gone="La hora que había elegido, {when}, ya no estaba libre cuando nos llegó su solicitud. Lo sentimos. Le hemos "
    "reservado esta en su lugar: quédese con ella o elija otra más abajo.",
    where="Dónde",
    reference="Su referencia",
    choose="Elegir otra hora",
    intro="Estas horas están libres en este momento. Cuando tome una, la hora que tiene ahora pasa a otra persona.",
    zone="Todas las horas están en",
    nearest="Las más cercanas a la hora que quería",
    others="Todas las horas libres",
    take="Tomar esta hora",
    later="Ver horas más tarde",
    first="Ver otra vez las primeras horas",
    none_later="Todavía no planeamos horas más tarde.",
    none="En este momento no hay otra hora libre para elegir. Llámenos al {phone} y la buscamos con usted.",
    too_late="Falta demasiado poco para cambiar su cita aquí. Llámenos al {phone}: buscamos otra hora con usted.",
    too_many="Ha cambiado esta cita varias veces. Llámenos al {phone} y buscamos una hora que le sirva.",
    taken="Otra persona acaba de tomar esa hora. Su cita sigue como estaba. Estas son las horas libres más cercanas.",
    choose_first="Primero elija una de las horas.",
    changed="Su cita cambió mientras tanto. Así está ahora.",
    cancel="Cancelar la cita",
    waiting_heading="Está en nuestra lista de espera",
    waiting="Ahora no hay ninguna hora libre. Le escribimos en cuanto haya una: no tiene que hacer nada.",
    over_heading="No hay ninguna cita que cambiar",
    over="Ya tuvo lugar, o fue cancelada. Si cree que debería estar aquí, llámenos al {phone}.",
    call="Mejor llamarnos",
    who=Who(
        title="Su cita",
        heading="Primero una pregunta",
        lead="La hacemos para que nadie más pueda ver ni cambiar su cita.",
        born="Su fecha de nacimiento",
        year="Año",
        month="Mes",
        day="Día",
        order=("day", "month", "year"),
        last_name="Su apellido",
        last_name_hint="Como lo escribió cuando nos pidió una consulta.",
        why="Si hizo la solicitud para otra persona, ponga los datos de ella.",
        go_on="Continuar",
        no_date="Escriba la fecha completa: día, mes y año.",
        no_name="Escriba su apellido.",
        does_not_fit="No coincide con lo que tenemos. Revíselo e inténtelo otra vez, o llámenos al {phone}.",
        away_heading="Ahora mismo no podemos abrir su cita",
        away="No se ha perdido nada y su cita sigue como está. Inténtelo otra vez en unos minutos o llámenos al {phone}.",
        again="Intentar otra vez",
    ),
    ended=Ended(
        title="Este enlace terminó",
        heading="Este enlace ya no se abre",
        mailed=(
            "Un enlace funciona durante dos semanas, y se cierra después de varios intentos que no coinciden. Eso le "
            "protege. Su cita sigue como está.",
            "Podemos enviarle un enlace nuevo a la dirección que tenemos de usted. Si esa dirección cambió, llámenos al "
            "{phone}.",
        ),
        led_here="Llegó aquí desde la página de su solicitud, y de eso hace un rato. Su cita sigue como está. Abra otra vez "
        "la página de su solicitud, desde el correo que le enviamos, y elija allí otra hora. O llámenos al {phone}.",
        button="Envíenme un enlace nuevo",
        sent_heading="Un enlace nuevo va en camino",
        sent=(
            "Llega en unos minutos a la dirección que tenemos de usted. Su cita sigue como está.",
            "¿No llega nada? Mire en el correo no deseado o llámenos al {phone}.",
        ),
        unknown_heading="Este enlace no lleva a ninguna parte",
        unknown="Revise que la dirección esté completa: los programas de correo a veces cortan un enlace largo. Si aun así no "
        "funciona, llámenos al {phone}.",
    ),
    cancelling=Cancelling(
        title="Cancelar la cita",
        back="Volver a su cita",
        heading="¿Cancelar la cita?",
        takes_away="Su cita del {when} pasará a otra persona. No podemos recuperarla para usted.",
        why="¿Podemos preguntarle por qué?",
        reasons={
            PatientReason.TIME: "La hora no me conviene",
            PatientReason.UNWELL: "No me siento en condiciones de ir",
            PatientReason.ELSEWHERE: "Encontré otra ayuda",
            PatientReason.NOT_NOW: "Ahora no la quiero",
        },
        confirm="Sí, cancelarla",
        keep="Conservar mi cita",
        done_heading="Su cita está cancelada",
        done="No tiene que venir. Si después de todo quiere venir, pídalo otra vez: puede hacerlo cuando quiera. Si se siente "
        "peor, llame o escriba al {crisis}, de día o de noche.",
        new_request="Hacer una solicitud nueva",
    ),
)
SAID = {"en": EN, "es": ES}
NAMES = {"en": "English", "es": "Español"}
"""What each language calls itself."""
