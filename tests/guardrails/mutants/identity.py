"""Somebody may do too much, or anybody may do something."""

from tests.guardrails.mutation import Mutant, add, append, both, drop, linked, put, ref

ROLE, MANAGED, KEY = "AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::KMS::Key"
REFERENCE = ("reference",)
GITHUB = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::777788889999:oidc-provider/{GITHUB}"


def allowed(promise: str, name: str, **statement: object) -> Mutant:
    """A statement more in the first policy of the platform."""
    body = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::uploads/*", **statement}
    policy = {"PolicyDocument": {"Statement": [body]}, "PolicyName": "Added"}
    return Mutant(promise, name, append(ROLE, "Policies", policy))


def inverted(name: str, **statement: object) -> Mutant:
    """A statement that names what it excepts."""
    document = {"Statement": [{"Effect": "Allow", **statement}]}
    return Mutant("identity.no-inverted-allow", name, add("Inverted", MANAGED, PolicyDocument=document))


def trusting(promise: str, name: str, **statement: object) -> Mutant:
    """A role that trusts somebody."""
    body = {"Effect": "Allow", "Action": "sts:AssumeRole", **statement}
    return Mutant(promise, name, add("Trusting", ROLE, AssumeRolePolicyDocument={"Statement": [body]}))


def federated(name: str, operator: str = "StringEquals", **claims: str) -> Mutant:
    """A role for a workflow of GitHub."""
    condition = {operator: {f"{GITHUB}:{claim}": value for claim, value in claims.items()}}
    return trusting(
        "identity.oidc-pins-branch",
        name,
        Action="sts:AssumeRoleWithWebIdentity",
        Principal={"Federated": PROVIDER},
        Condition=condition,
    )


def public(name: str, kind: str, place: str, condition: object = None) -> Mutant:
    """A resource policy for everybody."""
    body = {"Effect": "Allow", "Principal": "*", "Action": "x:Get", "Resource": "*"}
    document = {"Statement": [body | ({"Condition": condition} if condition else {})]}
    return Mutant("identity.no-open-resource-policy", name, add("Open", kind, **{place: document}))


STAR, SERVICE, PASS, WIDE, BROAD, BOUND, LONG = (
    "identity.no-star-action",
    "identity.no-service-wide-action",
    "identity.pass-role",
    "identity.resource-star",
    "identity.no-broad-managed-policy",
    "identity.boundary",
    "identity.no-long-lived-keys",
)
CALLERS, API, CACHES, USERS = (
    "identity.callers-named",
    "identity.api-asks-who",
    "identity.caches-ask-who",
    "identity.sign-up",
)
PASSED = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
ROLE_ARN = "arn:aws:iam::777788889999:role/task"
MAIN = "repo:example/platform:ref:refs/heads/main"
METHOD, URL, PERMISSION = "AWS::ApiGateway::Method", "AWS::Lambda::Url", "AWS::Lambda::Permission"

MUTANTS = [
    allowed(STAR, "everything", Action="*"),
    allowed(STAR, "everything, twice spelt", Action=["s3:GetObject", "*:*"]),
    allowed(STAR, "reading everything", Action="*:Get*"),
    allowed(SERVICE, "all of S3", Action="s3:*"),
    allowed(SERVICE, "all of DynamoDB, among others", Action=["s3:GetObject", "dynamodb:*"]),
    Mutant(
        SERVICE,
        "a key for another account",
        append(
            KEY,
            "KeyPolicy.Statement",
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::999999999999:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
        ),
    ),
    inverted("all but one action", NotAction="iam:*", Resource="arn:aws:s3:::uploads"),
    inverted("all but one resource", Action="s3:GetObject", NotResource="arn:aws:s3:::secret/*"),
    Mutant(
        "identity.no-inverted-allow",
        "all but one principal",
        add(
            "Open",
            "AWS::S3::BucketPolicy",
            PolicyDocument={
                "Statement": [
                    {"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "s3:GetObject", "Resource": "*"}
                ]
            },
        ),
    ),
    allowed(PASS, "any role", Action="iam:PassRole", Resource="*", Condition=PASSED),
    allowed(
        PASS,
        "roles of a prefix",
        Action="iam:PassRole",
        Resource="arn:aws:iam::777788889999:role/app-*",
        Condition=PASSED,
    ),
    allowed(PASS, "to any service", Action="iam:PassRole", Resource=ROLE_ARN),
    allowed(PASS, "hidden in a pattern", Action="iam:Pass*", Resource=ROLE_ARN),
    Mutant(
        PASS,
        "the condition is gone",
        put("AWS::IAM::Policy", "PolicyDocument.Statement.0.Condition", {}, "Deployer"),
        REFERENCE,
    ),
    allowed(WIDE, "every bucket", Resource="*"),
    allowed(WIDE, "every bucket, in a list", Resource=["arn:aws:s3:::uploads/*", "*"]),
    allowed(WIDE, "every table", Action="dynamodb:GetItem", Resource="arn:aws:dynamodb:us-east-1:777788889999:table/*"),
    allowed(WIDE, "an ARN that names nothing", Resource="arn:aws:s3:::*"),
    allowed(WIDE, "a tag that may be any", Resource="*", Condition={"StringLike": {"aws:ResourceTag/team": "*"}}),
    allowed(
        WIDE,
        "any, for a tag in the request",
        Action=["s3:CreateBucket", "s3:DeleteBucket"],
        Resource="*",
        Condition={"StringEquals": {"aws:RequestTag/team": "a"}},
    ),
    allowed(WIDE, "an inverted tag", Resource="*", Condition={"StringNotEquals": {"aws:ResourceTag/team": "a"}}),
    Mutant(BROAD, "an administrator", append(ROLE, "ManagedPolicyArns", "arn:aws:iam::aws:policy/AdministratorAccess")),
    Mutant(
        BROAD,
        "all of S3",
        append(
            ROLE,
            "ManagedPolicyArns",
            {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/AmazonS3FullAccess"]]},
        ),
    ),
    Mutant(
        BROAD, "reads everything", add("Auditor", ROLE, ManagedPolicyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess"])
    ),
    Mutant(BOUND, "a role without one", add("Free", ROLE, AssumeRolePolicyDocument={})),
    Mutant(
        BOUND,
        "a boundary that bounds nothing",
        both(
            add(
                "NoBoundary",
                MANAGED,
                PolicyDocument={"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
            ),
            linked("Free", ROLE, PermissionsBoundary=ref(MANAGED, "NoBoundary")),
        ),
    ),
    Mutant(BOUND, "it is taken off", drop(ROLE, "PermissionsBoundary"), REFERENCE),
    Mutant(LONG, "an access key", add("Key", "AWS::IAM::AccessKey", UserName="robot")),
    Mutant(
        LONG, "a password", add("Robot", "AWS::IAM::User", LoginProfile={"Password": "{{resolve:secretsmanager:a}}"})
    ),
    trusting("identity.no-open-trust", "anybody", Principal={"AWS": "*"}),
    trusting(
        "identity.no-open-trust",
        "anybody of an organisation",
        Principal="*",
        Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
    ),
    trusting("identity.no-open-trust", "any account", Principal={"AWS": "arn:aws:iam::*:root"}),
    public("a bucket", "AWS::S3::BucketPolicy", "PolicyDocument"),
    public("a queue", "AWS::SQS::QueuePolicy", "PolicyDocument"),
    public("a topic", "AWS::SNS::TopicPolicy", "PolicyDocument"),
    public("a secret", "AWS::SecretsManager::ResourcePolicy", "ResourcePolicy"),
    public("images", "AWS::ECR::Repository", "RepositoryPolicyText"),
    public("a vault", "AWS::Backup::BackupVault", "AccessPolicy"),
    public("a search domain", "AWS::OpenSearchService::Domain", "AccessPolicies"),
    public(
        "by a condition on TLS only",
        "AWS::S3::BucketPolicy",
        "PolicyDocument",
        {"Bool": {"aws:SecureTransport": "true"}},
    ),
    public(
        "by a source that may be any",
        "AWS::SNS::TopicPolicy",
        "PolicyDocument",
        {"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:*"}},
    ),
    public(
        "by an inverted condition",
        "AWS::SQS::QueuePolicy",
        "PolicyDocument",
        {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}},
    ),
    Mutant(
        "identity.no-open-resource-policy",
        "a function",
        add("Open", PERMISSION, Principal="*", Action="lambda:InvokeFunction"),
    ),
    federated("no subject", aud="sts.amazonaws.com"),
    federated("no audience", sub=MAIN),
    federated("any branch", "StringLike", aud="sts.amazonaws.com", sub="repo:example/platform:*"),
    federated("any repository", "StringLike", aud="sts.amazonaws.com", sub="repo:example/*:ref:refs/heads/main"),
    federated("pull requests", aud="sts.amazonaws.com", sub="repo:example/platform:pull_request"),
    federated("claims that may be absent", "ForAllValues:StringEquals", aud="sts.amazonaws.com", sub=MAIN),
    Mutant(CALLERS, "a function for everybody's buckets", add("Open", PERMISSION, Principal="s3.amazonaws.com")),
    Mutant(CALLERS, "an address for everybody", add("Url", URL, AuthType="NONE")),
    Mutant(CALLERS, "an address that says nothing", add("Url", URL)),
    Mutant(API, "a method for everybody", put(METHOD, "AuthorizationType", "NONE", "AWS_IAM"), REFERENCE),
    Mutant(API, "a method for everybody", put(METHOD, "AuthorizationType", "NONE", "COGNITO_USER_POOLS"), ("prod",)),
    Mutant(
        API,
        "an authoriser that does not exist",
        put(METHOD, "AuthorizationType", "COGNITO_USER_POOLS", "AWS_IAM"),
        REFERENCE,
    ),
    Mutant(API, "an authoriser that is not named", drop(METHOD, "AuthorizerId", "COGNITO_USER_POOLS"), ("prod",)),
    Mutant(
        API,
        "a route for everybody",
        add("Route", "AWS::ApiGatewayV2::Route", RouteKey="GET /", AuthorizationType="NONE"),
    ),
    Mutant(CACHES, "no users", add("Cache", "AWS::ElastiCache::ReplicationGroup", TransitEncryptionEnabled=True)),
    Mutant(CACHES, "a user without a password", add("User", "AWS::ElastiCache::User", NoPasswordRequired=True)),
    Mutant(
        CACHES, "a serverless one without users", drop("AWS::ElastiCache::ServerlessCache", "UserGroupId"), REFERENCE
    ),
    Mutant(CACHES, "open access", add("Cache", "AWS::MemoryDB::Cluster", ACLName="open-access")),
    Mutant(USERS, "one factor", add("Users", "AWS::Cognito::UserPool", MfaConfiguration="OPTIONAL")),
    Mutant(
        USERS,
        "short passwords",
        add(
            "Users", "AWS::Cognito::UserPool", MfaConfiguration="ON", Policies={"PasswordPolicy": {"MinimumLength": 6}}
        ),
    ),
    Mutant(USERS, "no second factor", put("AWS::Cognito::UserPool", "MfaConfiguration", "OFF"), REFERENCE),
]
