"""A custom resource that fails the deployment when an address does not answer."""

from constructs_lib.health_check.construct import HealthCheck

__all__ = ["HealthCheck"]
