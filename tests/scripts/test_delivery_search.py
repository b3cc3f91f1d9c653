"""A resource is found in every region by Resource Explorer, and by stacks and tags where that is off."""

from typing import Any

import pytest
from botocore.stub import Stubber

from scripts.aws import Aws
from scripts.delivery import search
from scripts.delivery.search import Found
from scripts.delivery.stacks import Deployed

ARN = "arn:aws:sqs:us-west-2:111122223333:orders-dead"
STACK = Deployed("groundwork-dev-data", "us-east-1", "arn/1", "UPDATE_COMPLETE")
RESOURCES = [
    {"ResourceType": "AWS::SQS::Queue", "PhysicalResourceId": "https://sqs/orders-dead", "LogicalResourceId": "Dead"},
    {"ResourceType": "AWS::SNS::Topic", "PhysicalResourceId": "arn:topic", "LogicalResourceId": "Other"},
]


@pytest.fixture
def explorer(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Stubber:
    """Resource Explorer, of whom moto knows nothing, beside a stack that has a queue and a topic."""
    make, client = aws.client, aws.client("resource-explorer-2")
    aws.client = lambda service, region=None: client if service == "resource-explorer-2" else make(service, region)
    monkeypatch.setattr(search, "stacks_of", lambda _: [STACK])
    monkeypatch.setattr(search, "resources_of", lambda *_: RESOURCES)
    return Stubber(client)


def answer(*arns: str) -> dict[str, Any]:
    resources = [{"Arn": arn, "Region": arn.split(":")[3], "ResourceType": "sqs:queue"} for arn in arns]
    return {"Resources": resources, "Count": {"Complete": True, "TotalResources": len(arns)}}


def test_resource_explorer_knows_the_regions_and_the_stacks_know_what_for(aws: Aws, explorer: Stubber) -> None:
    other = "arn:aws:sqs:eu-west-1:111122223333:orders-by-hand"
    explorer.add_response("search", answer(ARN, other))
    with explorer:
        found, how = search.search(aws, "orders")
    assert how == "stacks and Resource Explorer"
    assert found == [
        Found("dev", "eu-west-1", "sqs:queue", other),
        Found("dev", "us-east-1", "AWS::SQS::Queue", "https://sqs/orders-dead", "groundwork-dev-data", "Dead"),
    ]


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "UnauthorizedException", "AccessDeniedException"])
def test_without_it_stacks_and_tags_are_searched_and_that_is_said(aws: Aws, explorer: Stubber, code: str) -> None:
    url = aws.client("sqs", "us-west-2").create_queue(
        QueueName="orders-tagged", tags={"project": "groundwork", "environment": "dev"}
    )["QueueUrl"]
    assert url
    explorer.add_client_error("search", code)
    with explorer:
        found, how = search.search(aws, "orders")
    assert "Resource Explorer is off, so untagged resources hide" in how
    assert [(one.region, one.logical_id or one.name.rpartition(":")[2]) for one in found] == [
        ("us-east-1", "Dead"),
        ("us-west-2", "orders-tagged"),
    ]


def test_a_fault_of_it_is_told_and_not_taken_for_nothing_found(aws: Aws, explorer: Stubber) -> None:
    explorer.add_client_error("search", "InternalServerException", http_status_code=500)
    with explorer, pytest.raises(Exception, match="InternalServerException"):
        search.search(aws, "orders")


@pytest.mark.parametrize(("text", "number"), [("AWS::SNS::Topic", 1), ("other", 1), ("DEAD", 1), ("nothing", 0)])
def test_a_type_an_id_and_a_part_of_a_name_are_found(aws: Aws, explorer: Stubber, text: str, number: int) -> None:
    explorer.add_response("search", answer())
    with explorer:
        assert len(search.search(aws, text)[0]) == number
