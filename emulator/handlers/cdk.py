"""CDK's custom resource that unpacks files into a bucket: its function needs a tool that only Lambda has."""

import mimetypes
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from emulator.api import call
from emulator.handler import Declared, Handler, Properties, Provisioned, handles


@handles("Custom::CDKBucketDeployment")
class BucketDeployment(Handler):
    """Files from asset archives in a bucket, others pruned, and the distribution before it invalidated."""

    def create(self, declared: Declared) -> Provisioned:
        return self.update(f"aws.cdk.s3deployment.{declared.name('Id')}", declared)

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        properties = declared.properties
        bucket = properties["DestinationBucketName"]
        prefix = properties.get("DestinationBucketKeyPrefix", "").strip("/")
        prefix = f"{prefix}/" if prefix else ""
        written = set()
        for name, content in _files(properties):
            content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
            call("s3", "put_object", Bucket=bucket, Key=prefix + name, Body=content, ContentType=content_type)
            written.add(prefix + name)
        if _true(properties.get("Prune", True)):
            for item in call("s3", "list_objects_v2", Bucket=bucket, Prefix=prefix).get("Contents", []):
                if item["Key"] not in written:
                    call("s3", "delete_object", Bucket=bucket, Key=item["Key"])
        if distribution := properties.get("DistributionId"):
            _invalidate(distribution, properties)
        arn = properties.get("DestinationBucketArn", f"arn:aws:s3:::{bucket}")
        return physical_id, {"DestinationBucketArn": arn, "SourceObjectKeys": properties["SourceObjectKeys"]}


def _files(properties: Properties) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file, with the markers of late-bound values replaced."""
    names, keys = properties["SourceBucketNames"], properties["SourceObjectKeys"]
    markers = properties.get("SourceMarkers") or [{}] * len(keys)
    for bucket, key, values in zip(names, keys, markers, strict=True):
        archive = call("s3", "get_object", Bucket=bucket, Key=key)["Body"].read()
        for name, content in _unpacked(key, archive, extract=_true(properties.get("Extract", True))):
            for marker, value in values.items():
                content = content.replace(marker.encode(), str(value).encode())  # noqa: PLW2901
            yield name, content


def _unpacked(key: str, archive: bytes, *, extract: bool) -> Iterator[tuple[str, bytes]]:
    if not extract:
        yield key, archive
        return
    with ZipFile(BytesIO(archive)) as unpacked:
        for name in unpacked.namelist():
            if not name.endswith("/"):
                yield name, unpacked.read(name)


def _invalidate(distribution: str, properties: Properties) -> None:
    paths = properties.get("DistributionPaths") or ["/*"]
    batch = {
        "Paths": {"Quantity": len(paths), "Items": paths},
        "CallerReference": properties["SourceObjectKeys"][0],
    }
    call("cloudfront", "create_invalidation", DistributionId=distribution, InvalidationBatch=batch)


def _true(value: Any) -> bool:
    return str(value).lower() == "true"
