"""A canary: a program of CloudWatch Synthetics that asks an address from outside."""

from constructs_lib.api_canary.construct import ApiCanary

__all__ = ["ApiCanary"]
