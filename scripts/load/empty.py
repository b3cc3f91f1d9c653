"""An API on the emulator whose function does nothing: what is left to measure is the emulator."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scripts.aws import Aws

STACK = "load-test-empty-handler"
ANSWER = {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": '{"status": "ok"}'}


@contextmanager
def empty_api(aws: "Aws") -> Iterator[str]:
    """Yield the address of such an API, which is gone afterwards."""
    cloudformation = aws.client("cloudformation")
    cloudformation.create_stack(
        StackName=STACK, TemplateBody=json.dumps(template()), Capabilities=["CAPABILITY_IAM"], OnFailure="DELETE"
    )
    try:
        cloudformation.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})
        found = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"][0]["OutputValue"]
        yield f"{aws.endpoint}/_aws/execute-api/{found}/v1"
    finally:
        cloudformation.delete_stack(StackName=STACK)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})


def template() -> dict[str, Any]:
    """Return the stack: an API with one route, `GET /health`, and the function behind it."""
    trust = {
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]
    }
    uri = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function.Arn}/invocations"
    method = {
        "AuthorizationType": "NONE",
        "HttpMethod": "GET",
        "Integration": {"IntegrationHttpMethod": "POST", "Type": "AWS_PROXY", "Uri": {"Fn::Sub": uri}},
        "ResourceId": {"Ref": "Health"},
        "RestApiId": {"Ref": "Api"},
    }
    path = {"ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "PathPart": "health", "RestApiId": {"Ref": "Api"}}
    function = {
        # It writes a line as any function does: for one that is silent the emulator waits, in case a line is late.
        "Code": {"ZipFile": f"def handler(event, context):\n    print('asked')\n    return {ANSWER!r}"},
        "Handler": "index.handler",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Runtime": "python3.14",
    }
    return {
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}},
            "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": STACK}},
            "Health": {"Type": "AWS::ApiGateway::Resource", "Properties": path},
            "Ask": {"Type": "AWS::ApiGateway::Method", "Properties": method},
            "Deployment": {
                "Type": "AWS::ApiGateway::Deployment",
                "DependsOn": "Ask",
                "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "v1"},
            },
        },
        "Outputs": {"Api": {"Value": {"Ref": "Api"}}},
    }
