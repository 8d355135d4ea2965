"""Secrets of a demo: made once, kept beside its data, and refused by production because they begin with `demo-`."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from operations.embedded.errors import EmbeddedError
from operations.stack.home import write_private
from shared.database.roles import SERVICES
from shared.settings import DEMO_SECRET
from shared.web.signing_keys import new_key_pair


def _words() -> str:
    return DEMO_SECRET + secrets.token_urlsafe(32)


def _per_service() -> dict[str, str]:
    return {service: _words() for service in SERVICES}


@dataclass(frozen=True)
class KeyPair:
    """An Ed25519 pair as JWK texts."""

    private: str
    public: str


def _pair() -> KeyPair:
    private, public = new_key_pair()
    return KeyPair(DEMO_SECRET + private, public)


@dataclass(frozen=True)
class DemoSecrets:
    """Losing them loses what they sealed, so they live exactly as long as the data."""

    keyring_master_key: str = field(default_factory=_words)
    form_key: str = field(default_factory=_words)
    keyring_password: str = field(default_factory=_words)
    keyring_owner_password: str = field(default_factory=_words)
    sealing_keys: dict[str, str] = field(default_factory=_per_service)
    database_passwords: dict[str, str] = field(default_factory=_per_service)
    owner_passwords: dict[str, str] = field(default_factory=_per_service)
    staff_token: KeyPair = field(default_factory=_pair)
    service_tokens: dict[str, KeyPair] = field(default_factory=lambda: {service: _pair() for service in SERVICES})


def demo_secrets(path: Path) -> DemoSecrets:
    """Those of the file, or new ones that are kept there before anybody uses them."""
    if not path.exists():
        made = DemoSecrets()
        write_private(path, json.dumps(asdict(made), indent=2))
        return made
    try:
        kept = json.loads(path.read_text())
        pairs = {service: KeyPair(**pair) for service, pair in kept.pop("service_tokens").items()}
        return DemoSecrets(staff_token=KeyPair(**kept.pop("staff_token")), service_tokens=pairs, **kept)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise EmbeddedError(
            f"{path} cannot be read, and what it sealed cannot be opened without it: "
            f"bring the file back, or remove {path.parent} to start anew"
        ) from None
