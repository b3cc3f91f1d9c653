"""CloudFront before files and an API: who may read, what is cached, what browsers are told."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Match, Template

from constructs_lib.distribution_logs import DistributionLogs
from constructs_lib.security_headers import content_security_policy
from constructs_lib.site_distribution import SiteDistribution

DISTRIBUTION = "AWS::CloudFront::Distribution"
CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/a"


def front(stack: cdk.Stack, **settings: Any) -> SiteDistribution:
    values = {"connects_to": ["https://sign-in.example.com"], "price_class": "100", **settings}
    return SiteDistribution(
        stack,
        "Front",
        api_host="abc.execute-api.eu-west-1.amazonaws.com",
        api_stage="v1",
        description="A site",
        site=s3.Bucket(stack, "Site"),
        **values,
    )


def config(stack: cdk.Stack) -> dict[str, Any]:
    ((_, found),) = Template.from_stack(stack).find_resources(DISTRIBUTION).items()
    return dict(found["Properties"]["DistributionConfig"])


def test_this_distribution_alone_reads_the_bucket(stack: cdk.Stack) -> None:
    front(stack)
    template = Template.from_stack(stack)
    (distribution,) = template.find_resources(DISTRIBUTION)
    template.has_resource_properties(
        "AWS::CloudFront::OriginAccessControl",
        {"OriginAccessControlConfig": Match.object_like({"SigningBehavior": "always", "SigningProtocol": "sigv4"})},
    )
    (policy,) = template.find_resources("AWS::S3::BucketPolicy").values()
    (allowed,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert allowed["Action"] == ["s3:GetObject", "s3:ListBucket"]
    assert {"Ref": distribution} in allowed["Condition"]["StringEquals"]["AWS:SourceArn"]["Fn::Join"][1]


def test_services_behind_a_load_balancer_are_asked_over_https_by_the_name_of_the_front_end(stack: cdk.Stack) -> None:
    certificate = acm.Certificate.from_certificate_arn(stack, "Certificate", CERTIFICATE)
    paths = ["/orders/*", "/reports/*"]
    front(stack, domain="a.example.com", certificate=certificate, service_host="lb.example.com", service_paths=paths)
    found = config(stack)
    (origin,) = [one for one in found["Origins"] if one["Id"] == "services"]
    assert origin["DomainName"] == "lb.example.com"
    assert origin["CustomOriginConfig"] == {"OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"]}
    behaviors = {one["PathPattern"]: one for one in found["CacheBehaviors"]}
    assert list(behaviors) == ["/v1/*", *paths], "the API's first: no path of a service takes anything from it"
    for path in paths:
        assert behaviors[path]["TargetOriginId"] == "services"
        assert "POST" in behaviors[path]["AllowedMethods"]
        assert behaviors[path]["CachePolicyId"] == behaviors["/v1/*"]["CachePolicyId"]
        assert behaviors[path]["OriginRequestPolicyId"] != behaviors["/v1/*"]["OriginRequestPolicyId"]


@pytest.mark.parametrize("given", [{}, {"service_host": "lb.example.com"}])
def test_paths_of_services_without_a_load_balancer_or_a_name_are_refused(
    stack: cdk.Stack, given: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"service_paths must be empty without service_host and domain, got \['/a'\]"):
        front(stack, service_paths=["/a"], **given)


def test_viewers_come_over_https_by_http_2_and_3_and_ipv6(stack: cdk.Stack) -> None:
    front(stack)
    found = config(stack)
    assert found["HttpVersion"] == "http2and3"
    assert found["IPV6Enabled"] is True
    assert found["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    assert {behavior["ViewerProtocolPolicy"] for behavior in found["CacheBehaviors"]} == {"https-only"}


def test_calls_of_the_api_pass_uncached_with_every_method_over_tls_1_2(stack: cdk.Stack) -> None:
    front(stack)
    found = config(stack)
    (api,) = found["CacheBehaviors"]
    assert api["PathPattern"] == "/v1/*"
    assert set(api["AllowedMethods"]) >= {"DELETE", "GET", "PATCH", "POST"}
    assert api["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # AWS's CachingDisabled
    (origin,) = [origin for origin in found["Origins"] if origin["Id"] == api["TargetOriginId"]]
    assert origin["CustomOriginConfig"] == {"OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"]}


def test_every_answer_carries_the_security_headers(stack: cdk.Stack) -> None:
    front(stack)
    (policy,) = Template.from_stack(stack).find_resources("AWS::CloudFront::ResponseHeadersPolicy")
    found = config(stack)
    behaviors = [found["DefaultCacheBehavior"], *found["CacheBehaviors"]]
    assert [behavior["ResponseHeadersPolicyId"] for behavior in behaviors] == [{"Ref": policy}] * 2


def test_a_page_loads_from_its_own_origin_and_calls_what_is_named(stack: cdk.Stack) -> None:
    policy = content_security_policy(["https://sign-in.example.com"])
    assert policy["connect-src"] == ["'self'", "https://sign-in.example.com"]
    assert policy["default-src"] == ["'none'"]
    assert not [kind for kind, sources in policy.items() if {"*", "'unsafe-inline'", "'unsafe-eval'"} & set(sources)]


def test_a_domain_comes_with_its_certificate_and_tls_1_2(stack: cdk.Stack) -> None:
    certificate = acm.Certificate.from_certificate_arn(stack, "Certificate", CERTIFICATE)
    assert front(stack, domain="todo.example.com", certificate=certificate).url == "https://todo.example.com"
    found = config(stack)
    assert found["Aliases"] == ["todo.example.com"]
    assert found["ViewerCertificate"] == {
        "AcmCertificateArn": CERTIFICATE,
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }


@pytest.mark.parametrize(
    ("settings", "kind"),
    [({"allowed_countries": ["CH"]}, "whitelist"), ({"blocked_countries": ["KP"]}, "blacklist")],
)
def test_countries_are_served_or_refused(stack: cdk.Stack, settings: dict[str, Any], kind: str) -> None:
    front(stack, **settings)
    (countries,) = settings.values()
    assert config(stack)["Restrictions"]["GeoRestriction"] == {"Locations": countries, "RestrictionType": kind}


@pytest.mark.parametrize(
    ("settings", "rule"),
    [
        ({"price_class": "50"}, "price_class must be one of 100, 200, all, got 50"),
        ({"allowed_countries": ["CH"], "blocked_countries": ["KP"]}, "blocked_countries must be empty"),
        ({"domain": "todo.example.com"}, "domain and certificate must come together"),
    ],
)
def test_what_cloudfront_would_refuse_is_refused_here(stack: cdk.Stack, settings: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        front(stack, **settings)


def test_its_requests_are_logged_into_a_bucket_that_only_this_source_writes_to(stack: cdk.Stack) -> None:
    distribution = front(stack).distribution
    DistributionLogs(stack, "Logs", name="site", bucket=s3.Bucket(stack, "AccessLogs"), distribution=distribution)
    template = Template.from_stack(stack)
    template.has_resource_properties("AWS::Logs::DeliverySource", {"LogType": "ACCESS_LOGS", "Name": "site"})
    template.has_resource_properties("AWS::Logs::Delivery", {"DeliverySourceName": "site"})
    source = "arn:aws:logs:us-east-1:111122223333:delivery-source:site"
    template.has_resource_properties(
        "AWS::S3::BucketPolicy",
        {
            "PolicyDocument": {
                "Statement": [
                    Match.object_like(
                        {
                            "Action": "s3:PutObject",
                            "Principal": {"Service": "delivery.logs.amazonaws.com"},
                            "Condition": Match.object_like({"ArnLike": {"aws:SourceArn": Match.any_value()}}),
                        }
                    )
                ],
                "Version": "2012-10-17",
            }
        },
    )
    assert source.rsplit(":", 1)[1] in str(template.find_resources("AWS::S3::BucketPolicy"))
