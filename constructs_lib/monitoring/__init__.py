"""Watching: a facade that makes alarms and dashboards, and a file of verbs for each family of resources."""

from constructs_lib.monitoring.facade import RUNBOOK, Monitoring, MuteWindow, Override
from constructs_lib.monitoring.metrics import Alarm, Formula, Graph, Metric, Severity, percent_of

__all__ = [
    "RUNBOOK",
    "Alarm",
    "Formula",
    "Graph",
    "Metric",
    "Monitoring",
    "MuteWindow",
    "Override",
    "Severity",
    "percent_of",
]
