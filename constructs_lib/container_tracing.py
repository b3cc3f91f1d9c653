"""Traces of a Python process without a change of its image: AWS's OpenTelemetry, laid beside it when a task starts."""

from collections.abc import Mapping
from typing import Any

IMAGE = "public.ecr.aws/aws-observability/adot-autoinstrumentation-python:v0.12.2"
FOLDER = "/otel-auto-instrumentation-python"
VOLUME = {"tracing": FOLDER}


def instrumentation() -> dict[str, Any]:
    """Return what the first container does: it copies the packages into the volume, and ends.

    It alone runs as root, without a capability: the volume is root's until something is in it.
    """
    return {
        "image": IMAGE,
        "command": ["cp", "-a", "/autoinstrumentation/.", FOLDER],
        "user": "0",
        "essential": False,
        "memoryReservation": 32,
        "mountPoints": [
            {"sourceVolume": name, "containerPath": path, "readOnly": False} for name, path in VOLUME.items()
        ],
    }


def settings(name: str, *, percent: float, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables by which Python loads the packages, and traces `percent` of the requests as `name`.

    What called decides first: a request that is traced there is traced here. Metrics and logs have ways of their own.
    """
    own = environment.get("PYTHONPATH")
    places = [f"{FOLDER}/opentelemetry/instrumentation/auto_instrumentation", *([own] if own else []), FOLDER]
    return {
        "OTEL_AWS_APPLICATION_SIGNALS_ENABLED": "false",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_LOGS_EXPORTER": "none",
        "OTEL_METRICS_EXPORTER": "none",
        "OTEL_PROPAGATORS": "xray,tracecontext",
        "OTEL_PYTHON_CONFIGURATOR": "aws_configurator",
        "OTEL_PYTHON_DISTRO": "aws_distro",
        "OTEL_PYTHON_ID_GENERATOR": "xray",
        "OTEL_SERVICE_NAME": name,
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": f"{percent / 100:g}",
        "PYTHONPATH": ":".join(places),
    }
