"""Our appointments, and what can be booked, as resources of FHIR R4 (4.0.1): plain dicts in the shape of its JSON.

Nothing about a patient stands in them but a reference; a chair is a Location, whoever is behind a clinician or a nurse's
seat a Practitioner, and each of these has one Schedule.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.clinic import Clinic, Purpose, Resource
from services.scheduling.domain.fhir_slot import FhirSlot
from services.scheduling.domain.fhir_status import FhirStatus, fhir_status
from services.scheduling.domain.proposal import Proposal
from services.scheduling.domain.slots import Candidate, bookable_without_staff
from services.scheduling.store.fhir_appointments import FoundAppointment

MEDIA_TYPE = "application/fhir+json"
Json = dict[str, Any]
_PARTICIPATES = {FhirStatus.PENDING: "tentative", FhirStatus.PROPOSED: "needs-action"}
_CANCEL_SYSTEM = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
_CANCELLED_BECAUSE = {"patient-asked": "pat", "patient-unwell": "pat", "staff-away": "prov", "equipment": "prov"}


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Names:
    """Where our resources and codes are found."""

    origin: str

    @property
    def base(self) -> str:
        return f"{self.origin}/fhir"

    def url(self, kind: str, id_: object) -> str:
        return f"{self.base}/{kind}/{id_}"

    def system(self, name: str) -> str:
        """Of codes and identifiers of ours."""
        return f"{self.base}/sid/{name}"


def reference(kind: str, id_: object, display: str = "") -> Json:
    return {"reference": f"{kind}/{id_}", "type": kind} | ({"display": display} if display else {})


def appointment(found: FoundAppointment, clinic: Clinic, names: Names) -> Json:
    status = fhir_status(found.facts)
    actors = [reference("Patient", found.patient_id), *_actors(found, clinic)]
    resource: Json = {
        "resourceType": "Appointment",
        "id": str(found.id),
        "meta": {"versionId": str(found.version)},
        "status": status,
        "serviceType": [_service(found.purpose, names)],
        "participant": [{"actor": actor, "status": _PARTICIPATES.get(status, "accepted")} for actor in actors],
    }
    if found.changed_at:
        resource["meta"]["lastUpdated"] = instant(found.changed_at)
    if found.reference:
        resource["identifier"] = [{"system": names.system("reference"), "value": found.reference}]
    if status is FhirStatus.CANCELLED:
        resource["cancelationReason"] = _cancelled(found.cancel_reason, names)
    if found.starts_at and found.ends_at:
        resource |= _times(found.starts_at, found.ends_at)
    return resource


def proposed(candidate: Candidate, proposal: Proposal, names: Names) -> Json:
    """Kept nowhere: `$hold` or `$book` takes it by its id."""
    actors = [reference("Patient", proposal.patient_id)] if proposal.patient_id else []
    actors += [
        _actor(resource) for resource in {claim.resource.id: claim.resource for claim in candidate.claims}.values()
    ]
    return {
        "resourceType": "Appointment",
        "id": proposal.name,
        "status": FhirStatus.PROPOSED,
        "serviceType": [_service(proposal.purpose, names)],
        **_times(candidate.during.start, candidate.during.end),
        "participant": [{"actor": actor, "status": _PARTICIPATES[FhirStatus.PROPOSED]} for actor in actors],
    }


def schedule(resource: Resource, clinic: Clinic, now: datetime) -> Json:
    reach = bookable_without_staff(clinic, now)
    return {
        "resourceType": "Schedule",
        "id": str(resource.id),
        "active": resource.active,
        "actor": [_actor(resource)],
        "planningHorizon": {"start": instant(reach.start), "end": instant(reach.end)},
        "comment": resource.kind.words,
    }


def slot(found: FhirSlot) -> Json:
    return {
        "resourceType": "Slot",
        "id": found.name,
        "schedule": reference("Schedule", found.resource_id),
        "status": found.status,
        "start": instant(found.during.start),
        "end": instant(found.during.end),
    }


def bundle(
    resources: Iterable[Json], names: Names, *, total: int | None = None, links: Sequence[tuple[str, str]] = ()
) -> Json:
    """What was found. An OperationOutcome among it tells about the search, and is no match."""
    entries = [_entry(resource, names) for resource in resources]
    found: Json = {"resourceType": "Bundle", "type": "searchset"}
    if total is not None:
        found["total"] = total
    if links:
        found["link"] = [{"relation": relation, "url": url} for relation, url in links]
    return found | ({"entry": entries} if entries else {})


def _entry(resource: Json, names: Names) -> Json:
    if resource["resourceType"] == "OperationOutcome":
        return {"resource": resource, "search": {"mode": "outcome"}}
    url = names.url(resource["resourceType"], resource["id"])
    return {"fullUrl": url, "resource": resource, "search": {"mode": "match"}}


def _times(start: datetime, end: datetime) -> Json:
    return {"start": instant(start), "end": instant(end), "minutesDuration": int((end - start).total_seconds() // 60)}


def _service(purpose: Purpose, names: Names) -> Json:
    """Neutral: what a session treats, or with what, is nobody's business here."""
    return {"coding": [{"system": names.system("kind"), "code": purpose}]}


def _cancelled(reason: str | None, names: Names) -> Json:
    code = {"system": _CANCEL_SYSTEM, "code": _CANCELLED_BECAUSE.get(reason or "", "other")}
    ours = [{"system": names.system("cancel-reason"), "code": reason}] if reason else []
    return {"coding": [code, *ours]}


def _actors(found: FoundAppointment, clinic: Clinic) -> list[Json]:
    """Whoever and whatever is needed for it now; of what is over, who saw the patient."""
    by_id = {one.id: one for one in clinic.resources}
    actors = [_actor(by_id[one]) for one in found.resource_ids if one in by_id]
    if not actors and found.clinician_id and found.facts.state is not AppointmentState.CANCELLED:
        actors = [reference("Practitioner", found.clinician_id)]
    return list({actor["reference"]: actor for actor in actors}.values())


def _actor(resource: Resource) -> Json:
    kind = "Practitioner" if resource.staff_id else "Location"
    return reference(kind, resource.staff_id or resource.id, resource.name)


def uuid_of(text: str, *kinds: str) -> UUID:
    """The id in a reference such as `Patient/…`, with or without its kind, and with or without our address before it.
    Raises ValueError."""
    kind, _, id_ = text.rpartition("/")
    if kind and kind.rpartition("/")[2] not in kinds:
        raise ValueError("a reference to something else")
    return UUID(id_)
