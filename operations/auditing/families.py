"""Topics that tell of the same thing, found by what their events have in common: a new kind of event is in by itself."""

from shared.events.base import Event
from shared.events.catalogue import MODELS
from shared.events.consultation import ConsultationEvent
from shared.events.consultation_request import ConsultationRequestEvent
from shared.events.patient import PatientContactChanged
from shared.events.session import SessionCompleted, SessionEvent


def _topics_of(*kinds: type[Event]) -> tuple[str, ...]:
    return tuple(topic for topic, model in MODELS.items() if issubclass(model, kinds))


REQUESTS = _topics_of(ConsultationRequestEvent)
CONTACTS = (*REQUESTS, *_topics_of(PatientContactChanged))
CONSULTATIONS = _topics_of(ConsultationEvent)
SESSIONS = _topics_of(SessionEvent, SessionCompleted)
APPOINTMENTS = tuple(topic for topic, model in MODELS.items() if "appointment" in model.model_fields)
