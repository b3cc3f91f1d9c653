"""Which resources hold something that no deploy can bring back, beyond the stores that the guardrails protect."""

from infra.assembly import Resource
from infra.guardrails.knowledge.stateful import is_stateful as is_store

#: Marked stateful by the service specification, or known to hold data, identities or keys of their own.
MORE = frozenset(
    f"AWS::{name}"
    for name in [
        "ACMPCA::CertificateAuthority",
        "APS::Workspace",
        "AmazonMQ::Broker",
        "Cassandra::Keyspace",
        "CloudTrail::EventDataStore",
        "CodeArtifact::Repository",
        "CodeCommit::Repository",
        "Cognito::IdentityPool",
        "DirectoryService::MicrosoftAD",
        "DirectoryService::SimpleAD",
        "ECR::PublicRepository",
        "EKS::Cluster",
        "EMR::Cluster",
        "FSx::Volume",
        "Glue::Database",
        "HealthLake::FHIRDatastore",
        "Kendra::Index",
        "KinesisVideo::Stream",
        "MediaStore::Container",
        "MemoryDB::MultiRegionCluster",
        "Organizations::Account",
        "Route53::HostedZone",
        "S3Tables::Table",
        "S3Vectors::Index",
        "S3Vectors::VectorBucket",
        "SageMaker::FeatureGroup",
    ]
)
#: What these hold is a record or on its way: it is lost only where the old resource is really deleted.
LIGHT = frozenset({"AWS::Events::Archive", "AWS::Logs::LogGroup", "AWS::Logs::LogStream", "AWS::SQS::Queue"})


def is_stateful(resource: Resource) -> bool:
    """Whether deleting the resource loses something."""
    return is_store(resource) or resource.type in MORE or resource.type in LIGHT


def is_store_of_record(resource: Resource) -> bool:
    """Whether the application sees an empty store once the resource is another one, even if the old one is kept."""
    return is_stateful(resource) and resource.type not in LIGHT
