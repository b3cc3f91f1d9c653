"""Copies the alarms that watch a store to the one restored beside it: until then nobody hears of its trouble."""

import json
from collections.abc import Mapping
from typing import Any

from scripts.aws import Aws
from scripts.recovery.journal import Journal

ALARM_FIELDS = (
    "ActionsEnabled",
    "AlarmActions",
    "AlarmDescription",
    "AlarmName",
    "ComparisonOperator",
    "DatapointsToAlarm",
    "Dimensions",
    "EvaluateLowSampleCountPercentile",
    "EvaluationPeriods",
    "ExtendedStatistic",
    "InsufficientDataActions",
    "MetricName",
    "Metrics",
    "Namespace",
    "OKActions",
    "Period",
    "Statistic",
    "Threshold",
    "ThresholdMetricId",
    "TreatMissingData",
    "Unit",
)
"""What `PutMetricAlarm` takes of what `DescribeAlarms` gives."""

LONGEST_NAME = 255


def copy_alarms(aws: Aws, watched: tuple[str, str], target: str, _: Journal) -> dict[str, Any]:
    """Copy each alarm on the dimension `watched` (name, value), with `target` as the value; return their names."""
    cloudwatch, copied = aws.client("cloudwatch"), []
    dimension, source = watched
    for page in cloudwatch.get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm"]):
        for alarm in page["MetricAlarms"]:
            if not _watches(alarm, {"Name": dimension, "Value": source}):
                continue
            taken = {key: alarm[key] for key in ALARM_FIELDS if alarm.get(key) not in (None, [])}
            copy = json.loads(json.dumps(taken).replace(json.dumps(source), json.dumps(target)))
            copy["AlarmName"] = f"{alarm['AlarmName']}-{target}"[:LONGEST_NAME]
            cloudwatch.put_metric_alarm(**copy)
            copied.append(copy["AlarmName"])
    return {"alarms": sorted(copied)}


def _watches(alarm: Mapping[str, Any], dimension: Mapping[str, str]) -> bool:
    metrics = [query.get("MetricStat", {}).get("Metric", {}) for query in alarm.get("Metrics", [])]
    return any(dimension in one.get("Dimensions", []) for one in (alarm, *metrics))
