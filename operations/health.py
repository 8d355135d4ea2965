"""`chairside health`: is the service in this container ready, and do its events flow? For health checks."""

import http.client
import os

CHECKS = ("/readyz", "/health/messaging")


def health() -> None:
    """Ask the service that listens on LISTEN_PORT; exit 1 and say why when it is not well."""
    failed = []
    for path in CHECKS:
        connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("LISTEN_PORT", "8000")), timeout=4)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read(2000).decode(errors="replace")
            if answer.status != 200:
                failed.append(f"{path}: {answer.status} {body}")
        except OSError as error:
            failed.append(f"{path}: {error}")
        finally:
            connection.close()
    if failed:
        raise SystemExit("\n".join(failed))
