"""It moved, it is full, or somebody looked away for too long."""

from collections.abc import Callable

from tests.guardrails.mutation import Mutant, Platform, Step, add, both, mark, put, remove, rename, section

BUCKET, TABLE = "AWS::S3::Bucket", "AWS::DynamoDB::GlobalTable"
SG = "AWS::EC2::SecurityGroup"
IDS, REFERENCES, TEMPLATE, LISTENERS, GROUPS = (
    "stable.stateful-ids",
    "stable.references-resolve",
    "limits.template",
    "limits.listener-rules",
    "limits.security-groups",
)
WRITTEN, NEEDED = "exceptions.well-written", "exceptions.still-needed"
REASON = "The auditors agreed to this in the last review."


def many(make: Callable[[int], Step], count: int) -> Step:
    """As many as it takes."""
    return both(*(make(number) for number in range(count)))


def accepted(promise: str, name: str, **entry: object) -> Mutant:
    """An acknowledgement on the first bucket."""
    written = {"groundwork": {"acknowledge": [{"id": "data-kept.versioning", "reason": REASON, **entry}]}}
    return Mutant(promise, name, mark(BUCKET, "Metadata", written))


def _rules(platform: Platform) -> None:
    add("Door", "AWS::ElasticLoadBalancingV2::Listener", Protocol="HTTPS")(platform)
    many(lambda n: add(f"R{n}", "AWS::ElasticLoadBalancingV2::ListenerRule", ListenerArn={"Ref": "Door"}), 81)(platform)


def _listener_of_its_own(platform: Platform) -> None:
    _rules(platform)
    add("Other", "AWS::ElasticLoadBalancingV2::Listener", Protocol="HTTPS")(platform)


MUTANTS = [
    Mutant(IDS, "a table gone", remove(TABLE)),
    Mutant(IDS, "a table renamed", rename(TABLE, "Renamed")),
    Mutant(IDS, "a bucket renamed", rename(BUCKET, "Renamed")),
    Mutant(IDS, "a table that becomes a bucket", mark(TABLE, "Type", BUCKET)),
    Mutant(IDS, "a store that nobody locked", add("Added", BUCKET)),
    Mutant(REFERENCES, "a deleted log group is still named", remove("AWS::Logs::LogGroup")),
    Mutant(REFERENCES, "a deleted table is still named", remove(TABLE)),
    Mutant(REFERENCES, "a misspelt name", put(BUCKET, "BucketName", {"Fn::Sub": "${Misspelt}-uploads"})),
    Mutant(REFERENCES, "a dependency on nothing", mark(BUCKET, "DependsOn", ["Nothing"])),
    Mutant(
        TEMPLATE,
        "too many resources",
        many(lambda n: add(f"Handle{n}", "AWS::CloudFormation::WaitConditionHandle"), 401),
    ),
    Mutant(TEMPLATE, "too many outputs", many(lambda n: section("Outputs", f"O{n}", {"Value": "x"}), 161)),
    Mutant(LISTENERS, "too many rules", _rules),
    Mutant(LISTENERS, "too many rules on one of two", _listener_of_its_own),
    Mutant(
        GROUPS,
        "too many ways in",
        put(SG, "SecurityGroupIngress", [{"CidrIp": f"10.0.{n}.0/24", "IpProtocol": "tcp"} for n in range(49)]),
    ),
    Mutant(
        GROUPS,
        "too many ways out",
        put(SG, "SecurityGroupEgress", [{"CidrIp": f"10.0.{n}.0/24", "IpProtocol": "tcp"} for n in range(49)]),
    ),
    accepted(WRITTEN, "no reason", reason=""),
    accepted(WRITTEN, "a word for a reason", reason="Fine."),
    accepted(WRITTEN, "expired", expires="2020-01-31"),
    accepted(WRITTEN, "a date that is none", expires="soon"),
    accepted(WRITTEN, "a field that is none", until="2030-01-01"),
    accepted(NEEDED, "nothing to accept"),
    accepted(NEEDED, "a promise that does not exist", id="data-kept.everything"),
]
