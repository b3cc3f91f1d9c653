"""One thing fails, and takes the rest with it."""

from tests.guardrails.mutants.reachability import ISOLATED, PUBLIC
from tests.guardrails.mutation import Mutant, add, drop, linked, point, put, ref, remove, remove_all

SERVICE, QUEUE, FUNCTION = "AWS::ECS::Service", "AWS::SQS::Queue", "AWS::Lambda::Function"
CACHE, ROUTE, NAT = "AWS::ElastiCache::ReplicationGroup", "AWS::EC2::Route", "AWS::EC2::NatGateway"
REFERENCE = ("reference",)
ZONES, OVER, READERS, TASKS, BREAKER, EGRESS = (
    "resilient.zones",
    "resilient.fail-over",
    "resilient.readers",
    "resilient.tasks",
    "resilient.circuit-breaker",
    "resilient.egress",
)
DEAD, FUNCTIONS, LAST = (
    "resilient.dead-letters",
    "resilient.functions-have-dead-letters",
    "resilient.dead-letters-last",
)
BREAK = "DeploymentConfiguration.DeploymentCircuitBreaker"
SELF = {"deadLetterTargetArn": ref(QUEUE).att("Arn"), "maxReceiveCount": 3}

MUTANTS = [
    Mutant(
        ZONES,
        "a function in one",
        linked("Fn", FUNCTION, VpcConfig={"SubnetIds": [ref("AWS::EC2::Subnet", "PrivateSubnet1")]}),
    ),
    Mutant(ZONES, "a balancer in one", linked("Alb", "AWS::ElasticLoadBalancingV2::LoadBalancer", Subnets=[PUBLIC])),
    Mutant(
        ZONES, "a cache in one", linked("Cache", "AWS::ElastiCache::ServerlessCache", SubnetIds=[ISOLATED]), ("prod",)
    ),
    Mutant(ZONES, "files in one", remove("AWS::EFS::MountTarget"), REFERENCE),
    Mutant(OVER, "a database without a standby", add("Db", "AWS::RDS::DBInstance", Engine="mysql", MultiAZ=False)),
    Mutant(OVER, "a cache without a replica", add("Cache", CACHE, NumCacheClusters=1)),
    Mutant(OVER, "files in one zone", add("Files", "AWS::EFS::FileSystem", AvailabilityZoneName="us-east-1a")),
    Mutant(OVER, "the cache does not fail over", put(CACHE, "AutomaticFailoverEnabled", False), REFERENCE),
    Mutant(
        OVER,
        "the search domain in one zone",
        put("AWS::OpenSearchService::Domain", "ClusterConfig.ZoneAwarenessEnabled", False),
        REFERENCE,
    ),
    Mutant(READERS, "a cluster without instances", add("Db", "AWS::RDS::DBCluster")),
    Mutant(READERS, "a graph without instances", add("Graph", "AWS::Neptune::DBCluster")),
    Mutant(READERS, "the reader is gone", remove("AWS::RDS::DBInstance", "AuroraReader"), REFERENCE),
    Mutant(READERS, "one document instance is gone", remove("AWS::DocDB::DBInstance"), REFERENCE),
    Mutant(TASKS, "one task", add("Svc", SERVICE, DesiredCount=1)),
    Mutant(TASKS, "nothing said, so one", add("Svc", SERVICE)),
    Mutant(
        TASKS,
        "scaling down to none",
        add("Scaling", "AWS::ApplicationAutoScaling::ScalableTarget", ServiceNamespace="ecs", MinCapacity=0),
    ),
    Mutant(TASKS, "the service runs one", put(SERVICE, "DesiredCount", 1), REFERENCE),
    Mutant(
        TASKS,
        "a deployment stops all of them",
        put(SERVICE, "DeploymentConfiguration.MinimumHealthyPercent", 0),
        REFERENCE,
    ),
    Mutant(BREAKER, "none", add("Svc", SERVICE, DesiredCount=2)),
    Mutant(
        BREAKER,
        "one that does not roll back",
        add("Svc", SERVICE, DeploymentConfiguration={"DeploymentCircuitBreaker": {"Enable": True, "Rollback": False}}),
    ),
    Mutant(BREAKER, "taken out", drop(SERVICE, BREAK), REFERENCE),
    Mutant(
        EGRESS,
        "a zone uses its neighbour's",
        point(ROUTE, "NatGatewayId", ref(NAT, "PublicSubnet1"), "PrivateSubnet2"),
        ("prod",),
    ),
    Mutant(EGRESS, "a zone without its own", remove(NAT), ("prod",)),
    Mutant(EGRESS, "the gateways are gone", remove_all(NAT), ("prod",)),
    Mutant(
        EGRESS,
        "another zone uses its neighbour's",
        point(ROUTE, "NatGatewayId", ref(NAT, "PublicSubnet2"), "PrivateSubnet3"),
        ("prod",),
    ),
    Mutant(DEAD, "a rule", add("Rule", "AWS::Events::Rule", Targets=[{"Id": "a", "Arn": "arn:aws:sqs:us-east-1:1:a"}])),
    Mutant(DEAD, "a queue", add("Jobs", QUEUE)),
    Mutant(
        DEAD,
        "a schedule",
        add("Nightly", "AWS::Scheduler::Schedule", Target={"Arn": "arn:aws:lambda:us-east-1:1:function:a"}),
    ),
    Mutant(DEAD, "a subscription", add("Sub", "AWS::SNS::Subscription", Protocol="lambda")),
    Mutant(
        DEAD,
        "a stream",
        linked(
            "Source",
            "AWS::Lambda::EventSourceMapping",
            EventSourceArn=ref("AWS::DynamoDB::GlobalTable").att("StreamArn"),
        ),
    ),
    Mutant(DEAD, "the queue's", drop(QUEUE, "RedrivePolicy", "Jobs"), REFERENCE),
    Mutant(DEAD, "the remedy's", drop("AWS::Events::Rule", "Targets.0.DeadLetterConfig"), REFERENCE),
    Mutant(FUNCTIONS, "a function's", drop(FUNCTION, "DeadLetterConfig", "python3.14")),
    Mutant(FUNCTIONS, "a new function", add("Fn", FUNCTION, Runtime="python3.14")),
    Mutant(LAST, "a day", put(QUEUE, "MessageRetentionPeriod", 86400, "DeadLetters")),
    Mutant(LAST, "four days, by default", drop(QUEUE, "MessageRetentionPeriod", "DeadLetters")),
    Mutant(LAST, "retried for ever", linked("Jobs", QUEUE, RedrivePolicy={**SELF, "maxReceiveCount": 0})),
]
