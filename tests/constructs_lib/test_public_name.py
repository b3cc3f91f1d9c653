"""A public name: its certificate, its records, and where it leads while nobody answers."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_route53_targets as targets
from aws_cdk.assertions import Template

from constructs_lib.public_name import PublicName, health_check

RECORD = "AWS::Route53::RecordSet"


def name(stack: cdk.Stack) -> PublicName:
    return PublicName(stack, "Name", name="todo.example.com", zone_id="Z1", zone_name="example.com")


def records(stack: cdk.Stack) -> dict[str, dict[str, Any]]:
    found = Template.from_stack(stack).find_resources(RECORD).values()
    return {
        record["Properties"].get("SetIdentifier", record["Properties"]["Type"]): record["Properties"]
        for record in found
    }


def test_the_certificate_is_proven_in_the_zone(stack: cdk.Stack) -> None:
    name(stack)
    Template.from_stack(stack).has_resource_properties(
        "AWS::CertificateManager::Certificate",
        {
            "DomainName": "todo.example.com",
            "DomainValidationOptions": [{"DomainName": "todo.example.com", "HostedZoneId": "Z1"}],
            "ValidationMethod": "DNS",
        },
    )


def test_the_name_leads_to_its_target_by_ipv4_and_ipv6(stack: cdk.Stack) -> None:
    behavior = cloudfront.BehaviorOptions(origin=origins.HttpOrigin("origin.example.com"))
    name(stack).lead_to(targets.CloudFrontTarget(cloudfront.Distribution(stack, "Cdn", default_behavior=behavior)))
    found = records(stack)
    assert set(found) == {"A", "AAAA"}
    assert {record["Name"] for record in found.values()} == {"todo.example.com."}
    assert all("AliasTarget" in record for record in found.values())


def test_the_name_leads_elsewhere_while_the_check_fails(stack: cdk.Stack) -> None:
    check = health_check(stack, "Check", host="d1.cloudfront.net", path="/v1/health", tags={"Name": "site"})
    name(stack).fail_over(primary="d1.cloudfront.net", secondary="sorry.example.net", health_check_id=check)
    found = records(stack)
    assert found["primary"]["HealthCheckId"] == stack.resolve(check)
    assert found["primary"]["ResourceRecords"] == ["d1.cloudfront.net"]
    assert found["secondary"]["ResourceRecords"] == ["sorry.example.net"]
    assert "HealthCheckId" not in found["secondary"]
    assert [found[role]["Failover"] for role in ("primary", "secondary")] == ["PRIMARY", "SECONDARY"]


def test_the_check_asks_over_https_with_the_name_of_the_host(stack: cdk.Stack) -> None:
    health_check(stack, "Check", host="d1.cloudfront.net", path="/v1/health", tags={})
    Template.from_stack(stack).has_resource_properties(
        "AWS::Route53::HealthCheck",
        {
            "HealthCheckConfig": {
                "EnableSNI": True,
                "FailureThreshold": 3,
                "FullyQualifiedDomainName": "d1.cloudfront.net",
                "Port": 443,
                "RequestInterval": 30,
                "ResourcePath": "/v1/health",
                "Type": "HTTPS",
            }
        },
    )
