"""One of every store: databases, caches, tables, files, streams, search, images, secrets, users."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_docdb as docdb
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_efs as efs
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_msk as msk
from aws_cdk import aws_neptune as neptune
from aws_cdk import aws_opensearchservice as opensearch
from aws_cdk import aws_rds as rds
from aws_cdk import aws_redshift as redshift
from constructs import Construct

from tests.guardrails.reference.foundation import KEEP, Foundation
from tests.guardrails.reference.network import Network

SNAPSHOT = cdk.RemovalPolicy.SNAPSHOT
POSTGRES_PORT = 5433
BACKUP = ("backup", "daily")
MONTH = cdk.Duration.days(35)


class Data(cdk.Stack):
    """Everything stateful."""

    def __init__(
        self, scope: Construct, construct_id: str, *, foundation: Foundation, network: Network, **kwargs: Any
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        self.foundation, self.network, self.key = foundation, network, foundation.key
        self.secrets_key = kms.Key(self, "DataKey", enable_key_rotation=True, removal_policy=KEEP)
        self.clients = network.group(self, "Clients")
        self._aurora()
        self._instance()
        self._cache()
        self._tables()
        self._files()
        self._documents_and_graphs()
        self._search_and_streams()
        self._warehouse()
        self._images_and_users()
        self.uploads = foundation.bucket(self, "Uploads")
        cdk.Tags.of(self.uploads).add(*BACKUP)

    def _guard(self, name: str, port: int) -> ec2.SecurityGroup:
        """A security group that only the clients reach, on one port."""
        group = self.network.group(self, name)
        group.add_ingress_rule(self.clients, ec2.Port.tcp(port))
        return group

    def _aurora(self) -> None:
        engine = rds.DatabaseClusterEngine.aurora_postgres(version=rds.AuroraPostgresEngineVersion.VER_16_6)
        self.aurora = rds.DatabaseCluster(
            self,
            "Aurora",
            engine=engine,
            vpc=self.network.vpc,
            vpc_subnets=self.network.data,
            security_groups=[self._guard("AuroraAccess", POSTGRES_PORT)],
            port=POSTGRES_PORT,
            writer=rds.ClusterInstance.serverless_v2("Writer", publicly_accessible=False),
            readers=[rds.ClusterInstance.serverless_v2("Reader", publicly_accessible=False, scale_with_writer=True)],
            credentials=rds.Credentials.from_generated_secret("platform", encryption_key=self.secrets_key),
            storage_encryption_key=self.key,
            iam_authentication=True,
            parameter_group=rds.ParameterGroup(self, "AuroraTls", engine=engine, parameters={"rds.force_ssl": "1"}),
            backup=rds.BackupProps(retention=MONTH),
            cloudwatch_logs_exports=["postgresql"],
            deletion_protection=True,
            removal_policy=SNAPSHOT,
        )
        for child in self.aurora.node.find_all():
            if isinstance(child, cdk.aws_secretsmanager.CfnSecret):
                child.apply_removal_policy(KEEP)
        self.proxy = rds.DatabaseProxy(
            self,
            "Proxy",
            proxy_target=rds.ProxyTarget.from_cluster(self.aurora),
            secrets=[self.aurora.secret],
            vpc=self.network.vpc,
            vpc_subnets=self.network.data,
            security_groups=[self._guard("ProxyAccess", POSTGRES_PORT)],
            require_tls=True,
            iam_auth=True,
        )

    def _instance(self) -> None:
        self.mysql = rds.CfnDBInstance(
            self,
            "Mysql",
            engine="mysql",
            db_instance_class="db.t4g.medium",
            allocated_storage="20",
            storage_encrypted=True,
            kms_key_id=self.key.key_arn,
            multi_az=True,
            port="3307",
            publicly_accessible=False,
            deletion_protection=True,
            backup_retention_period=35,
            enable_iam_database_authentication=True,
            enable_cloudwatch_logs_exports=["error"],
            manage_master_user_password=True,
            master_username="platform",
            vpc_security_groups=[self._guard("MysqlAccess", 3307).security_group_id],
            db_subnet_group_name=rds.SubnetGroup(
                self, "MysqlSubnets", description="data", vpc=self.network.vpc, vpc_subnets=self.network.data
            ).subnet_group_name,
            db_parameter_group_name=rds.CfnDBParameterGroup(
                self,
                "MysqlTls",
                description="TLS",
                family="mysql8.0",
                parameters={"require_secure_transport": "ON"},
            ).ref,
        )
        self.mysql.apply_removal_policy(SNAPSHOT)
        cdk.Tags.of(self.mysql).add(*BACKUP)

    def _cache(self) -> None:
        subnets = elasticache.CfnSubnetGroup(
            self,
            "CacheSubnets",
            description="data",
            subnet_ids=self.network.vpc.select_subnets(subnet_group_name="Data").subnet_ids,
        )
        user = elasticache.CfnUser(
            self,
            "CacheUser",
            engine="valkey",
            user_id="platform",
            user_name="platform",
            access_string="on ~* +@read",
            authentication_mode={"Type": "iam"},
        )
        users = elasticache.CfnUserGroup(
            self, "CacheUsers", engine="valkey", user_group_id="platform", user_ids=[user.ref]
        )
        self.cache = elasticache.CfnReplicationGroup(
            self,
            "Cache",
            replication_group_description="cache",
            engine="valkey",
            cache_node_type="cache.t4g.small",
            num_cache_clusters=2,
            port=6390,
            multi_az_enabled=True,
            automatic_failover_enabled=True,
            transit_encryption_enabled=True,
            at_rest_encryption_enabled=True,
            kms_key_id=self.key.key_arn,
            user_group_ids=[users.ref],
            snapshot_retention_limit=35,
            cache_subnet_group_name=subnets.ref,
            security_group_ids=[self._guard("CacheAccess", 6390).security_group_id],
        )
        self.cache.apply_removal_policy(SNAPSHOT)
        self.serverless_cache = elasticache.CfnServerlessCache(
            self,
            "ServerlessCache",
            engine="valkey",
            serverless_cache_name="platform",
            kms_key_id=self.key.key_arn,
            snapshot_retention_limit=35,
            user_group_id=users.ref,
            security_group_ids=[self._guard("ServerlessCacheAccess", 6379).security_group_id],
            subnet_ids=self.network.vpc.select_subnets(subnet_group_name="Data").subnet_ids,
        )
        self.serverless_cache.apply_removal_policy(KEEP)

    def _tables(self) -> None:
        self.table = dynamodb.TableV2(
            self,
            "Orders",
            partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
            encryption=dynamodb.TableEncryptionV2.customer_managed_key(self.key),
            point_in_time_recovery_specification={"point_in_time_recovery_enabled": True},
            deletion_protection=True,
            removal_policy=KEEP,
        )
        self.old_table = dynamodb.Table(
            self,
            "Sessions",
            partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption_key=self.key,
            point_in_time_recovery_specification={"point_in_time_recovery_enabled": True},
            deletion_protection=True,
            removal_policy=KEEP,
        )

    def _files(self) -> None:
        self.files = efs.FileSystem(
            self,
            "Files",
            vpc=self.network.vpc,
            vpc_subnets=self.network.data,
            kms_key=self.key,
            security_group=self._guard("FilesAccess", 2049),
            removal_policy=KEEP,
        )
        self.files.add_to_resource_policy(
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["*"],
                resources=["*"],
                conditions={"Bool": {"aws:SecureTransport": "false"}},
            )
        )

    def _documents_and_graphs(self) -> None:
        subnet_ids = self.network.vpc.select_subnets(subnet_group_name="Data").subnet_ids
        self.documents = docdb.CfnDBCluster(
            self,
            "Documents",
            storage_encrypted=True,
            kms_key_id=self.key.key_arn,
            deletion_protection=True,
            backup_retention_period=35,
            manage_master_user_password=True,
            master_username="platform",
            enable_cloudwatch_logs_exports=["audit"],
            vpc_security_group_ids=[self._guard("DocumentsAccess", 27017).security_group_id],
            db_subnet_group_name=docdb.CfnDBSubnetGroup(
                self, "DocumentsSubnets", db_subnet_group_description="data", subnet_ids=subnet_ids
            ).ref,
        )
        self.graph = neptune.CfnDBCluster(
            self,
            "Graph",
            storage_encrypted=True,
            kms_key_id=self.key.key_arn,
            deletion_protection=True,
            backup_retention_period=35,
            iam_auth_enabled=True,
            enable_cloudwatch_logs_exports=["audit"],
            vpc_security_group_ids=[self._guard("GraphAccess", 8182).security_group_id],
            db_subnet_group_name=neptune.CfnDBSubnetGroup(
                self, "GraphSubnets", db_subnet_group_description="data", subnet_ids=subnet_ids
            ).ref,
        )
        for name in ("1", "2"):
            docdb.CfnDBInstance(
                self, f"Document{name}", db_cluster_identifier=self.documents.ref, db_instance_class="db.t4g.medium"
            )
            neptune.CfnDBInstance(
                self, f"Graph{name}", db_cluster_identifier=self.graph.ref, db_instance_class="db.t4g.medium"
            )
        for cluster in (self.documents, self.graph):
            cluster.apply_removal_policy(SNAPSHOT)

    def _search_and_streams(self) -> None:
        subnet_ids = self.network.vpc.select_subnets(subnet_group_name="Data").subnet_ids
        self.search = opensearch.CfnDomain(
            self,
            "Search",
            engine_version="OpenSearch_2.17",
            cluster_config={"instanceType": "t3.medium.search", "instanceCount": 2, "zoneAwarenessEnabled": True},
            encryption_at_rest_options={"enabled": True, "kmsKeyId": self.key.key_id},
            node_to_node_encryption_options={"enabled": True},
            domain_endpoint_options={"enforceHttps": True, "tlsSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"},
            vpc_options={
                "subnetIds": subnet_ids,
                "securityGroupIds": [self._guard("SearchAccess", 443).security_group_id],
            },
        )
        self.stream = kinesis.Stream(self, "Clicks", encryption_key=self.key, removal_policy=KEEP)
        self.brokers = msk.CfnCluster(
            self,
            "Brokers",
            cluster_name="platform",
            kafka_version="3.6.0",
            number_of_broker_nodes=2,
            broker_node_group_info={
                "instanceType": "kafka.t3.small",
                "clientSubnets": subnet_ids,
                "securityGroups": [self._guard("BrokersAccess", 9098).security_group_id],
            },
            encryption_info={
                "encryptionAtRest": {"dataVolumeKmsKeyId": self.key.key_arn},
                "encryptionInTransit": {"clientBroker": "TLS", "inCluster": True},
            },
        )
        for kept in (self.search, self.brokers):
            kept.apply_removal_policy(KEEP)

    def _warehouse(self) -> None:
        self.warehouse = redshift.CfnCluster(
            self,
            "Warehouse",
            cluster_type="multi-node",
            number_of_nodes=2,
            db_name="warehouse",
            node_type="ra3.large",
            master_username="platform",
            manage_master_password=True,
            encrypted=True,
            kms_key_id=self.key.key_id,
            publicly_accessible=False,
            automated_snapshot_retention_period=35,
            vpc_security_group_ids=[self._guard("WarehouseAccess", 5440).security_group_id],
            port=5440,
            cluster_subnet_group_name=redshift.CfnClusterSubnetGroup(
                self,
                "WarehouseSubnets",
                description="data",
                subnet_ids=self.network.vpc.select_subnets(subnet_group_name="Data").subnet_ids,
            ).ref,
            cluster_parameter_group_name=redshift.CfnClusterParameterGroup(
                self,
                "WarehouseTls",
                description="TLS",
                parameter_group_family="redshift-1.0",
                parameters=[{"parameterName": "require_ssl", "parameterValue": "true"}],
            ).ref,
        )
        self.warehouse.apply_removal_policy(SNAPSHOT)

    def _images_and_users(self) -> None:
        self.images = ecr.Repository(
            self,
            "Images",
            encryption_key=self.key,
            image_scan_on_push=True,
            image_tag_mutability=ecr.TagMutability.IMMUTABLE,
            removal_policy=KEEP,
        )
        self.users = cognito.UserPool(
            self,
            "Users",
            mfa=cognito.Mfa.REQUIRED,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            password_policy=cognito.PasswordPolicy(min_length=14),
            feature_plan=cognito.FeaturePlan.PLUS,
            standard_threat_protection_mode=cognito.StandardThreatProtectionMode.FULL_FUNCTION,
            deletion_protection=True,
            removal_policy=KEEP,
        )
