"""Makes the three foreign assemblies of this folder: `python -m tests.guardrails.assemblies.make`.

Each is what another team's app could look like, synthesised without the CDK command line and so without path
metadata. What the guardrails find in it was read and agreed to by hand: `expected.json` beside the manifest.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_ecs_patterns as patterns
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

FOLDER = Path(__file__).parent
UNNEEDED = ("cdk:tree", "cdk:feature-flag-report")
ENVIRONMENT = cdk.Environment(account="123456789012", region="eu-west-1")
CONTEXT = {"aws:cdk:disable-stack-trace": True, "aws:cdk:disable-creation-stack-traces": True}


def careless(app: cdk.App) -> None:
    """A web shop as tutorials write it: every default, an open SSH port, a password in a variable."""
    network = cdk.Stack(app, "Network", env=ENVIRONMENT)
    vpc = ec2.Vpc(network, "Vpc", availability_zones=["eu-west-1a", "eu-west-1b"])
    shop = cdk.Stack(app, "Shop", env=ENVIRONMENT)
    database = rds.DatabaseInstance(
        shop,
        "Orders",
        engine=rds.DatabaseInstanceEngine.mysql(version=rds.MysqlEngineVersion.VER_8_0_40),
        vpc=vpc,
    )
    web = patterns.ApplicationLoadBalancedFargateService(
        shop,
        "Web",
        vpc=vpc,
        task_image_options=patterns.ApplicationLoadBalancedTaskImageOptions(
            image=ecs.ContainerImage.from_registry("nginx"),
            environment={"DB_PASSWORD": "correct-horse-battery", "DB_HOST": database.db_instance_endpoint_address},
        ),
    )
    database.connections.allow_default_port_from(web.service)
    database.connections.allow_from_any_ipv4(ec2.Port.tcp(22))
    s3.Bucket(shop, "Pictures")
    sqs.Queue(shop, "Mails")


def staged(app: cdk.App) -> None:
    """Two Stages with nested stacks; only the second one's is wrong: its topic listens to everybody."""
    for name, open_to_all in (("Beta", False), ("Live", True)):
        stage = cdk.Stage(app, name, env=ENVIRONMENT)
        base = cdk.Stack(stage, "Base")
        key = kms.Key(base, "Key", enable_key_rotation=True)
        events = cdk.Stack(stage, "Events")
        nested = cdk.NestedStack(events, "Topics")
        topic = sns.Topic(nested, "News", master_key=key, enforce_ssl=True)
        if open_to_all:
            topic.add_to_resource_policy(
                iam.PolicyStatement(
                    actions=["sns:Publish"], principals=[iam.AnyPrincipal()], resources=[topic.topic_arn]
                )
            )


def careful(app: cdk.App) -> None:
    """A worker of a team that knows its trade: nothing to find, until production's rules are asked for."""
    stack = cdk.Stack(app, "Worker", env=ENVIRONMENT)
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    access = s3.Bucket(
        stack,
        "Access",
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
    )
    uploads = s3.Bucket(
        stack,
        "Uploads",
        encryption_key=key,
        enforce_ssl=True,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        server_access_logs_bucket=access,
    )
    failed = sqs.Queue(
        stack,
        "Failed",
        encryption_master_key=key,
        enforce_ssl=True,
        retention_period=cdk.Duration.days(14),
    )
    worker = lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_14,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): return {}"),
        environment={"BUCKET": uploads.bucket_name},
        environment_encryption=key,
        log_group=logs.LogGroup(stack, "Logs", encryption_key=key),
        dead_letter_queue=failed,
    )
    uploads.grant_read(worker)


def make(name: str, build: Callable[[cdk.App], None]) -> None:
    """Synthesise one, and keep of it what the CDK command line would need to deploy it."""
    folder = FOLDER / name
    expected = folder / "expected.json"
    kept = expected.read_text() if expected.is_file() else "{}\n"
    shutil.rmtree(folder, ignore_errors=True)
    app = cdk.App(outdir=str(folder), analytics_reporting=False, context=CONTEXT)
    build(app)
    app.synth()
    for file in folder.rglob("tree.json"):
        file.unlink()
    for file in folder.rglob("manifest.json"):
        manifest = json.loads(file.read_text())
        artifacts = manifest["artifacts"].items()
        manifest["artifacts"] = {key: item for key, item in artifacts if item["type"] not in UNNEEDED}
        file.write_text(json.dumps(manifest, indent=1) + "\n")
    expected.write_text(kept)


if __name__ == "__main__":
    for builder in (careless, staged, careful):
        make(builder.__name__, builder)
