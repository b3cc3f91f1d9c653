"""Secrets that renew themselves, and the function that does it."""

from constructs_lib.secret_rotation.construct import RotatedSecret, SecretRotation

__all__ = ["RotatedSecret", "SecretRotation"]
