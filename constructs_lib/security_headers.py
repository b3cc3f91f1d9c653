"""What browsers are told about every answer: HTTPS only, no framing, and where a page may load from and send to."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

HSTS_DAYS = 730
"""Two years, as the preload list of browsers asks for; a year would do for a good mark in scanners."""

NOTHING_OF_THE_DEVICE = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class SecurityHeaders(Construct):
    """A response headers policy. A page may load scripts, styles and images from its own origin alone."""

    def __init__(self, scope: Construct, construct_id: str, *, connects_to: Sequence[str] = ()) -> None:
        """Make the policy; `connects_to` are the origins, beside its own, that the page may send requests to."""
        super().__init__(scope, construct_id)
        self.policy = cloudfront.ResponseHeadersPolicy(
            self,
            "Resource",
            # Without a name of its own, CDK would name it after the construct path, which a pipeline's Stage changes.
            response_headers_policy_name=f"{cdk.Stack.of(self).stack_name}-headers",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=_written(content_security_policy(connects_to)), override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=cloudfront.HeadersFrameOption.DENY, override=True
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=cdk.Duration.days(HSTS_DAYS), include_subdomains=True, override=True
                ),
            ),
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
                    for name, value in {
                        "Cross-Origin-Opener-Policy": "same-origin",
                        "Cross-Origin-Resource-Policy": "same-origin",
                        "Permissions-Policy": NOTHING_OF_THE_DEVICE,
                    }.items()
                ]
            ),
            remove_headers=["Server"],
        )


def content_security_policy(connects_to: Sequence[str]) -> dict[str, Sequence[str]]:
    """Return the sources that a page may use, by kind; what is not named here is refused."""
    own = ["'self'"]
    return {
        "default-src": ["'none'"],
        "script-src": own,
        "style-src": own,
        "img-src": own,
        "manifest-src": own,
        "connect-src": [*own, *connects_to],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
        "require-trusted-types-for": ["'script'"],
    }


def _written(policy: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(" ".join([kind, *sources]) for kind, sources in policy.items())
