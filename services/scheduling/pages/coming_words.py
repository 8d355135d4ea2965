"""What patients read when they are asked whether they come, in each language that we have."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ComingWords:
    """`{when}` is when they said so, `{phone}` the clinic's. What begins with `fasting` and `escort` is asked before a
    session alone."""

    heading: str
    lead: str
    where: str
    reference: str
    fasting: str
    fasting_note: str
    fasting_missing: str
    escort: str
    escort_hint: str
    escort_yes: str
    escort_not_yet: str
    escort_missing: str
    prepare: str
    say: str
    say_again: str
    cannot: str
    change: str
    said_heading: str
    said: str
    find_heading: str
    find: str
    asked_heading: str
    asked: str
    not_kept_heading: str
    not_kept: str
    moved_heading: str
    moved: str
    cancelled_heading: str
    cancelled: str
    over_heading: str
    over: str
    unknown_heading: str
    unknown: str
    call: str


EN = ComingWords(
    heading="Are you coming?",
    lead="Your answer helps us to be ready for you.",
    where="Where",
    reference="Your reference",
    fasting="I know when to stop eating and drinking before this visit, and I will",
    fasting_note="The times are in what we gave you to prepare. If you are not sure, call us at {phone}.",
    fasting_missing="Tick that you know when to stop eating and drinking.",
    escort="Does an adult take you home afterwards?",
    escort_hint="You cannot drive until the next day. They need to be there when you leave.",
    escort_yes="Yes, somebody takes me home",
    escort_not_yet="Not yet",
    escort_missing="Say whether an adult takes you home.",
    prepare="What to arrange before your visit",
    say="Yes, I am coming",
    say_again="Send my answer again",
    cannot="If you cannot come, or feel unwell, call us at {phone}: we find another time with you.",
    change="Choose another time, or cancel",
    said_heading="Thank you. We are expecting you",
    said="You told us on {when} that you are coming. You need not do anything else.",
    find_heading="You still need somebody who takes you home",
    find="Without an adult who takes you home we cannot begin, so please ask somebody soon, and tell us here. If you cannot "
    "find anybody, call us at {phone}: we look for a way together.",
    asked_heading="This time cannot be kept",
    asked="We sent you a later e-mail with another time: please answer that one, or call us at {phone}.",
    not_kept_heading="This time cannot be kept",
    not_kept="You need not come at that time. We call you to find another one together; you can also call us at {phone}.",
    moved_heading="Your appointment has another time now",
    moved="The time you came here for is not yours any more. The new one is in a later e-mail from us: please open that one. "
    "If you cannot find it, call us at {phone}.",
    cancelled_heading="This appointment is cancelled",
    cancelled="You do not need to come. If you did not expect this, or would like another time, call us at {phone}.",
    over_heading="There is nothing to answer any more",
    over="The time of this appointment has come, or you are here already. If you are on your way, or something is not right, "
    "call us at {phone}.",
    unknown_heading="This link does not lead anywhere",
    unknown="Check that the address is complete: mail programs sometimes break a long link in two. If it still does not "
    "work, call us at {phone}.",
    call="Call us",
)
ES = ComingWords(
    heading="¿Viene usted?",
    lead="Su respuesta nos ayuda a tener todo listo para usted.",
    where="Dónde",
    reference="Su referencia",
    fasting="Sé cuándo dejar de comer y de beber antes de esta visita, y así lo haré",
    fasting_note="Las horas están en lo que le dimos para prepararse. Si no está seguro, llámenos al {phone}.",
    fasting_missing="Marque que sabe cuándo dejar de comer y de beber.",
    escort="¿Le lleva después un adulto a casa?",
    escort_hint="No puede conducir hasta el día siguiente. Esa persona tiene que estar aquí cuando usted salga.",
    escort_yes="Sí, alguien me lleva a casa",
    escort_not_yet="Todavía no",
    escort_missing="Diga si un adulto le lleva a casa.",
    prepare="Qué conviene preparar antes de su visita",
    say="Sí, voy a ir",
    say_again="Enviar mi respuesta otra vez",
    cannot="Si no puede venir o no se siente bien, llámenos al {phone}: buscamos otra hora con usted.",
    change="Elegir otra hora o cancelar",
    said_heading="Gracias. Le esperamos",
    said="Nos dijo el {when} que viene. No tiene que hacer nada más.",
    find_heading="Todavía necesita a alguien que le lleve a casa",
    find="Sin un adulto que le lleve a casa no podemos empezar: pídaselo pronto a alguien y díganoslo aquí. Si no encuentra a "
    "nadie, llámenos al {phone}: buscamos juntos una solución.",
    asked_heading="Esta hora no se puede mantener",
    asked="Le enviamos un correo posterior con otra hora: responda a ese, o llámenos al {phone}.",
    not_kept_heading="Esta hora no se puede mantener",
    not_kept="No tiene que venir a esa hora. Le llamamos para encontrar juntos otra; también puede llamarnos al {phone}.",
    moved_heading="Su cita tiene ahora otra hora",
    moved="La hora por la que vino aquí ya no es la suya. La nueva está en un correo posterior nuestro: abra ese. Si "
    "no lo encuentra, llámenos al {phone}.",
    cancelled_heading="Esta cita está cancelada",
    cancelled="No tiene que venir. Si no lo esperaba o quiere otra hora, llámenos al {phone}.",
    over_heading="Ya no hay nada que responder",
    over="La hora de esta cita ha llegado, o usted ya está aquí. Si viene de camino o algo no está bien, llámenos al {phone}.",
    unknown_heading="Este enlace no lleva a ninguna parte",
    unknown="Compruebe que la dirección esté completa: a veces los programas de correo cortan un enlace largo en dos. Si aun "
    "así no funciona, llámenos al {phone}.",
    call="Llámenos",
)
COMING = {"en": EN, "es": ES}
