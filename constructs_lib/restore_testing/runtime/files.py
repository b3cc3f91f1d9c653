"""Looks into a restored file system: gives it a way in, has a function inside the network mount it, and read.

Each call does the next step and raises NotYetError until the canary is read. What is made carries the tag by which AWS
Backup deletes what its restore tests made; it is removed at the end all the same.
"""

import json
import os
from contextlib import suppress
from typing import Any

from .verdicts import Client, NotWholeError, NotYetError, Seen, opened, require

TAG = "awsbackup-restore-test"
MOUNTED_AT = "/mnt/files"
USER = {"Uid": 1000, "Gid": 1000}


def look(client: Client, arn: str, _: str, key: str) -> Seen:
    """Mount and read."""
    efs, name = client("efs"), arn.rpartition("/")[2]
    found = efs.describe_file_systems(FileSystemId=name)["FileSystems"][0]
    require(found["LifeCycleState"], "available", f"the state of {name}")
    require(found.get("KmsKeyId"), key, f"the key of {name}")
    require(found["SizeInBytes"]["Value"] > 0, True, f"that {name} holds anything")
    settings = json.loads(os.environ["FILES"])
    point = _way_in(efs, name, settings)
    _mount(client("lambda"), settings["reader"], [{"Arn": point, "LocalMountPath": MOUNTED_AT}])
    answer = client("lambda").invoke(FunctionName=settings["reader"], Payload=b'{"Read": true}')
    said = answer["Payload"].read().decode()
    if "FunctionError" in answer:
        raise NotWholeError(f"{name} could not be read: {said[:500]}")
    read = json.loads(said)["canaries"]
    if not read:
        raise NotWholeError(f"{name} lacks its canary: it was written before the backup, and is gone")
    return Seen(written_at=max(opened(name, canary) for canary in read))


def tidy(client: Client, arn: str) -> None:
    """Take the file system away from the function, and the way in away from the file system."""
    efs, name, functions = client("efs"), arn.rpartition("/")[2], client("lambda")
    reader = json.loads(os.environ["FILES"])["reader"]
    with suppress(efs.exceptions.FileSystemNotFound):
        points = efs.describe_access_points(FileSystemId=name)["AccessPoints"]
        mounted = functions.get_function_configuration(FunctionName=reader).get("FileSystemConfigs", [])
        if {one["Arn"] for one in mounted} & {point["AccessPointArn"] for point in points}:
            functions.update_function_configuration(FunctionName=reader, FileSystemConfigs=[])
        for point in points:
            efs.delete_access_point(AccessPointId=point["AccessPointId"])
        for target in efs.describe_mount_targets(FileSystemId=name)["MountTargets"]:
            efs.delete_mount_target(MountTargetId=target["MountTargetId"])


def _way_in(efs: Any, name: str, settings: dict[str, str]) -> str:
    """Return the ARN of the access point; make it and the mount target first."""
    targets = efs.describe_mount_targets(FileSystemId=name)["MountTargets"]
    if not targets:
        with suppress(efs.exceptions.MountTargetConflict):  # another invocation was first
            efs.create_mount_target(
                FileSystemId=name, SubnetId=settings["subnet"], SecurityGroups=[settings["security_group"]]
            )
    if not targets or targets[0]["LifeCycleState"] != "available":
        raise NotYetError("a mount target of the restored file system")
    points = efs.describe_access_points(FileSystemId=name)["AccessPoints"]
    if not points:
        efs.create_access_point(
            ClientToken=name,  # asked twice, it is made once
            FileSystemId=name,
            PosixUser=USER,
            RootDirectory={"Path": "/"},
            Tags=[{"Key": TAG, "Value": name}],
        )
    if not points or points[0]["LifeCycleState"] != "available":
        raise NotYetError("an access point of the restored file system")
    arn: str = points[0]["AccessPointArn"]
    return arn


def _mount(functions: Any, reader: str, wanted: list[dict[str, str]]) -> None:
    settings = functions.get_function_configuration(FunctionName=reader)
    if settings.get("LastUpdateStatus") == "InProgress":
        raise NotYetError("an update of the function that mounts the restored file system")
    if settings.get("FileSystemConfigs") != wanted:
        functions.update_function_configuration(FunctionName=reader, FileSystemConfigs=wanted)
        raise NotYetError("the function that mounts the restored file system")
    if settings.get("LastUpdateStatus") == "Failed":
        raise NotWholeError(f"the restored file system cannot be mounted: {settings.get('LastUpdateStatusReason')}")
