"""Patients' keys, and what is sealed under them."""

from shared.keyring.keyring import Keyring

__all__ = ["Keyring"]
