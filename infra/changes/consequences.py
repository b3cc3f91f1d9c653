"""How bad it is that a resource goes, is replaced or changes its id: the reason that goes with each verdict."""

from collections.abc import Sequence

from infra.assembly import Resource
from infra.changes import overlay
from infra.changes.lifecycle import DELETION_POLICY, on_removal, update_replace_policy
from infra.changes.model import Change, Reason, Severity
from infra.changes.stateful import is_stateful, is_store_of_record

#: What clients of the application connect to: gone or made anew, they get no answer, or have an old address.
FRONT_DOORS = frozenset(
    f"AWS::{name}"
    for name in [
        "ApiGateway::BasePathMapping",
        "ApiGateway::DomainName",
        "ApiGateway::RestApi",
        "ApiGateway::Stage",
        "ApiGatewayV2::Api",
        "ApiGatewayV2::ApiMapping",
        "ApiGatewayV2::DomainName",
        "ApiGatewayV2::Stage",
        "AppSync::GraphQLApi",
        "CloudFront::Distribution",
        "Cognito::UserPoolDomain",
        "ElasticLoadBalancing::LoadBalancer",
        "ElasticLoadBalancingV2::Listener",
        "ElasticLoadBalancingV2::LoadBalancer",
        "GlobalAccelerator::Accelerator",
        "GlobalAccelerator::Listener",
        "Lambda::Url",
        "Route53::RecordSet",
        "Route53::RecordSetGroup",
        "Transfer::Server",
    ]
)
#: What guards, records or watches: gone, something happens that nobody stops or sees.
GUARDS = frozenset(
    f"AWS::{name}"
    for name in [
        "AccessAnalyzer::Analyzer",
        "ApiGateway::Authorizer",
        "ApiGatewayV2::Authorizer",
        "ApplicationSignals::ServiceLevelObjective",
        "Backup::BackupPlan",
        "Backup::BackupSelection",
        "Backup::RestoreTestingPlan",
        "Backup::RestoreTestingSelection",
        "CE::AnomalyMonitor",
        "CE::AnomalySubscription",
        "Budgets::Budget",
        "CloudTrail::Trail",
        "CloudWatch::Alarm",
        "CloudWatch::CompositeAlarm",
        "Cognito::UserPoolRiskConfigurationAttachment",
        "Config::ConfigRule",
        "Config::ConfigurationRecorder",
        "Config::ConformancePack",
        "Config::DeliveryChannel",
        "EC2::FlowLog",
        "EC2::NetworkAcl",
        "EC2::SubnetNetworkAclAssociation",
        "EC2::VPCBlockPublicAccessOptions",
        "ECR::RegistryScanningConfiguration",
        "GuardDuty::Detector",
        "GuardDuty::Filter",
        "InspectorV2::Filter",
        "Macie::Session",
        "Inspector::AssessmentTemplate",
        "Logs::MetricFilter",
        "Logs::SubscriptionFilter",
        "NetworkFirewall::Firewall",
        "Route53::HealthCheck",
        "Route53::DNSSEC",
        "SNS::Subscription",
        "SecretsManager::RotationSchedule",
        "SecurityHub::Hub",
        "SecurityHub::Standard",
        "SecurityLake::DataLake",
        "Shield::Protection",
        "Synthetics::Canary",
        "WAFv2::LoggingConfiguration",
        "WAFv2::WebACL",
        "WAFv2::WebACLAssociation",
    ]
)
#: Guards without which data is lost: the copies of the stores.
BACKUPS = frozenset({"AWS::Backup::BackupPlan", "AWS::Backup::BackupSelection"})
_FATE = {
    Change.DESTROY: "is deleted",
    Change.DESTROY_SNAPSHOT: "is deleted after a last snapshot",
    Change.RETAIN: "stays in the account, managed by nobody",
}


def reason_for(
    change: Change,
    resource: Resource,
    *,
    properties: Sequence[str] = (),
    source: str = "",
    renamed: Resource | None = None,
    gone: str = "",
    pointless: bool = False,
    instead: Sequence[str] = (),
    routine: bool = False,
) -> Reason:
    """The reason of a verdict.

    `gone` names the stack where all of it left the app; `renamed` is the new resource; `pointless` says that what
    the resource was about goes as well; `instead` names who does its work from now on.
    """
    if routine:
        return Reason(Severity.LOW, "A new build, nothing else." if not renamed else "A new revision.", source)
    if change is Change.UPDATE:
        return Reason(Severity.LOW, f"Changes in place: {', '.join(properties)}.", source)
    if change in (Change.REPLACE, Change.MAY_REPLACE):
        return _replaced(change, resource, properties, source)
    if renamed is not None:
        return _renamed(resource, renamed, source)
    return _removed(change, resource, gone, pointless=pointless, instead=instead)


def _replaced(change: Change, resource: Resource, properties: Sequence[str], source: str) -> Reason:
    verb = "may replace" if change is not Change.REPLACE else "replace" if len(properties) > 1 else "replaces"
    text = f"{' and '.join(filter(None, (', '.join(properties[:-1]), *properties[-1:])))} {verb} the {_kind(resource)}"
    policy = update_replace_policy(resource)
    if not is_stateful(resource):
        door = resource.type in FRONT_DOORS
        severity = Severity.HIGH if door else Severity.MEDIUM
        return Reason(severity, f"{text}{': its address changes' if door else ''}.", source)
    fate = {
        "Retain": "the new one is empty, the old one stays in the account",
        "RetainExceptOnCreate": "the new one is empty, the old one stays in the account",
        "Snapshot": "the new one is empty, the old one is deleted after a snapshot",
    }.get(policy, "what is in the old one is deleted")
    fate = fate if change is Change.REPLACE else f"if it does, {fate}"
    lost = is_store_of_record(resource) or not policy.startswith("Retain")
    return Reason(Severity.CRITICAL if lost else Severity.MEDIUM, f"{text}: {fate}.", source)


def _renamed(resource: Resource, renamed: Resource, source: str) -> Reason:
    fate = on_removal(resource)
    verb = f"is now called {renamed.logical_id}"
    if renamed.stack.name != resource.stack.name:
        same = renamed.logical_id == resource.logical_id
        verb = f"moves to stack {renamed.stack.name}{'' if same else f' as {renamed.logical_id}'}"
    text = f"{resource.logical_id} {verb}"
    kind = _kind(resource)
    if is_stateful(resource):
        lost = is_store_of_record(resource) or fate is not Change.RETAIN
        told = f"{text}: a new, empty {kind} is made, and the old one {_FATE[fate]}, unless stack refactoring moves it."
        return Reason(Severity.CRITICAL if lost else Severity.MEDIUM, told, source)
    told = f"{text}: a new {kind} is made, and the old one {_FATE[fate]}."
    if resource.type in FRONT_DOORS:
        return Reason(Severity.HIGH, f"{told} Its address changes.", source)
    return Reason(Severity.LOW if resource.type in overlay.GLUE else Severity.MEDIUM, told, source)


def _removed(change: Change, resource: Resource, gone: str, *, pointless: bool, instead: Sequence[str]) -> Reason:
    text = f"The {_kind(resource)} {_FATE[change]}"
    if gone:
        text = f"Stack {gone} left the app; it stays deployed until somebody deletes it, and then t{text[1:]}"
    severity, addition = _loss(change, resource)
    if pointless and not is_stateful(resource) and resource.type in GUARDS:
        severity, addition = Severity.LOW, ", like what it was about"
    elif instead:
        severity, addition = Severity.MEDIUM, f": {', '.join(instead)} watches the same, so compare their thresholds"
    return Reason(severity, f"{text}{addition}.", DELETION_POLICY)


def _loss(change: Change, resource: Resource) -> tuple[Severity, str]:
    if change is Change.RETAIN:
        return (Severity.MEDIUM if is_stateful(resource) else Severity.LOW), ""
    if is_stateful(resource):
        return Severity.CRITICAL, _what_of_data(resource)
    if resource.type in BACKUPS:
        return Severity.CRITICAL, ": what it covered is no longer backed up"
    if resource.type in GUARDS:
        return Severity.HIGH, ": nothing does its work of guarding or watching"
    if resource.type in FRONT_DOORS:
        return Severity.HIGH, ": what clients connect to is gone"
    return (Severity.LOW if resource.type in overlay.GLUE else Severity.MEDIUM), ""


def _what_of_data(resource: Resource) -> str:
    if resource.type == "AWS::S3::Bucket":
        return " with what it holds, or the deploy fails because it is not empty"
    if resource.type in ("AWS::KMS::Key", "AWS::KMS::ReplicaKey"):
        return ": after its waiting period nothing can be decrypted that was encrypted with it"
    return " with what it holds"


def _kind(resource: Resource) -> str:
    return resource.type.removeprefix("AWS::").replace("::", " ")
