"""A name of ours for a REST API."""

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from constructs_lib.public_name import PublicName


class ApiName(Construct):
    """Certificate, domain and records; `https://{name}/{stage}` is the API. Another name replaces all of them."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        zone_id: str,
        zone_name: str,
        api: apigateway.RestApi,
    ) -> None:
        super().__init__(scope, construct_id)
        public = PublicName(self, "Name", name=name, zone_id=zone_id, zone_name=zone_name)
        self.certificate_arn = public.certificate.certificate_arn
        stage = api.deployment_stage.stage_name
        domain = apigateway.CfnDomainName(
            self,
            "Resource",
            domain_name=name,
            endpoint_configuration={"types": ["REGIONAL"]},
            regional_certificate_arn=self.certificate_arn,
            security_policy="TLS_1_2",
        )
        # The path keeps the stage, so that an address is the same but for its host.
        apigateway.CfnBasePathMapping(
            self, "Paths", base_path=stage, domain_name=domain.ref, rest_api_id=api.rest_api_id, stage=stage
        )
        public.lead_to(
            targets.ApiGatewayv2DomainProperties(domain.attr_regional_domain_name, domain.attr_regional_hosted_zone_id)
        )
        self.url = f"https://{name}/{stage}/"
