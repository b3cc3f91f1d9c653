"""Site: what stands behind the edge. The front end's files, and the client by which its visitors sign in."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from constructs import Construct

from config import Environment
from constructs_lib.serverless_api import STAGE
from constructs_lib.site_deployment import SiteDeployment
from constructs_lib.site_distribution import SiteDistribution
from constructs_lib.user_directory import UserDirectory
from infra.stack_settings import stack_settings

PAGE = Path(__file__).parent.parent / "services" / "web"


class SiteStack(cdk.Stack):
    """In the region of the users: a client knows the address of the front end, which the edge gives it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        data_key: kms.IKey,
        logs_key: kms.IKey,
        bucket_name: str,
        bucket_region: str,
        bucket_key: kms.IKey,
        front: SiteDistribution,
        users: UserDirectory | None,
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        cdk.CrossStackReferences.of(self).consume(cdk.ReferenceStrength.WEAK)
        sign_in = None
        if users and environment.compute.api.authorization == "cognito":
            pages = [f"{front.url}/"]
            client = users.add_public_client("Site", scope=self, callback_urls=pages, logout_urls=pages)
            sign_in = {"url": users.login_url, "clientId": client.ref}
        deployment = SiteDeployment(
            self,
            "Deployment",
            folder=PAGE,
            settings={"api": f"/{STAGE}", "signIn": sign_in},
            bucket_name=bucket_name,
            bucket_region=bucket_region,
            bucket_key_arn=bucket_key.key_arn,
            distribution_arn=front.arn,
            distribution_id=front.distribution.distribution_id,
            encryption_key=data_key,
            log_key=logs_key,
            log_retention_days=environment.compute.log_retention_days,
        )
        self.functions = {"SiteDeployer": deployment.deployer}
