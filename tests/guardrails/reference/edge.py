"""The public site: a bucket behind CloudFront."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from constructs import Construct

from tests.guardrails.reference.foundation import Foundation


class Edge(cdk.Stack):
    """What browsers see."""

    def __init__(self, scope: Construct, construct_id: str, *, foundation: Foundation, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        nested = cdk.NestedStack(self, "Content", removal_policy=cdk.RemovalPolicy.RETAIN)
        self.site = foundation.bucket(nested, "Site")
        self.distribution = cloudfront.Distribution(
            nested,
            "Distribution",
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin(self.site),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            ),
            additional_behaviors={
                "/api/*": cloudfront.BehaviorOptions(
                    origin=origins.HttpOrigin(
                        "api.example.com", origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2]
                    ),
                    viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
                )
            },
            enable_logging=True,
            log_bucket=foundation.access_logs,
            web_acl_id=f"arn:aws:wafv2:us-east-1:{self.account}:global/webacl/edge/00000000-0000-4000-8000-000000000000",
        )
