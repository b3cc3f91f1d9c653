"""It can be read in the template."""

from tests.guardrails.mutation import Mutant, add, append, linked, mark, put, ref, section

FUNCTION = "AWS::Lambda::Function"
SHAPE, ENVIRONMENT, PARAMETERS, OUTPUTS, SCRIPTS, MANAGED = (
    "secrets.no-credentials",
    "secrets.environment",
    "secrets.parameters",
    "secrets.outputs",
    "secrets.user-data",
    "secrets.credentials-managed",
)
# Put together here, so that no scanner of this repository takes them for real ones.
ACCESS_KEY = "AKIA" + "IOSFODNN7EXAMPLE"
PRIVATE_KEY = "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEow"
GITHUB_TOKEN = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
RANDOM = "kJ8f2LmQ9z" + "XvT4bR7nW1cY5hP3dG6sA0"
HEXADECIMAL = "3f786850e387550f" + "dab836ed7e6dc881de23001b"
VARIABLES = "Environment.Variables"


def variable(name: str, value: object, case: str) -> Mutant:
    """A function's environment variable."""
    return Mutant(ENVIRONMENT, case, put(FUNCTION, f"{VARIABLES}.{name}", value, "python3.14"))


def database(name: str, **properties: object) -> Mutant:
    """A database that takes its password from the template."""
    return Mutant(MANAGED, name, add("Db", "AWS::RDS::DBCluster", MasterUsername="admin", **properties))


MUTANTS = [
    Mutant(
        ENVIRONMENT,
        "a custom resource's",
        add("Own", "Custom::Setup", ServiceToken="a", AdminPassword="hunter2hunter2"),
    ),
    Mutant(SHAPE, "an access key in a description", put(FUNCTION, "Description", f"uses {ACCESS_KEY}")),
    Mutant(SHAPE, "a private key in metadata", mark("AWS::S3::Bucket", "Metadata", {"note": PRIVATE_KEY})),
    Mutant(SHAPE, "a token in a role's description", put("AWS::IAM::Role", "Description", GITHUB_TOKEN)),
    Mutant(
        SHAPE,
        "a password in an address",
        put(FUNCTION, f"{VARIABLES}.SOURCE", "postgres://app:hunter22@db.example.com/app"),
    ),
    Mutant(SHAPE, "an access key in an output", section("Outputs", "Key", {"Value": ACCESS_KEY})),
    Mutant(
        SHAPE,
        "an access key put together",
        put(FUNCTION, "Description", {"Fn::Join": ["", [ACCESS_KEY[:8], ACCESS_KEY[8:]]]}),
    ),
    Mutant(SHAPE, "a token in a mapping", section("Mappings", "Tokens", {"github": {"token": GITHUB_TOKEN}})),
    variable("DB_PASSWORD", "correct-horse", "a password by its name"),
    variable("API_TOKEN", "t0ps3cret", "a token by its name"),
    variable("SETTING", RANDOM, "a random text"),
    variable("SIGNING", HEXADECIMAL, "a random number"),
    Mutant(
        ENVIRONMENT,
        "a container's",
        add(
            "Task",
            "AWS::ECS::TaskDefinition",
            ContainerDefinitions=[{"Environment": [{"Name": "SECRET_KEY", "Value": "hunter2hunter2"}]}],
        ),
    ),
    Mutant(
        ENVIRONMENT,
        "a build's",
        add(
            "Build",
            "AWS::CodeBuild::Project",
            Environment={"EnvironmentVariables": [{"Name": "NPM_TOKEN", "Value": RANDOM, "Type": "PLAINTEXT"}]},
        ),
    ),
    Mutant(
        ENVIRONMENT,
        "the secret half of a client",
        linked("Fn", FUNCTION, Environment={"Variables": {"CLIENT": ref("AWS::Lambda::Function").att("ClientSecret")}}),
    ),
    Mutant(
        PARAMETERS,
        "a default that is not echoed",
        section("Parameters", "Password", {"Type": "String", "NoEcho": True, "Default": "hunter2"}),
    ),
    Mutant(
        PARAMETERS,
        "a default by its name",
        section("Parameters", "DatabasePassword", {"Type": "String", "Default": "hunter22"}),
    ),
    Mutant(
        PARAMETERS,
        "a plain SSM parameter",
        add("Param", "AWS::SSM::Parameter", Name="/app/api-token", Value="hunter2hunter2"),
    ),
    Mutant(
        PARAMETERS, "a random SSM parameter", add("Param", "AWS::SSM::Parameter", Name="/app/setting", Value=RANDOM)
    ),
    Mutant(OUTPUTS, "a random text", section("Outputs", "Thing", {"Value": RANDOM})),
    Mutant(
        OUTPUTS,
        "a secret of the vault",
        section("Outputs", "Thing", {"Value": "{{resolve:secretsmanager:db:SecretString:password}}"}),
    ),
    Mutant(OUTPUTS, "a password by its name", section("Outputs", "AdminPassword", {"Value": "hunter2hunter2"})),
    Mutant(
        SCRIPTS,
        "an instance starts with one",
        add("Host", "AWS::EC2::Instance", UserData={"Fn::Base64": "#!/bin/sh\nexport DB_PASSWORD=hunter2hunter2\n"}),
    ),
    Mutant(
        SCRIPTS,
        "a template starts with one, in base64",
        add(
            "Hosts",
            "AWS::EC2::LaunchTemplate",
            LaunchTemplateData={"UserData": "IyEvYmluL3NoCmV4cG9ydCBEQl9QQVNTV09SRD1odW50ZXIyaHVudGVyMgo="},
        ),
    ),
    Mutant(SCRIPTS, "a function's code has one", put(FUNCTION, "Code", {"ZipFile": "api_key = 'hunter2hunter2'"})),
    Mutant(SCRIPTS, "metadata has one", mark("AWS::S3::Bucket", "Metadata", {"setup": {"password": "hunter2hunter2"}})),
    database("a literal", MasterUserPassword="hunter2hunter2"),
    database("a plain SSM parameter", MasterUserPassword="{{resolve:ssm:/db/password}}"),
    Mutant(MANAGED, "a parameter", linked("Db", "AWS::RDS::DBCluster", MasterUserPassword=ref("AWS::S3::Bucket"))),
    Mutant(
        MANAGED,
        "a cache's token",
        add("Cache", "AWS::ElastiCache::ReplicationGroup", AuthToken="hunter2hunter2hunter2"),
    ),
    Mutant(
        MANAGED, "a secret that is written down", add("Secret", "AWS::SecretsManager::Secret", SecretString="hunter2")
    ),
    Mutant(
        MANAGED,
        "a cache user's password",
        append("AWS::ElastiCache::User", "Passwords", "hunter2hunter2hunter2"),
        ("reference",),
    ),
]
