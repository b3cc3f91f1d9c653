"""The worker as a function: SQS hands it batches, what fails comes back alone, and what always fails is put aside."""

from pathlib import Path
from typing import Any

import aws_cdk as cdk
import httpx
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from constructs_lib.queue_function import QueueFunction
from constructs_lib.secure_queue import SecureQueue
from services.bundles import bundle_path
from tests.emulator.local_cloud import Cloud
from tests.emulator.synthesised import new_stack, resources
from tests.services.reports.conftest import Process, Start, answers, eventually

pytestmark = pytest.mark.emulator


def template(cloud: Cloud, folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    stack = new_stack(folder)
    key = kms.Key(stack, "Key")
    tier = ec2.SubnetConfiguration(name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    vpc = ec2.Vpc(stack, "Vpc", availability_zones=["us-east-1a", "us-east-1b"], subnet_configuration=[tier])
    queue = SecureQueue(stack, "Reports", encryption_key=key, visibility_timeout=cdk.Duration.seconds(1))
    QueueFunction(
        stack,
        "Worker",
        queue=queue,
        description="Works the queue off",
        code=lambda_.Code.from_asset(str(bundle_path("reports_function"))),
        handler="reports_function.handler.handler",
        environment=environment,
        batch_messages=10,
        max_concurrency=2,
        memory_mib=256,
        timeout=cdk.Duration.seconds(1),
        vpc=vpc,
        subnets=ec2.SubnetSelection(subnet_group_name="Isolated"),
        encryption_key=key,
        log_key=key,
        log_retention_days=1,
    )
    return resources(stack, cloud, folder)


def test_a_poison_message_is_put_aside_and_holds_nobody_up(
    database: dict[str, str], cloud: Cloud, worker: Process, start: Start, tmp_path: Path
) -> None:
    """A worker made the tables; the API sends to the function's queue."""
    assert worker.url
    made = template(cloud, tmp_path, database)
    queue, dead = (
        next(name for name, one in made.items() if one["Type"] == "AWS::SQS::Queue" and ("Dead" in name) is wanted)
        for wanted in (False, True)
    )
    told = cloud.deploy(made, {"Queue": {"Ref": queue}, "Dead": {"Ref": dead}})
    sqs = cloud.api("sqs")
    sqs.send_message(QueueUrl=told["Queue"], MessageBody="poison")
    api = start("api", QUEUE_REPORTS_URL=told["Queue"])
    assert eventually(lambda: answers(api.url))
    asked = [httpx.post(f"{api.url}/reports", json={"text": f"some words {n}"}).json()["id"] for n in range(5)]

    def finished() -> bool:
        return all(httpx.get(f"{api.url}/reports/{one}").json()["status"] == "finished" for one in asked)

    assert eventually(finished)
    (message,) = eventually(lambda: sqs.receive_message(QueueUrl=told["Dead"]).get("Messages"))
    assert message["Body"] == "poison"
    counted = sqs.get_queue_attributes(QueueUrl=told["Queue"], AttributeNames=["All"])["Attributes"]
    assert counted["ApproximateNumberOfMessages"] == counted["ApproximateNumberOfMessagesNotVisible"] == "0"
    cloud.destroy(told["stack"])
