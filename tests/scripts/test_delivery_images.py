"""An image is built once for a version, and nothing is delivered that its scan found to be dangerous."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

import config
from config.sections.images import BuiltImage
from scripts.__main__ import app
from scripts.aws import Aws, AwsError
from scripts.delivery import images

REASON = "The library is there, and nothing calls it."
IMAGE = BuiltImage(
    id="Api",
    version="1.4.0",
    dockerfile="services/reports/Dockerfile",
    sources=("services/reports",),
    accepted_findings={"CVE-2026-1": REASON},
)
NAME = "groundwork-dev-pipeline/api"


class Docker:
    """Records what it is told; a push puts the image into the registry of moto."""

    def __init__(self, aws: Aws) -> None:
        self._ecr, self.calls = aws.client("ecr"), list[tuple[str, ...]]()

    def __call__(self, *arguments: str, said: str | None = None) -> None:
        self.calls.append(arguments)
        if arguments[0] == "push":
            kind = "application/vnd.docker.distribution.manifest.v2+json"
            layer = {"digest": f"sha256:{'0' * 64}", "mediaType": f"{kind}.config", "size": 1}
            manifest = {"schemaVersion": 2, "mediaType": kind, "config": layer, "layers": []}
            tag = arguments[-1].rpartition(":")[2]
            self._ecr.put_image(repositoryName=NAME, imageManifest=json.dumps(manifest), imageTag=tag)
        if arguments[0] == "login":
            assert said  # the password comes by stdin, where no list of processes shows it
            assert said not in arguments


@pytest.fixture
def docker(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Docker:
    aws.client("ecr").create_repository(repositoryName=NAME)
    fake = Docker(aws)
    monkeypatch.setattr(images, "_docker", fake)
    return fake


@pytest.fixture
def delivers(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pipeline of dev build the image."""
    pipeline = aws.environment.pipeline
    assert pipeline
    changed = aws.environment.but(pipeline=pipeline.but(images=(IMAGE,)))
    monkeypatch.setattr(config, "load", lambda _: changed)


Scan = Callable[..., None]


@pytest.fixture
def scanned(monkeypatch: pytest.MonkeyPatch) -> Scan:
    """Return what lets the scan of every image end so; moto plays none."""
    make = Aws._client

    def ends(*findings: dict[str, Any], status: str = "COMPLETE", kind: str = "findings") -> None:
        said = {"imageScanStatus": {"status": status, "description": "why"}, "imageScanFindings": {kind: findings}}

        class Pages:
            paginate = staticmethod(lambda **_: [said])

        def client(self: Aws, service: str, region: str | None = None) -> Any:
            made = make(self, service, region)
            if service == "ecr":
                made.describe_image_scan_findings = lambda **_: said
                made.get_paginator = lambda _: Pages
            return made

        monkeypatch.setattr(Aws, "_client", client)

    return ends


def verb(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["images", "--environment", "dev", *arguments])
    return done.exit_code, " ".join(done.output.split())


@pytest.mark.usefixtures("delivers")
def test_an_image_is_built_for_its_processor_once_for_a_version(docker: Docker, scanned: Scan) -> None:
    scanned()
    assert verb()[0] == 0
    (build,) = [call for call in docker.calls if call[0] == "build"]
    assert build[build.index("--platform") + 1] == "linux/arm64"
    tags = [call[-1].rpartition(":")[2] for call in docker.calls if call[0] == "push"]
    assert [tag.rpartition("-")[0] or tag for tag in tags] == [f"sources-{images.digest_of(IMAGE)}", "1.4.0"]
    docker.calls.clear()
    code, said = verb()
    assert (code, docker.calls) == (0, [])
    assert "Api 1.4.0: is there" in said


@pytest.mark.usefixtures("delivers", "docker")
def test_other_sources_need_another_version(scanned: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    scanned()
    assert verb()[0] == 0
    monkeypatch.setattr(images, "digest_of", lambda _: "other")
    code, said = verb()
    assert code == 1
    assert "Api 1.4.0 was built of other sources, and a version never changes: raise its version" in said


def simple(name: str, severity: str) -> dict[str, Any]:
    return {"name": name, "severity": severity, "attributes": [{"key": "package_name", "value": "openssl"}]}


def enhanced(name: str, severity: str) -> dict[str, Any]:
    details = {"vulnerabilityId": name, "vulnerablePackages": [{"name": "openssl"}]}
    return {"findingArn": "arn", "severity": severity, "packageVulnerabilityDetails": details}


@pytest.mark.usefixtures("delivers", "docker")
@pytest.mark.parametrize(("kind", "status", "found"), [
    ("findings", "COMPLETE", simple), ("enhancedFindings", "ACTIVE", enhanced)
])  # fmt: skip
@pytest.mark.parametrize(
    ("name", "severity", "code"),
    [("CVE-2026-2", "CRITICAL", 3), ("CVE-2026-2", "HIGH", 3), ("CVE-2026-2", "MEDIUM", 0), ("CVE-2026-1", "HIGH", 0)],
)
def test_a_severe_finding_that_nobody_accepted_stops_the_delivery(
    *, kind: str, status: str, found: Callable[..., Any], name: str, severity: str, code: int, scanned: Scan
) -> None:
    scanned(found(name, severity), status=status, kind=kind)
    ended, said = verb("--json")
    assert ended == code, said
    assert (f"{severity} {name} openssl" in said) is (code == 3)


@pytest.mark.usefixtures("delivers", "docker")
def test_what_cannot_be_scanned_is_not_delivered(scanned: Scan) -> None:
    scanned(status="UNSUPPORTED_IMAGE")
    code, said = verb()
    assert code == 1
    assert "Api cannot be scanned: UNSUPPORTED_IMAGE: why" in said


@pytest.mark.usefixtures("delivers", "docker")
def test_a_scan_that_does_not_end_ends_the_wait(scanned: Scan, aws: Aws) -> None:
    scanned(status="PENDING")
    with pytest.raises(TimeoutError, match=r"scan of Api 1\.4\.0 took longer than 0 s \(last seen: pending\)"):
        images.scan(Aws(aws.environment), IMAGE, seconds=0.1)


@pytest.mark.usefixtures("delivers")
def test_without_the_repository_the_pipeline_comes_first(aws: Aws) -> None:
    code, said = verb()
    assert code == 1
    assert f"there is no repository {NAME}: deploy the pipeline first" in said


def test_an_image_that_the_pipeline_does_not_build_is_a_wrong_use(aws: Aws) -> None:
    assert verb("--image", "Other") == (2, "error: --image must be one of the pipeline's (it builds none), got Other")


def test_a_source_that_is_gone_is_named() -> None:
    with pytest.raises(AwsError, match="Api: services/gone is not there"):
        images.digest_of(IMAGE.but(sources=("services/gone",)))


def test_other_refusals_of_the_registry_are_not_swallowed(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "No."}}, "DescribeImages")

    client = aws.client("ecr")
    client.describe_images = refuse
    aws.client = lambda *_: client
    with pytest.raises(ClientError, match="AccessDenied"):
        images.find(aws, IMAGE)
