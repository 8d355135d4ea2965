"""What this server can, as FHIR says it: its CapabilityStatement."""

from services.scheduling.api.fhir.resources import Json, Names

IHE = "https://profiles.ihe.net/ITI/Scheduling/OperationDefinition"
SAID_ON = "2026-11-26"
_READ_AND_SEARCH = [{"code": "read"}, {"code": "search-type"}]


def capability_statement(names: Names) -> Json:
    return {
        "resourceType": "CapabilityStatement",
        "url": f"{names.base}/metadata",
        "name": "ChairsideScheduling",
        "title": "Chairside scheduling",
        "status": "active",
        "date": SAID_ON,
        "publisher": "Chairside",
        "kind": "instance",
        "software": {"name": "Chairside", "version": "1"},
        "implementation": {"description": "The schedule of one clinic", "url": names.base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": "Appointments of a clinic, and $find, $hold and $book in the manner of IHE ITI Scheduling. "
                "A parameter that is not listed here is refused.",
                "security": {
                    "cors": False,
                    "description": "The signed-in session of a member of the clinic’s staff, with their roles.",
                },
                "resource": [
                    _resource("Schedule", _id(), _reference("actor"), _token("active")),
                    _resource("Slot", _reference("schedule"), _date("start"), _token("status")),
                    _resource(
                        "Appointment",
                        _id(),
                        _date("_lastUpdated"),
                        _date("date"),
                        _token("status"),
                        *map(_reference, ("actor", "patient", "practitioner", "location")),
                    )
                    | {
                        "versioning": "versioned",
                        "operation": [
                            {"name": name, "definition": f"{IHE}/appointment-{name}"}
                            for name in ("find", "hold", "book")
                        ],
                    },
                ],
            }
        ],
    }


def _resource(kind: str, *search: Json) -> Json:
    return {"type": kind, "interaction": _READ_AND_SEARCH, "versioning": "no-version", "searchParam": list(search)}


def _id() -> Json:
    return _token("_id")


def _token(name: str) -> Json:
    return {"name": name, "type": "token"}


def _date(name: str) -> Json:
    return {"name": name, "type": "date"}


def _reference(name: str) -> Json:
    return {"name": name, "type": "reference"}
