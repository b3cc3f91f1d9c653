"""Tracing with X-Ray, without the part of its SDK that asks which requests to trace: in Lambda, Lambda has decided.

At its import, the SDK connects to X-Ray's sampling rules: a botocore session, and half of the time of a cold start.
"""

import sys
from types import ModuleType
from typing import Any


class ServiceConnector:
    """Stands where the SDK keeps its connection; in Lambda, nothing asks it."""

    context: Any = None

    def setup_xray_client(self, **_where: Any) -> None:
        """Connect to nothing."""


_connector = ModuleType("aws_xray_sdk.core.sampling.connector")
_connector.ServiceConnector = ServiceConnector  # type: ignore[attr-defined]
sys.modules.setdefault(_connector.__name__, _connector)

from aws_lambda_powertools import Tracer  # noqa: E402

tracer = Tracer(patch_modules=["botocore"])
