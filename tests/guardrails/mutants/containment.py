"""Whoever breaks in gets further than need be."""

from tests.guardrails.mutation import Mutant, add, drop, put

REFERENCE = ("reference",)
TASK, FUNCTION = "AWS::ECS::TaskDefinition", "AWS::Lambda::Function"
CONTAINERS, IMAGES, INSTANCES, FUNCTIONS, DATABASES = (
    "contained.containers",
    "contained.images",
    "contained.instances",
    "contained.functions",
    "contained.databases",
)

MUTANTS = [
    Mutant(DATABASES, "the graph by nothing", drop("AWS::Neptune::DBCluster", "IamAuthEnabled"), REFERENCE),
    Mutant(DATABASES, "the proxy by password", put("AWS::RDS::DBProxy", "Auth.0.IAMAuth", "DISABLED"), REFERENCE),
    Mutant(DATABASES, "a proxy without IAM", add("Proxy", "AWS::RDS::DBProxy", DefaultAuthScheme="NONE")),
    Mutant(CONTAINERS, "one that can write", add("Task", TASK, ContainerDefinitions=[{"Name": "a"}])),
    Mutant(
        CONTAINERS,
        "a privileged one",
        add("Task", TASK, ContainerDefinitions=[{"ReadonlyRootFilesystem": True, "Privileged": True}]),
    ),
    Mutant(CONTAINERS, "a shell in production", put("AWS::ECS::Service", "EnableExecuteCommand", True), REFERENCE),
    Mutant(IMAGES, "not scanned", add("Images", "AWS::ECR::Repository", ImageTagMutability="IMMUTABLE")),
    Mutant(
        IMAGES, "tags that move", add("Images", "AWS::ECR::Repository", ImageScanningConfiguration={"ScanOnPush": True})
    ),
    Mutant(IMAGES, "tags that may move", put("AWS::ECR::Repository", "ImageTagMutability", "MUTABLE"), REFERENCE),
    Mutant(INSTANCES, "credentials for anybody who asks", add("Host", "AWS::EC2::Instance", ImageId="ami-1")),
    Mutant(
        INSTANCES,
        "a key pair",
        add("Host", "AWS::EC2::Instance", KeyName="me", MetadataOptions={"HttpTokens": "required"}),
    ),
    Mutant(FUNCTIONS, "not traced", drop(FUNCTION, "TracingConfig", "python3.14")),
    Mutant(FUNCTIONS, "all of the account's concurrency", drop(FUNCTION, "ReservedConcurrentExecutions", "python3.14")),
    Mutant(DATABASES, "passwords only", add("Db", "AWS::RDS::DBCluster", Engine="aurora-postgresql")),
    Mutant(
        DATABASES,
        "no patches",
        add("Db", "AWS::RDS::DBInstance", EnableIAMDatabaseAuthentication=True, AutoMinorVersionUpgrade=False),
    ),
    Mutant(
        DATABASES, "Aurora by password", put("AWS::RDS::DBCluster", "EnableIAMDatabaseAuthentication", False), REFERENCE
    ),
]
