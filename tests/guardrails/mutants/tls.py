"""It travels in clear."""

from tests.guardrails.mutation import Mutant, add, both, drop, linked, put, ref, remove

REFERENCE = ("reference",)
POLICY, LISTENER = "AWS::S3::BucketPolicy", "AWS::ElasticLoadBalancingV2::Listener"
CDN, DOMAIN = "AWS::CloudFront::Distribution", "AWS::OpenSearchService::Domain"
BUCKETS, QUEUES, TOPICS, FILES = (
    "encryption.tls-buckets",
    "encryption.tls-queues",
    "encryption.tls-topics",
    "encryption.tls-file-systems",
)
LISTENERS, VIEWERS, DOMAINS = "encryption.tls-listeners", "encryption.tls-viewers", "encryption.tls-domains"
DATABASES, CACHES = "encryption.tls-databases", "encryption.tls-caches"
DENY = "PolicyDocument.Statement.0"
FORWARD = [{"Type": "forward", "TargetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/a/b"}]


def listener(name: str, **properties: object) -> Mutant:
    """Somebody adds a listener."""
    return Mutant(LISTENERS, name, add("Door", LISTENER, **properties))


def cdn(name: str, **config: object) -> Mutant:
    """Somebody adds a distribution."""
    return Mutant(VIEWERS, name, add("Cdn", CDN, DistributionConfig=config))


HTTPS_ONLY = {"ViewerProtocolPolicy": "https-only"}

MUTANTS = [
    Mutant(
        DOMAINS, "a backend in clear", put("AWS::ApiGateway::Method", "Integration.Uri", "http://backend.example.com")
    ),
    Mutant(BUCKETS, "the policy is gone", remove(POLICY)),
    Mutant(BUCKETS, "allowed instead of denied", put(POLICY, f"{DENY}.Effect", "Allow")),
    Mutant(
        BUCKETS, "the condition turned round", put(POLICY, f"{DENY}.Condition.Bool", {"aws:SecureTransport": "true"})
    ),
    Mutant(BUCKETS, "reading only", put(POLICY, f"{DENY}.Action", "s3:GetObject")),
    Mutant(BUCKETS, "one principal only", put(POLICY, f"{DENY}.Principal", {"AWS": "arn:aws:iam::777788889999:root"})),
    Mutant(BUCKETS, "the bucket without its objects", both(drop(POLICY, f"{DENY}.Resource.1"))),
    Mutant(
        BUCKETS,
        "another condition besides",
        put(POLICY, f"{DENY}.Condition.StringEquals", {"aws:PrincipalAccount": "1"}),
    ),
    Mutant(QUEUES, "the policy is gone", remove("AWS::SQS::QueuePolicy")),
    Mutant(QUEUES, "receiving only", put("AWS::SQS::QueuePolicy", f"{DENY}.Action", "sqs:ReceiveMessage")),
    Mutant(TOPICS, "the policy is gone", remove("AWS::SNS::TopicPolicy")),
    Mutant(
        TOPICS,
        "only with TLS refused",
        put("AWS::SNS::TopicPolicy", f"{DENY}.Condition.Bool", {"aws:SecureTransport": True}),
    ),
    Mutant(
        TOPICS, "a subscriber in clear", add("Sub", "AWS::SNS::Subscription", Protocol="http", RedrivePolicy={"a": 1})
    ),
    Mutant(TOPICS, "a topic without a policy", add("News", "AWS::SNS::Topic")),
    Mutant(FILES, "no policy", add("Files", "AWS::EFS::FileSystem", Encrypted=True)),
    Mutant(
        FILES,
        "a mount in clear",
        add("Task", "AWS::ECS::TaskDefinition", Volumes=[{"EFSVolumeConfiguration": {"FilesystemId": "fs-1"}}]),
    ),
    Mutant(
        FILES,
        "the mount says no",
        put("AWS::ECS::TaskDefinition", "Volumes.0.EFSVolumeConfiguration.TransitEncryption", "DISABLED"),
        REFERENCE,
    ),
    Mutant(FILES, "the refusal is gone", put("AWS::EFS::FileSystem", "FileSystemPolicy.Statement", []), REFERENCE),
    listener("plain HTTP", Protocol="HTTP", Port=80, DefaultActions=FORWARD),
    listener(
        "a redirect to HTTP",
        Protocol="HTTP",
        DefaultActions=[{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTP"}}],
    ),
    listener("an old TLS policy", Protocol="HTTPS", SslPolicy="ELBSecurityPolicy-TLS-1-0-2015-04"),
    listener("AWS's default TLS policy", Protocol="HTTPS"),
    Mutant(
        LISTENERS,
        "a rule of the redirecting one forwards",
        linked(
            "Rule", "AWS::ElasticLoadBalancingV2::ListenerRule", ListenerArn=ref(LISTENER, "Redirect"), Actions=FORWARD
        ),
        REFERENCE,
    ),
    Mutant(
        LISTENERS,
        "a classic one",
        add("Old", "AWS::ElasticLoadBalancing::LoadBalancer", Listeners=[{"Protocol": "HTTP"}]),
    ),
    cdn("allows all", DefaultCacheBehavior={"ViewerProtocolPolicy": "allow-all"}),
    cdn("one path allows all", DefaultCacheBehavior=HTTPS_ONLY, CacheBehaviors=[{"ViewerProtocolPolicy": "allow-all"}]),
    cdn(
        "an old version",
        DefaultCacheBehavior=HTTPS_ONLY,
        ViewerCertificate={"AcmCertificateArn": "arn", "MinimumProtocolVersion": "TLSv1"},
    ),
    cdn(
        "the origin in clear",
        DefaultCacheBehavior=HTTPS_ONLY,
        Origins=[{"CustomOriginConfig": {"OriginProtocolPolicy": "http-only"}}],
    ),
    Mutant(
        VIEWERS,
        "the site allows all",
        put(CDN, "DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy", "allow-all"),
        REFERENCE,
    ),
    Mutant(
        VIEWERS,
        "an old version to the origin",
        put(CDN, "DistributionConfig.Origins.1.CustomOriginConfig.OriginSSLProtocols", ["TLSv1"]),
        REFERENCE,
    ),
    Mutant(
        DOMAINS,
        "a custom domain says nothing",
        add("Name", "AWS::ApiGateway::DomainName", DomainName="api.example.com"),
    ),
    Mutant(
        DOMAINS,
        "an old version",
        add("Name", "AWS::ApiGatewayV2::DomainName", DomainNameConfigurations=[{"SecurityPolicy": "TLS_1_0"}]),
    ),
    Mutant(DOMAINS, "search in clear", put(DOMAIN, "DomainEndpointOptions.EnforceHTTPS", False), REFERENCE),
    Mutant(DOMAINS, "nodes talk in clear", drop(DOMAIN, "NodeToNodeEncryptionOptions"), REFERENCE),
    Mutant(DATABASES, "AWS's parameters", add("Db", "AWS::RDS::DBCluster", Engine="aurora-postgresql")),
    Mutant(
        DATABASES,
        "a group that does not say it",
        both(
            add("Group", "AWS::RDS::DBClusterParameterGroup", Parameters={"rds.force_ssl": "0"}),
            linked(
                "Db",
                "AWS::RDS::DBCluster",
                Engine="aurora-postgresql",
                DBClusterParameterGroupName=ref("AWS::RDS::DBClusterParameterGroup", "Group"),
            ),
        ),
    ),
    Mutant(DATABASES, "a proxy that does not ask", add("Proxy", "AWS::RDS::DBProxy", RequireTLS=False)),
    Mutant(
        DATABASES,
        "documents in clear",
        add("Group", "AWS::DocDB::DBClusterParameterGroup", Parameters={"tls": "disabled"}),
    ),
    Mutant(
        DATABASES, "Aurora no longer forces it", put("AWS::RDS::DBClusterParameterGroup", "Parameters", {}), REFERENCE
    ),
    Mutant(
        DATABASES,
        "MySQL no longer requires it",
        put("AWS::RDS::DBParameterGroup", "Parameters.require_secure_transport", "OFF"),
        REFERENCE,
    ),
    Mutant(
        DATABASES,
        "the warehouse no longer requires it",
        put("AWS::Redshift::ClusterParameterGroup", "Parameters.0.ParameterValue", "false"),
        REFERENCE,
    ),
    Mutant(CACHES, "a cache in clear", add("Cache", "AWS::ElastiCache::ReplicationGroup", Engine="valkey")),
    Mutant(
        CACHES,
        "preferred, not required",
        add(
            "Cache",
            "AWS::ElastiCache::ReplicationGroup",
            TransitEncryptionEnabled=True,
            TransitEncryptionMode="preferred",
        ),
    ),
    Mutant(
        CACHES,
        "brokers take both",
        add("Kafka", "AWS::MSK::Cluster", EncryptionInfo={"EncryptionInTransit": {"ClientBroker": "TLS_PLAINTEXT"}}),
    ),
    Mutant(
        CACHES,
        "the cache in clear",
        put("AWS::ElastiCache::ReplicationGroup", "TransitEncryptionEnabled", False),
        REFERENCE,
    ),
]
