"""The callers of an API that have a key each, and what each of them may ask for."""

from collections.abc import Sequence

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct


class ApiClients(Construct):
    """A usage plan of one stage, and a key for each client; the values are AWS's, and in no template.

    A key tells callers apart, and is no proof of who they are. Another client id makes another key.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        api: apigateway.RestApi,
        clients: Sequence[str],
        rate_limit_per_second: int,
        burst_limit: int,
        requests_per_day: int | None,
    ) -> None:
        super().__init__(scope, construct_id)
        plan = apigateway.CfnUsagePlan(
            self,
            "Resource",
            usage_plan_name=name,
            api_stages=[{"apiId": api.rest_api_id, "stage": api.deployment_stage.stage_name}],
            throttle={"rateLimit": rate_limit_per_second, "burstLimit": burst_limit},
            quota={"limit": requests_per_day, "period": "DAY"} if requests_per_day else None,
        )
        for client in clients:
            key = apigateway.CfnApiKey(self, client, name=f"{name}-{client}", enabled=True)
            apigateway.CfnUsagePlanKey(
                self, f"{client}InPlan", key_id=key.ref, key_type="API_KEY", usage_plan_id=plan.ref
            )
