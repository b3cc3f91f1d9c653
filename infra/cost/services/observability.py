"""CloudWatch alarms, dashboards, logs and metrics, canaries and traces."""

import re
from collections.abc import Iterator, Mapping

from infra.assembly import Resource
from infra.cost.rules import (
    DAYS,
    HOURS,
    Answer,
    Context,
    Factor,
    Free,
    Unpriced,
    fixed,
    items,
    number,
    priced,
    text,
    usage,
)

STANDARD_PERIOD_SECONDS = 60
#: An alarm on an anomaly band is billed for the metric and for the two edges of the band.
BAND_METRICS = 3
HOURS_PER = {"minute": 1 / 60, "hour": 1.0, "day": 24.0}


@priced("AWS::CloudWatch::Alarm")
def alarm(resource: Resource, _context: Context) -> Iterator[Answer]:
    """Each metric in it; more for a period under a minute, threefold for an anomaly band."""
    metrics = [metric for metric in items(resource, "Metrics") if isinstance(metric, Mapping)]
    stats = [metric["MetricStat"] for metric in metrics if isinstance(metric.get("MetricStat"), Mapping)]
    expressions = " ".join(str(metric.get("Expression", "")) for metric in metrics)
    if re.search(r"\bSELECT\b", expressions):
        yield Unpriced("metrics", "billed by the metrics that its query finds")
        return
    periods = [stat.get("Period", STANDARD_PERIOD_SECONDS) for stat in stats]
    if not stats:
        periods = [number(resource, "Period", default=STANDARD_PERIOD_SECONDS)]
    count = max(len(stats), 1) * (BAND_METRICS if "ANOMALY_DETECTION_BAND" in expressions else 1)
    high = any(isinstance(p, int | float) and p < STANDARD_PERIOD_SECONDS for p in periods)
    price = "cw.alarm_high_resolution" if high else "cw.alarm"
    yield fixed("high-resolution metrics" if high else "metrics", price, Factor(count, "metrics"))


@priced("AWS::CloudWatch::CompositeAlarm")
def composite_alarm(_resource: Resource, _context: Context) -> Iterator[Answer]:
    """One price, whatever the rule."""
    yield fixed("composite alarm", "cw.alarm_composite", Factor(1, "alarm-month"))


@priced("AWS::CloudWatch::Dashboard")
def dashboard(_resource: Resource, _context: Context) -> Iterator[Answer]:
    """One price, whatever is on it."""
    yield fixed("dashboard", "cw.dashboard", Factor(1, "dashboard-month"))


@priced("AWS::Logs::LogGroup")
def log_group(resource: Resource, context: Context) -> Iterator[Answer]:
    """What comes in, and what retention keeps of it, compressed."""
    rare = text(resource, "LogGroupClass", default="STANDARD") == "INFREQUENT_ACCESS"
    incoming = context.assume("log_group_ingest_gb", "GB")
    yield usage("ingestion", "cw.logs_ingest_ia" if rare else "cw.logs_ingest", incoming)
    kept = context.assume("keep_forever_days", "months", divided_by=DAYS)
    if (days := number(resource, "RetentionInDays", default=0)) > 0:
        kept = Factor(days / DAYS, "months")
    compressed = context.assume("log_compressed_percent", "share after compression", divided_by=100)
    yield usage("storage", "cw.logs_store", incoming, kept, compressed)


@priced("AWS::Logs::MetricFilter")
def metric_filter(resource: Resource, _context: Context) -> Iterator[Answer]:
    """Each of its metrics is a custom metric, billed while data arrives: counted as if always."""
    count = len(items(resource, "MetricTransformations")) or 1
    yield usage("custom metrics", "cw.metric", Factor(count, "metrics"))


@priced("AWS::CloudWatch::AnomalyDetector")
def anomaly_detector(_resource: Resource, _context: Context) -> Iterator[Answer]:
    """The model is free; the alarm on its band is billed."""
    yield Free("billed as the alarm on its band")


@priced("AWS::Synthetics::Canary")
def canary(resource: Resource, context: Context) -> Iterator[Answer]:
    """Every run: as often as its schedule says."""
    schedule = text(resource, "Schedule", "Expression")
    found = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", schedule)
    if not found:
        yield usage("runs", "cw.canary_run", context.assume("canary_runs", "runs"))
        return
    every = int(found[1]) * HOURS_PER[found[2]]
    yield fixed("runs", "cw.canary_run", Factor(HOURS / every if every else 0, "runs"))


@priced("AWS::XRay::SamplingRule")
def traces(_resource: Resource, context: Context) -> Iterator[Answer]:
    """The traces that it lets through."""
    yield usage("traces recorded", "xray.traces", context.assume("traces_millions", "1M traces"))


@priced("AWS::ApplicationSignals::ServiceLevelObjective", "AWS::CloudWatch::InsightRule", "AWS::RUM::AppMonitor")
def signals(_resource: Resource, _context: Context) -> Iterator[Answer]:
    """Billed by what they observe."""
    yield Unpriced("observations", "no sourced price")


@priced("AWS::CloudWatch::MetricStream")
def metric_stream(_resource: Resource, _context: Context) -> Iterator[Answer]:
    """Billed by update."""
    yield Unpriced("metric updates", "no sourced price")
