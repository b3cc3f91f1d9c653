"""Finds resources by name, id, ARN or tag in one account: with Resource Explorer, or by stacks and tags without it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from scripts.aws import DENIED, Aws, code_of
from scripts.delivery.stacks import regions_of, resources_of, stacks_of

NOT_ON = {"ResourceNotFoundException", "UnauthorizedException", "ValidationException", *DENIED}


@dataclass(frozen=True, order=True)
class Found:
    """A resource, and where it is."""

    environment: str
    region: str
    type: str
    #: ARN where it is known, else the id that CloudFormation has.
    name: str
    stack: str = ""
    logical_id: str = ""

    def to_dict(self) -> dict[str, str]:
        """For programs."""
        return asdict(self)


def search(aws: Aws, text: str) -> tuple[list[Found], str]:
    """Return what matches `text`, and how it was looked for."""
    own = set(_in_stacks(aws, text))
    explored = _explored(aws, text)
    if explored is not None:
        return _merged(own, explored), "stacks and Resource Explorer"
    return _merged(
        own, set(_tagged(aws, text))
    ), "stacks and tags: Resource Explorer is off, so untagged resources hide"


def _merged(own: set[Found], others: set[Found]) -> list[Found]:
    """Return both; what a stack knows by id is not repeated by ARN."""
    known = {_last(one.name) for one in own}
    return sorted(own | {one for one in others if _last(one.name) not in known})


def _last(name: str) -> str:
    return name.replace(":", "/").rpartition("/")[2]


def _in_stacks(aws: Aws, text: str) -> Iterator[Found]:
    wanted = text.lower()
    for stack in stacks_of(aws):
        for one in resources_of(aws, stack):
            name, logical_id = one.get("PhysicalResourceId", ""), one["LogicalResourceId"]
            if wanted in name.lower() or wanted in logical_id.lower() or wanted == one["ResourceType"].lower():
                yield Found(aws.environment.name, stack.region, one["ResourceType"], name, stack.name, logical_id)


def _explored(aws: Aws, text: str) -> set[Found] | None:
    """Return what Resource Explorer finds in all regions of the account; None where it is not on."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        pages = aws.client("resource-explorer-2").get_paginator("search").paginate(QueryString=f'"{text}"')
        return {
            Found(aws.environment.name, one["Region"], one["ResourceType"], one["Arn"])
            for page in pages
            for one in page["Resources"]
        }
    except ClientError as error:
        if code_of(error) in NOT_ON or error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") in (400, 404):
            return None
        raise
    except BotoCoreError:
        return None


def _tagged(aws: Aws, text: str) -> Iterator[Found]:
    """Yield the environment's tagged resources whose ARN or tags match."""
    environment, wanted = aws.environment, text.lower()
    mine = [
        {"Key": "project", "Values": [environment.project]},
        {"Key": "environment", "Values": [environment.name]},
    ]
    for region in regions_of(environment):
        pages = aws.client("resourcegroupstaggingapi", region).get_paginator("get_resources").paginate(TagFilters=mine)
        for page in pages:
            for one in page["ResourceTagMappingList"]:
                arn: str = one["ResourceARN"]
                if wanted in arn.lower() or any(wanted in str(tag["Value"]).lower() for tag in one["Tags"]):
                    yield Found(environment.name, region, _type(arn), arn)


def _type(arn: str) -> str:
    parts: list[Any] = (arn.split(":", 5) + [""] * 6)[:6]
    return f"{parts[2]}:{parts[5].replace(':', '/').partition('/')[0]}"
