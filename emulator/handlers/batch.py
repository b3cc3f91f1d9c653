"""Batch: compute environments, queues, job definitions. ministack has no call that deletes them."""

from emulator.api import call
from emulator.handler import Declared, Handler, Provisioned, handles


@handles("AWS::Batch::ComputeEnvironment", operation="create_compute_environment", kind="ComputeEnvironment")
@handles("AWS::Batch::JobQueue", operation="create_job_queue", kind="JobQueue")
@handles("AWS::Batch::JobDefinition", operation="register_job_definition", kind="JobDefinition")
class BatchResource(Handler):
    """A resource of Batch, known by its ARN."""

    def __init__(self, operation: str, kind: str) -> None:
        self.operation = operation
        self.kind = kind

    def create(self, declared: Declared) -> Provisioned:
        name = {f"{self.kind[0].lower()}{self.kind[1:]}Name": declared.name(f"{self.kind}Name")}
        made = call("batch", self.operation, declared.properties, **name)
        arn = made[f"{self.kind[0].lower()}{self.kind[1:]}Arn"]
        return arn, {f"{self.kind}Arn": arn}
