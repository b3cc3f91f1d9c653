"""What in an audit trail somebody must hear of: the CIS AWS Foundations Benchmark's list, as filters over its events.

The patterns follow the benchmark's section on monitoring, which AWS Security Hub checks as well.
"""

from dataclasses import dataclass

from constructs_lib.monitoring.metrics import Severity


@dataclass(frozen=True, kw_only=True)
class TrailEvent:
    """Events that `pattern` matches, counted in the metric `name`; more than `threshold` in 5 minutes is an alarm."""

    name: str
    kind: str
    severity: Severity
    summary: str
    pattern: str
    threshold: int = 0


def _one_of(*events: str) -> str:
    return " || ".join(f"($.eventName={event})" for event in events)


def _of(source: str, *events: str) -> str:
    return f"{{($.eventSource={source}.amazonaws.com) && ({_one_of(*events)})}}"


def _any(*events: str) -> str:
    return f"{{{_one_of(*events)}}}"


TRAIL_EVENTS = (
    TrailEvent(
        name="RootUse",
        kind="trail-root",
        severity="P1",
        summary="Somebody used the account's root user.",
        pattern='{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && '
        '$.eventType !="AwsServiceEvent"}',
    ),
    TrailEvent(
        name="RefusedCalls",
        kind="trail-refused-calls",
        severity="P2",
        summary="More than 10 calls in five minutes were refused for lack of permission.",
        pattern='{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}',
        threshold=10,
    ),
    TrailEvent(
        name="SignInWithoutMfa",
        kind="trail-sign-in",
        severity="P1",
        summary="Somebody signed in to the console without a second factor.",
        pattern='{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && '
        '($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
    ),
    TrailEvent(
        name="FailedSignIns",
        kind="trail-sign-in",
        severity="P2",
        summary="More than 3 attempts in five minutes to sign in to the console failed.",
        pattern='{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}',
        threshold=3,
    ),
    TrailEvent(
        name="PolicyChanges",
        kind="trail-identity",
        severity="P3",
        summary="Somebody changed a policy of IAM.",
        pattern=_of(
            "iam",
            *(f"{verb}{holder}Policy" for verb in ("Delete", "Put") for holder in ("Group", "Role", "User")),
            "CreatePolicy",
            "DeletePolicy",
            "CreatePolicyVersion",
            "DeletePolicyVersion",
            *(f"{verb}{holder}Policy" for holder in ("Role", "User", "Group") for verb in ("Attach", "Detach")),
        ),
    ),
    TrailEvent(
        name="TrailChanges",
        kind="trail-watch-changed",
        severity="P1",
        summary="Somebody changed, stopped or deleted a trail.",
        pattern=_any("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"),
    ),
    TrailEvent(
        name="RecorderChanges",
        kind="trail-watch-changed",
        severity="P2",
        summary="Somebody changed or stopped what AWS Config records.",
        pattern=_of(
            "config",
            "StopConfigurationRecorder",
            "DeleteDeliveryChannel",
            "PutDeliveryChannel",
            "PutConfigurationRecorder",
        ),
    ),
    TrailEvent(
        name="KeyLoss",
        kind="trail-key-loss",
        severity="P1",
        summary="Somebody disabled a key, or asked for its deletion: what it encrypts will be lost.",
        pattern=_of("kms", "DisableKey", "ScheduleKeyDeletion"),
    ),
    TrailEvent(
        name="BucketPolicyChanges",
        kind="trail-bucket-policy",
        severity="P3",
        summary="Somebody changed who may use a bucket, or what becomes of its objects.",
        pattern=_of(
            "s3",
            "PutBucketAcl",
            *(
                f"{verb}Bucket{what}"
                for verb in ("Put", "Delete")
                for what in ("Policy", "Cors", "Lifecycle", "Replication")
            ),
        ),
    ),
    TrailEvent(
        name="SecurityGroupChanges",
        kind="trail-network",
        severity="P3",
        summary="Somebody changed a security group.",
        pattern=_any(
            "AuthorizeSecurityGroupIngress",
            "AuthorizeSecurityGroupEgress",
            "RevokeSecurityGroupIngress",
            "RevokeSecurityGroupEgress",
            "CreateSecurityGroup",
            "DeleteSecurityGroup",
        ),
    ),
    TrailEvent(
        name="NetworkAclChanges",
        kind="trail-network",
        severity="P3",
        summary="Somebody changed a network ACL.",
        pattern=_any(
            "CreateNetworkAcl",
            "CreateNetworkAclEntry",
            "DeleteNetworkAcl",
            "DeleteNetworkAclEntry",
            "ReplaceNetworkAclEntry",
            "ReplaceNetworkAclAssociation",
        ),
    ),
    TrailEvent(
        name="GatewayChanges",
        kind="trail-network",
        severity="P3",
        summary="Somebody changed a gateway to the internet or to a customer's network.",
        pattern=_any(
            "CreateCustomerGateway",
            "DeleteCustomerGateway",
            "AttachInternetGateway",
            "CreateInternetGateway",
            "DeleteInternetGateway",
            "DetachInternetGateway",
        ),
    ),
    TrailEvent(
        name="RouteChanges",
        kind="trail-network",
        severity="P3",
        summary="Somebody changed a route.",
        pattern=_of(
            "ec2",
            "CreateRoute",
            "CreateRouteTable",
            "ReplaceRoute",
            "ReplaceRouteTableAssociation",
            "DeleteRouteTable",
            "DeleteRoute",
            "DisassociateRouteTable",
        ),
    ),
    TrailEvent(
        name="VpcChanges",
        kind="trail-network",
        severity="P3",
        summary="Somebody changed a VPC or what it is connected with.",
        pattern=_any(
            "CreateVpc",
            "DeleteVpc",
            "ModifyVpcAttribute",
            *(f"{verb}VpcPeeringConnection" for verb in ("Accept", "Create", "Delete", "Reject")),
            "AttachClassicLinkVpc",
            "DetachClassicLinkVpc",
            "DisableVpcClassicLink",
            "EnableVpcClassicLink",
        ),
    ),
    TrailEvent(
        name="OrganizationChanges",
        kind="trail-organization",
        severity="P2",
        summary="Somebody changed the organisation: its accounts, units or policies.",
        pattern=_of(
            "organizations",
            "AcceptHandshake",
            "AttachPolicy",
            "CreateAccount",
            "CreateOrganizationalUnit",
            "CreatePolicy",
            "DeclineHandshake",
            "DeleteOrganization",
            "DeleteOrganizationalUnit",
            "DeletePolicy",
            "DetachPolicy",
            "DisablePolicyType",
            "EnablePolicyType",
            "InviteAccountToOrganization",
            "LeaveOrganization",
            "MoveAccount",
            "RemoveAccountFromOrganization",
            "UpdateOrganizationalUnit",
            "UpdatePolicy",
        ),
    ),
)
