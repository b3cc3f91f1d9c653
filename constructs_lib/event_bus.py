"""An event bus with an archive, described events, and rules whose targets each have a dead-letter queue."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_events as events
from aws_cdk import aws_eventschemas as schemas
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from constructs_lib.secure_queue import DeadLetterQueue, SecureQueue


class EventBus(Construct):
    """The bus `name`, encrypted with our key. Changing `name` replaces it, and the archive with it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        archive_days: int,
        encryption_key: kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        self.name = name
        self.undelivered = DeadLetterQueue(self, "Undelivered", encryption_key=encryption_key).queue
        self.bus = events.CfnEventBus(
            self,
            "Resource",
            name=name,
            kms_key_identifier=encryption_key.key_arn,
            dead_letter_config={"arn": self.undelivered.queue_arn},
        )
        _allow(self.undelivered, self.bus.attr_arn)
        self.archive = events.CfnArchive(
            self,
            "Archive",
            source_arn=self.bus.attr_arn,
            retention_days=archive_days,
            kms_key_identifier=encryption_key.key_arn,
            description=f"Every event of {name}, to be replayed",
        )
        self.registry = schemas.CfnRegistry(self, "Events", registry_name=name, description=f"Events of {name}")

    def describe_event(self, name: str, *, schema: Mapping[str, Any]) -> None:
        """Publish the JSON Schema of the event `name`, from which others generate code."""
        described = schemas.CfnSchema(
            self,
            name,
            registry_name=self.name,
            schema_name=name,
            type="JSONSchemaDraft4",
            content=json.dumps(schema, sort_keys=True),
        )
        described.add_resource_dependency(self.registry)

    def send_to_queue(self, construct_id: str, *, queue: SecureQueue, source: str, events_named: Sequence[str]) -> None:
        """Put events of `source` into `queue`; what does not arrive lies in the bus's dead-letter queue."""
        rule = events.CfnRule(
            self,
            construct_id,
            event_bus_name=self.bus.ref,
            event_pattern={"source": [source], "detail-type": list(events_named)},
            targets=[
                {
                    "id": "Queue",
                    "arn": queue.queue.queue_arn,
                    "deadLetterConfig": {"arn": self.undelivered.queue_arn},
                    "retryPolicy": {"maximumEventAgeInSeconds": 86_400, "maximumRetryAttempts": 185},
                }
            ],
        )
        for target in (queue.queue, self.undelivered):
            _allow(target, rule.attr_arn)

    def grant_publish(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` put events on the bus."""
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["events:PutEvents"], resource_arns=[self.bus.attr_arn]
        )


def _allow(queue: sqs.Queue, source_arn: str) -> None:
    queue.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal("events.amazonaws.com")],
            actions=["sqs:SendMessage"],
            resources=[queue.queue_arn],
            conditions={"ArnEquals": {"aws:SourceArn": source_arn}},
        )
    )
