"""CloudFront before a bucket of static files and an API: one origin for browsers, so no cross-origin requests."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.acknowledge import accept_finding, acknowledge
from constructs_lib.security_headers import SecurityHeaders

PRICE_CLASSES = {
    "100": cloudfront.PriceClass.PRICE_CLASS_100,
    "200": cloudfront.PriceClass.PRICE_CLASS_200,
    "all": cloudfront.PriceClass.PRICE_CLASS_ALL,
}

WITHOUT_WEB_ACL = "The environment does without this web ACL, which has a monthly price: the API behind it has its own."


class SiteDistribution(Construct):
    """A distribution: HTTPS with TLS 1.2 or newer, HTTP/2 and HTTP/3, IPv6, security headers on every answer.

    The files come from `site` by origin access control: nobody else reads the bucket. What begins with the API's stage
    (`/v1/...`) goes to the API as it is, and is never cached; so do `service_paths` go to services behind a load
    balancer. Another `domain` updates it in place.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        description: str,
        site: s3.IBucket,
        api_host: str,
        api_stage: str,
        connects_to: Sequence[str],
        price_class: str,
        allowed_countries: Sequence[str] = (),
        blocked_countries: Sequence[str] = (),
        domain: str | None = None,
        certificate: acm.ICertificate | None = None,
        service_host: str | None = None,
        service_paths: Sequence[str] = (),
        web_acl_arn: str | None = None,
    ) -> None:
        """Make the distribution.

        Args:
            api_host: host name of the API, such as `{id}.execute-api.{region}.amazonaws.com`.
            connects_to: further origins that the page may call (see SecurityHeaders).
            domain: its name, where `certificate` is one for it; none: the name that CloudFront gives.
            service_host: the load balancer; it must show a certificate for `domain`, by which it is asked over HTTPS.

        Raises:
            ValueError: a price class that is unknown, two lists of countries, a domain without certificate, or paths of
                services without a load balancer or a domain.
        """
        if price_class not in PRICE_CLASSES:
            raise ValueError(f"price_class must be one of {', '.join(PRICE_CLASSES)}, got {price_class}")
        if allowed_countries and blocked_countries:
            raise ValueError(f"blocked_countries must be empty beside allowed_countries, got {blocked_countries}")
        if (domain is None) != (certificate is None):
            raise ValueError(f"domain and certificate must come together, got domain {domain}")
        if service_paths and not (service_host and domain):
            raise ValueError(f"service_paths must be empty without service_host and domain, got {service_paths}")
        super().__init__(scope, construct_id)
        headers = SecurityHeaders(self, "Headers", connects_to=connects_to).policy
        self.distribution = cloudfront.Distribution(
            self,
            "Resource",
            comment=description,
            certificate=certificate,
            domain_names=[domain] if domain else None,
            default_root_object="index.html",
            default_behavior=cloudfront.BehaviorOptions(
                # With s3:ListBucket, S3 says 404 of a file that is not there, not 403.
                origin=origins.S3BucketOrigin.with_origin_access_control(
                    site,
                    origin_access_levels=[cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST],
                    origin_id="site",  # else CDK's, which a pipeline's Stage changes
                ),
                compress=True,
                response_headers_policy=headers,
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            ),
            additional_behaviors={
                # The gateway answers to its own host name only.
                f"/{api_stage}/*": _passed_on(
                    "api", api_host, headers, cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER
                ),
                **(
                    dict.fromkeys(
                        service_paths,
                        _passed_on("services", service_host, headers, cloudfront.OriginRequestPolicy.ALL_VIEWER),
                    )
                    if service_host
                    else {}
                ),
            },
            enable_ipv6=True,
            geo_restriction=_geo(allowed_countries, blocked_countries),
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021 if certificate else None,
            price_class=PRICE_CLASSES[price_class],
            web_acl_id=web_acl_arn,
        )
        self.domain = domain or self.distribution.distribution_domain_name
        self._acknowledge(geo=bool(allowed_countries or blocked_countries), certificate=certificate is not None)
        if not web_acl_arn:
            acknowledge(self.distribution, ["AwsSolutions-CFR2"], reason=WITHOUT_WEB_ACL)
            accept_finding(self.distribution, "reachability.web-acl", reason=WITHOUT_WEB_ACL)

    @property
    def url(self) -> str:
        """Address of the front end, without a trailing slash."""
        return f"https://{self.domain}"

    @property
    def arn(self) -> str:
        """ARN of the distribution."""
        return cdk.Stack.of(self).format_arn(
            service="cloudfront", region="", resource="distribution", resource_name=self.distribution.distribution_id
        )

    def _acknowledge(self, *, geo: bool, certificate: bool) -> None:
        acknowledge(
            self.distribution,
            ["@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk"],
            reason="The entry page is the default root object, so no request lists the bucket.",
        )
        if not geo:
            acknowledge(
                self.distribution,
                ["AwsSolutions-CFR1"],
                reason="The platform serves every country; edge.allowed_countries and blocked_countries restrict it.",
            )
        if not certificate:
            acknowledge(
                self.distribution,
                ["AwsSolutions-CFR4"],
                reason="Without a domain CloudFront's own certificate serves; AWS alone sets its TLS versions.",
            )


def _passed_on(
    origin_id: str,
    host: str,
    headers: cloudfront.ResponseHeadersPolicy,
    request: cloudfront.IOriginRequestPolicy,
) -> cloudfront.BehaviorOptions:
    """What goes to `host` as it came, with what `request` says of it, and is never cached."""
    return cloudfront.BehaviorOptions(
        origin=origins.HttpOrigin(
            host,
            origin_id=origin_id,
            protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
            origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
        ),
        allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
        cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
        compress=False,
        origin_request_policy=request,
        response_headers_policy=headers,
        viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
    )


def _geo(allowed: Sequence[str], blocked: Sequence[str]) -> cloudfront.GeoRestriction | None:
    if allowed:
        return cloudfront.GeoRestriction.allowlist(*allowed)
    return cloudfront.GeoRestriction.denylist(*blocked) if blocked else None
