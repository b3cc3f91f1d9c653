"""Every rule of the configuration: what breaks it is refused in a line that names field, rule and value."""

import re
from hashlib import sha256
from typing import Any

import pytest

import config
from config import ConfigError
from tests.config.conftest import Load, read_anew
from tests.config.environment_source import Tree, changed, source, tree

ZONE = {"id": "Z0123456789ABCDEFGHIJ", "name": "example.com"}
PK = {"name": "pk", "type": "string"}


def database(**changes: Any) -> tuple[Tree]:
    fits = {"version": "17.9", "readers": 1, "min_acu": 1.0, "max_acu": 4.0, "backup_days": 35}
    return ({"id": "Main", **fits, **changes},)


def cache(**changes: Any) -> tuple[Tree]:
    return ({"id": "Cache", **changes},)


def documents(**changes: Any) -> tuple[Tree]:
    return ({"id": "Documents", "backup_days": 35, **changes},)


def files(doors: tuple[Tree, ...] = (), **changes: Any) -> tuple[Tree]:
    return ({"id": "Shared", "doors": doors or ({"id": "Uploads", "path": "/uploads"},), **changes},)


def secret(**changes: Any) -> Tree:
    return {"id": "Token", "description": "What services show each other", **changes}


def setting(**changes: Any) -> Tree:
    return {"id": "Currency", "description": "Of prices", "value": "EUR", **changes}


def index(name: str, attributes: list[str] | None = None) -> Tree:
    found = {} if attributes is None else {"attributes": tuple(attributes)}
    return {"name": name, "partition_key": {"name": "owner", "type": "string"}, **found}


def table(**changes: Any) -> Tree:
    return {"id": "Todos", "partition_key": PK, **changes}


IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/api:1.0.0"
ROUTE = {"priority": 1, "paths": ("/api/*",)}


def service(**changes: Any) -> Tree:
    return {"id": "Api", "image": IMAGE, "min_tasks": 2, **changes}


def services(**changes: Any) -> tuple[Tree]:
    return (service(**changes),)


def routed(**changes: Any) -> tuple[Tree]:
    return services(route={**ROUTE, **changes})


def queues(**changes: Any) -> tuple[Tree]:
    return ({"id": "Jobs", "function": {}, **changes},)


def jobs(**changes: Any) -> tuple[Tree]:
    return ({"id": "Tidy", "image": IMAGE, "command": ("tidy",), **changes},)


JOBS = "compute.batch.jobs"
QUEUES = "compute.messages.queues"
SERVICES = "compute.containers.services"
IN_ONE_STACK = [name for n in range(1000) if int(sha256((name := f"S{n}").encode()).hexdigest(), 16) % 16 == 0][:21]
CERTIFICATE = "compute.containers.load_balancer.certificate_arn"

CLIENT_VPN = {
    "client_cidr": "10.250.0.0/22",
    "server_certificate_arn": f"arn:aws:acm:us-east-1:777788889999:certificate/{'0' * 36}",
    "client_ca_arn": f"arn:aws:acm:us-east-1:777788889999:certificate/{'0' * 36}",
}
SITE_VPN = {"gateway_address": "198.51.100.7", "cidrs": ("192.168.0.0/24",)}

REMOTE_ACCESS_BROKEN = [
    ("bastion", {}, "administrator_cidrs: must name the addresses that administrators come from, where bastion is"),
    ("bastion", {"instance_type": "m7g.large"}, "bastion.instance_type: must be 't4g.nano'"),
    ("bastion", {"session_minutes": 0}, "bastion.session_minutes: must be greater than or equal to 1"),
    ("client_vpn", CLIENT_VPN, "administrator_cidrs: must name the addresses that administrators come from"),
    ("client_vpn", {**CLIENT_VPN, "client_cidr": "10.250.0.0/23"}, "client_vpn.client_cidr: must be a /12 to a /22"),
    ("client_vpn", {**CLIENT_VPN, "session_hours": 9}, "client_vpn.session_hours: must be 8, 10, 12 or 24"),
    ("client_vpn", {**CLIENT_VPN, "client_ca_arn": "mine"}, "client_vpn.client_ca_arn: must be the ARN of a certif"),
    ("administrator_cidrs", ("10.0.0.0/24",), "administrator_cidrs[0]: must be public addresses"),
    ("administrator_cidrs", ("100.64.0.0/24",), "administrator_cidrs[0]: must be public addresses"),
    ("administrator_cidrs", ("203.0.113.0/24",) * 2, "administrator_cidrs: must differ from each other"),
    ("site_vpn", {**SITE_VPN, "gateway_asn": 2**31}, "site_vpn.gateway_asn: must be less than or equal to 2147483647"),
    ("site_vpn", {**SITE_VPN, "cidrs": ()}, "site_vpn.cidrs: must have at least 1 item"),
    ("site_vpn", {**SITE_VPN, "cidrs": ("8.8.8.0/24",)}, "site_vpn.cidrs[0]: must be a /8 to a /32 in a private"),
    ("site_vpn", {**SITE_VPN, "cidrs": ("10.99.8.0/24",)}, "site_vpn.cidrs: must be disjoint from 10.99.0.0/16"),
    ("site_vpn", {**SITE_VPN, "cidrs": ("10.1.0.0/24", "10.1.0.0/28")}, "site_vpn.cidrs: must be disjoint from 10.1"),
    ("site_vpn", {**SITE_VPN, "gateway_address": 3325256711}, "gateway_address: must be a valid IPv4 address"),
    ("site_vpn", {**SITE_VPN, "gateway_address": "10.0.0.1"}, "gateway_address: must be a public IPv4 address"),
]

BROKEN = [
    # Names and places
    ("name", "Extra", "must be 2-16 lower-case letters, digits and single hyphens"),
    ("name", "e", "must be 2-16 lower-case letters, digits and single hyphens"),
    ("project", "ground--work", "must be 2-16 lower-case letters, digits and single hyphens"),
    ("account", "1234", "must be 12 digits"),
    ("account", 111122223333, "must be a valid string"),
    ("region", "us-east-9", "must be an AWS region such as eu-west-1"),
    ("recovery_region", "us-east-1", "must differ from region"),
    ("retain_data", 1, "must be a valid boolean"),
    ("retian_data", True, "must be a field of Environment (did you mean retain_data?)"),
    ("tags", {"aws:owner": "me"}, "must be 1-128 letters, digits, spaces or _.:/=+@-, not aws:..."),
    ("tags", {"owner": "mé"}, "must be at most 256 letters"),
    ("tags", {f"key{n}": "x" for n in range(41)}, "must have at most 40 items"),
    ("tags", {"environment": "mine"}, "must not set backup, environment, project"),
    ("tags", {"Project": "mine"}, "must not set backup, environment, project"),
    ("tags", {"owner": "me", "Owner": "you"}, "must differ by more than upper and lower case"),
    ("tags", {"AWS:owner": "me"}, "must be 1-128 letters, digits, spaces or _.:/=+@-, not aws:..."),
    # Production
    ("retain_data", False, "must be True in production"),
    ("backup.daily_retention_days", 34, "must be >= 35 in production"),
    ("data.point_in_time_recovery_days", 34, "must be >= 35 in production"),
    ("monitoring.alarm_emails", (), "must name somebody in production"),
    ("compute.api.authorization", "none", "must not be none in production"),
    ("emulator", {"port": 4566}, "must be False on the emulator"),
    # Detection
    ("security.detection.guard_duty", "on", "must be 'off', 'account' or 'organisation'"),
    ("security.detection.guard_duty_features", ("S3_DATA_EVENTS", "S3_DATA_EVENTS"), "must differ from each other"),
    ("security.detection.config_rules", ("S3_IS_NICE",), "must be 'ACCESS_KEYS_ROTATED'"),
    ("security.detection.standards", ("soc2",), "must be 'aws-foundational', 'cis', 'nist-800-53' or 'pci-dss'"),
    ("security.detection.config", "off", "must not be off where security_hub is account"),
    # Network
    ("network.cidr", "10.99.0.0", "must be a /16 to a /24"),
    ("network.cidr", "10.99.0.1/16", "must be a valid IPv4 network"),
    ("network.cidr", "10.96.0.0/15", "must be a /16 to a /24"),
    ("network.cidr", "10.99.0.0/25", "must be a /16 to a /24"),
    ("network.cidr", "8.8.0.0/16", "must lie in a private range"),
    ("network.cidr", "fd00::/16", "must be a valid IPv4 network"),
    ("network.cidr", "10.20.128.0/20", "must be disjoint from every other environment's"),
    ("network.availability_zones", ("a",), "must have at least 2 items, not 1"),
    ("network.availability_zones", ("a", "b", "c", "d"), "must have at most 3 items, not 4"),
    ("network.availability_zones", ("a", "a"), "must differ from each other"),
    ("network.availability_zones", ("a", "z"), "must be the letter of a zone, a to f"),
    ("network.availability_zones", ["a", "b"], "must be a valid tuple"),
    ("network.egress", "nat", "must be 'none', 'single-nat', 'nat-per-zone' or 'regional-nat'"),
    ("network.interface_endpoints", ("s3",), "must be 'application-autoscaling'"),
    ("network.interface_endpoints", ("kms", "kms"), "must differ from each other"),
    ("network.flow_log_retention_days", 8, "must be 1, 3, 5, 7"),
    ("network.administrator_cidrs", ("0.0.0.0/0",), "must be a /16 to a /32: administrators come from somewhere"),
    ("network.administrator_cidrs", ("0.0.0.0/1", "128.0.0.0/1"), "must be a /16 to a /32"),
    ("network.administrator_cidrs", ("203.0.113.1/24",), "must be a valid IPv4 network"),
    ("network.flow_log_retention_days", True, "must be a valid integer"),
    ("network.flow_log_retention_days", 30.0, "must be a valid integer"),
    # Security
    ("security.key_deletion_window_days", 6, "must be greater than or equal to 7"),
    ("security.key_deletion_window_days", 31, "must be less than or equal to 30"),
    ("security.log_archive.infrequent_access_after_days", 29, "must be greater than or equal to 30"),
    ("security.log_archive.glacier_after_days", 119, "must be >= 120 (30 more than infrequent_access_after_days)"),
    ("security.log_archive.deep_archive_after_days", 365, "must be > 365 (glacier_after_days)"),
    ("security.log_archive.expire_after_days", 730, "must be > 730 (deep_archive_after_days)"),
    ("security.log_archive.object_lock_days", 2556, "must be <= 2555 (expire_after_days)"),
    ("security.web_acl.rate_limit_per_5_minutes", 9, "must be greater than or equal to 10"),
    ("security.web_acl.blocked_countries", ("UK",), "must be a country of AWS WAF's list"),
    ("security.web_acl.blocked_countries", ("gb",), "must be a country of AWS WAF's list"),
    ("security.web_acl.blocked_countries", ("GB", "GB"), "must differ from each other"),
    ("security.web_acl.blocked_addresses", ("198.51.100.7",), "must have a prefix length"),
    ("security.web_acl.blocked_addresses", ("198.51.100.7/24",), "must be an IPv4 or IPv6 network"),
    ("security.web_acl.blocked_addresses", ("somewhere",), "must be an IPv4 or IPv6 network"),
    ("security.web_acl.blocked_addresses", ("0.0.0.0/0",), "must not be /0: WAF refuses it"),
    ("security.web_acl.allowed_addresses", ("::/0",), "must not be /0: WAF refuses it"),
    ("security.web_acl.allowed_addresses", ("10.0.0.0/8",) * 2, "must differ from each other"),
    ("security.web_acl.counted_rules", ("Sqli",), "must be one of BlockedAddresses, CountryBlock, RateLimit, Common"),
    ("security.web_acl.counted_rules", ("AnonymousIp",), "must not name AnonymousIp without block_anonymous"),
    ("security.web_acl.counted_rules", ("CountryBlock",), "must not name CountryBlock without blocked_countries"),
    ("security.secrets", (secret(), secret()), "must have different ids"),
    ("security.secrets", (secret(rotation_days=0),), "must be greater than or equal to 1"),
    ("security.secrets", (secret(rotation_days=1001),), "must be less than or equal to 1000"),
    ("security.secrets", (secret(id="token"),), "must be a PascalCase noun"),
    ("security.settings", (setting(), setting()), "must have different ids"),
    ("security.settings", (setting(id="currency"),), "must be a PascalCase noun"),
    ("security.settings", (setting(value=""),), "must be a text without {{"),
    ("security.settings", (setting(value="{{ssm:other}}"),), "must be a text without {{"),
    ("security.settings", (setting(value="x" * 4097),), "must have at most 4096 characters"),
    # Data
    ("data.tables", (table(id="todos"),), "must be a PascalCase noun"),
    ("data.tables", (table(), table()), "must have different ids"),
    ("data.buckets", ({"id": "Todos"},), "must have ids that no other bucket and no table has"),
    ("data.buckets", ({"id": "One"}, {"id": "One"}), "must have ids that no other bucket and no table has"),
    (
        "data.tables",
        (table(), table(id="Resource")),
        "must be a PascalCase noun of 2-32 letters and digits, other than",
    ),
    ("data.tables", (table(), table(id="Users")), "must have ids other than BastionAccess, ClientVpnAccess, Exports"),
    ("data.tables", (table(), table(id="TODOS")), "must have different ids"),
    ("data.buckets", ({"id": "Trail"},), "must have ids other than BastionAccess, ClientVpnAccess, Exports"),
    ("data.file_systems", files(id="Reader"), "must have ids other than BastionAccess, ClientVpnAccess, Exports"),
    ("data.file_systems", files(({"id": "Access", "path": "/a"},)), "must have ids other than Access"),
    ("data.databases", database(id="MAIN") + database(), "must have ids that nothing else in data has"),
    ("data.databases", database(name="select"), "must be no word of SQL"),
    ("data.databases", database(name="postgres"), "must be no word of SQL"),
    ("data.databases", database(users={"application": "app_owner"}), "must not be app_owner, which owns the schema"),
    (
        "data.tables",
        (table(global_indexes=(index("by-owner", ["title", "pk"]),)),),
        "must not list keys of the table (pk), which every index holds, as attributes",
    ),
    ("data.tables", (table(ttl_attribute="pk"),), "must not be a key of another type than number"),
    ("data.tables", (table(partition_key={"name": "pk", "type": "boolean"}),), "must be 'string', 'number'"),
    ("data.tables", (table(global_indexes=tuple(index(f"by-{n}") for n in range(21))),), "must have at most 20 items"),
    (
        "data.tables",
        (table(global_indexes=tuple(index(f"by-{n}", [f"a{n}{m}" for m in range(60)]) for n in range(2))),),
        "must hold at most 100 attributes together",
    ),
    ("data.tables", (table(global_indexes=(index("by-owner", ["owner"]),)),), "must differ from each other"),
    ("data.tables", (table(stream="everything"),), "must be 'keys-only', 'new-image'"),
    ("data.tables", (table(stream="keys-only", replicated=True),), "must be new-and-old-images where the table is"),
    ("data.tables", (table(max_reads_per_second=0),), "must be greater than or equal to 1"),
    ("data.tables", (table(warm_reads_per_second=11_999),), "must be greater than or equal to 12000"),
    ("data.tables", (table(warm_writes_per_second=3_999),), "must be greater than or equal to 4000"),
    (
        "data.tables",
        (table(warm_writes_per_second=5_000, max_writes_per_second=4_999),),
        "must be <= 4999 (max_writes_per_second)",
    ),
    ("data.buckets", ({"id": "Files", "archive_after_days": 89},), "must be greater than or equal to 90"),
    # Users
    ("data.users.domain_prefix", "my-cognito-login", "must be 1-63 lower-case letters"),
    ("data.users.sender", "nobody", "must be an e-mail address"),
    ("data.users.attributes", ({"name": "custom:plan"},), "must be 1-20 letters, digits and _, a letter first"),
    ("data.users.attributes", ({"name": "plan"}, {"name": "plan", "type": "number"}), "must have different names"),
    ("data.users.attributes", ({"name": "plan", "type": "date"},), "must be 'string', 'number'"),
    ("data.users.groups", ({"name": "editors"},), "must be a PascalCase noun"),
    ("data.users.groups", ({"name": "Editors"}, {"name": "Editors"}), "must have different names"),
    ("data.users.callback_urls", ("http://app.example.com/",), "must be https://..."),
    ("data.users.callback_urls", ("https://a.example/", "https://a.example/"), "must differ from each other"),
    ("data.users", None, "must not be cognito without data.users"),
    ("project", "my-aws", "must be given where project or name contains aws"),
    # Databases
    ("data.databases", database(id="main"), "must be a PascalCase noun"),
    ("data.databases", database(id="Todos"), "must have ids that nothing else in data has"),
    ("data.databases", database() * 2, "must have ids that nothing else in data has"),
    ("data.databases", database(engine="oracle"), "must be 'postgresql' or 'mysql'"),
    ("data.databases", database(version="17"), "must be a version for postgresql: 16.13"),
    ("data.databases", database(engine="mysql"), "must be a version for mysql: 8.0.mysql_aurora"),
    ("data.databases", database(name="pg_app"), "must be 1-32 lower-case letters"),
    ("data.databases", database(name="App"), "must be 1-32 lower-case letters, digits and _"),
    ("data.databases", database(users={"application": "postgres"}), "must be none of admin"),
    ("data.databases", database(users={"migrations": "platform"}), "must be none of admin"),
    ("data.databases", database(users={"application": "migrator"}), "must differ from application"),
    ("data.databases", database(extensions=("plpython3u",)), "must be 'btree_gin'"),
    ("data.databases", database(extensions=("vector", "vector")), "must differ from each other"),
    (
        "data.databases",
        database(engine="mysql", version="8.0.mysql_aurora.3.12.0", extensions=("vector",)),
        "must be empty for mysql",
    ),
    ("data.databases", database(from_snapshot="-1"), "must be the name or ARN of a snapshot of a cluster"),
    ("data.databases", database(min_acu=0.25), "must be a multiple of 0.5"),
    ("data.databases", database(min_acu=-0.5), "must be greater than or equal to 0"),
    ("data.databases", database(max_acu=256.5), "must be less than or equal to 256"),
    ("data.databases", database(min_acu=0.5, max_acu=0.5), "must be >= 1 (Aurora's smallest maximum)"),
    ("data.databases", database(min_acu=8.0), "must be >= 8 (min_acu)"),
    ("data.databases", database(min_acu=0, proxy=True), "must be >= 0.5 with a proxy"),
    ("data.databases", database(pause_after_minutes=4), "must be greater than or equal to 5"),
    ("data.databases", database(readers=16), "must be less than or equal to 15"),
    ("data.databases", database(port=5432), "must not be 5432"),
    ("data.databases", database(port=1149), "must be greater than or equal to 1150"),
    ("data.databases", database(backup_days=36), "must be less than or equal to 35"),
    ("data.databases", database(monitoring_seconds=0), "must be 1, 5, 10, 15, 30 or 60"),
    ("data.databases", database(insights="none"), "must be 'standard' or 'advanced'"),
    ("data.databases", database(readers=0), "must have readers >= 1 in production"),
    ("data.databases", database(min_acu=0), "must have min_acu >= 0.5 in production"),
    ("data.databases", database(backup_days=34), "must have backup_days >= 35 in production"),
    ("network.egress", "none", "must not be none where data.databases are"),
    # Caches
    ("data.caches", cache(id="Main"), "must have ids that nothing else in data has"),
    ("data.caches", cache(id="C" * 21), "must have ids that make names of at most 36 characters"),
    ("data.caches", cache(engine="memcached"), "must be 'valkey' or 'redis'"),
    ("data.caches", cache(version="6.2"), "must be a version for valkey: 7.2"),
    ("data.caches", cache(engine="redis"), "must be a version for redis: 7.0, 7.1"),
    ("data.caches", cache(nodes={"type": "t4g.medium"}), "must be a node type such as cache.t4g.medium"),
    ("data.caches", cache(nodes={"replicas": 6}), "must be less than or equal to 5"),
    ("data.caches", cache(nodes={"replicas": 0}), "must have a replica in production"),
    ("data.caches", cache(nodes={"port": 6379}), "must not be 6379"),
    ("data.caches", cache(limits={"data_gb": 0}), "must be greater than or equal to 1"),
    ("data.caches", cache(limits={"ecpus_per_second": 999}), "must be greater than or equal to 1000"),
    ("data.caches", cache(snapshot_days=36), "must be less than or equal to 35"),
    ("data.caches", cache(id="MainProxy"), "must have ids that nothing else in data has"),
    # Document databases
    ("data.document_databases", documents(id="Main"), "must have ids that nothing else in data has"),
    ("data.document_databases", documents(version="4.0.0"), "must be '5.0.0' or '8.0.0'"),
    ("data.document_databases", documents(instance_class="t4g"), "must be an instance class such as db.t4g.medium"),
    ("data.document_databases", documents(readers=16), "must be less than or equal to 15"),
    ("data.document_databases", documents(readers=0), "must have readers >= 1 in production"),
    ("data.document_databases", documents(port=27017), "must not be 27017"),
    ("data.document_databases", documents(backup_days=36), "must be less than or equal to 35"),
    ("data.document_databases", documents(backup_days=34), "must have backup_days >= 35 in production"),
    # Files and images
    ("data.file_systems", files(id="Todos"), "must have ids that nothing else in data has"),
    ("data.file_systems", ({"id": "Shared", "doors": ()},), "must have at least 1 item, not 0"),
    ("data.file_systems", files(({"id": "Up", "path": "/a/b/c/d/e"},)), "must be a path of 1-4 folders"),
    ("data.file_systems", files(({"id": "Up", "path": "/.."},)), "must be a path of 1-4 folders"),
    ("data.file_systems", files(({"id": "Up", "path": "/a", "uid": 0},)), "must be greater than or equal to 1"),
    ("data.file_systems", files(({"id": "Up", "path": "/a", "permissions": "777"},)), "must be three octal digits"),
    ("data.file_systems", files(({"id": "Up", "path": "/a"},) * 2), "must differ in id"),
    (
        "data.file_systems",
        files(({"id": "Up", "path": "/a"}, {"id": "Down", "path": "/a"})),
        "must differ in path",
    ),
    ("data.file_systems", files(cold_after_days=31), "must be 1, 7, 14"),
    ("data.file_systems", files(cold_after_days=True), "must be a valid integer"),
    ("data.file_systems", files(cold_after_days=90), "must be > 90 (cold_after_days)"),
    ("data.file_systems", files(cold_after_days=None), "must be none where cold_after_days is none"),
    ("data.image_repositories", ({"id": "Todos"},), "must have ids that nothing else in data has"),
    ("data.image_repositories", ({"id": "Api", "kept_images": 20_001},), "must be less than or equal to 20000"),
    ("data.image_repositories", ({"id": "Api", "untagged_days": 0},), "must be greater than or equal to 1"),
    ("data.buckets", ({"id": "One", "noncurrent_expiry_days": 0},), "must be greater than or equal to 1"),
    ("data.tables", (table(sort_key=PK),), "must differ from partition_key"),
    ("data.tables", (table(partition_key={"name": "p k"}),), "must be 1-255 letters"),
    ("data.tables", (table(global_indexes=({"name": "by", "partition_key": PK},)),), "must be 3-255 letters"),
    (
        "data.tables",
        (table(global_indexes=({"name": "one", "partition_key": PK},) * 2),),
        "must have different names",
    ),
    (
        "data.tables",
        (table(global_indexes=({"name": "one", "partition_key": PK, "sort_key": PK},)),),
        "must differ from partition_key",
    ),
    (
        "data.tables",
        (table(global_indexes=({"name": "one", "partition_key": {"name": "pk", "type": "number"}},)),),
        "must use pk as string, as the keys before",
    ),
    ("data.point_in_time_recovery_days", 36, "must be less than or equal to 35"),
    # Compute and edge
    ("compute.api.table", "Orders", "must be the id of a table in data.tables (Todos)"),
    ("compute.api.release", "slowly", "must be 'canary', 'linear' or 'all-at-once'"),
    ("compute.api.domain", "https://api.example.com", "must be a host name such as todo.example.com"),
    ("compute.load_test", {"image": "load"}, "must be REGISTRY/NAME, or the id of a repository, with a tag"),
    ("compute.load_test", {"image": "a/load:1", "max_workers": 0}, "must be greater than or equal to 1"),
    ("compute.load_test", {"image": "a/load:1", "memory_mib": 512}, "must be 2048 to 8192 in steps of 1024 with 1024"),
    ("compute.load_test", {"image": "a/load:1", "report_days": 1}, "must be greater than or equal to 7"),
    ("compute.api.cache", {"size_gb": "1"}, "must be '0.5', '1.6', '6.1'"),
    ("compute.api.cache", {"ttl_seconds": 0}, "must be greater than or equal to 1"),
    ("compute.api.canary", {"every_minutes": 61}, "must be less than or equal to 60"),
    ("compute.api.usage_plan", {"clients": ()}, "must have at least 1 item"),
    ("compute.api.usage_plan", {"clients": ("A1", "A1")}, "must differ from each other"),
    ("compute.api.usage_plan", {"clients": ("Partner",)}, "must have asks_for_key False where edge.enabled"),
    ("compute.api", {"authorization": "aws-iam", "cache": {}}, "must be none where authorization is aws-iam"),
    ("compute.api.memory_mib", 127, "must be greater than or equal to 128"),
    ("compute.api.memory_mib", "512", "must be a valid integer"),
    ("compute.api.timeout_seconds", 30, "must be less than or equal to 29"),
    ("compute.api.reserved_concurrency", 0, "must be greater than or equal to 1"),
    ("edge.allowed_origins", ("https://app.example.com/",), "must be an origin such as"),
    ("edge.allowed_origins", ("*",), "must be an origin such as"),
    ("edge.allowed_origins", ("http://..",), "must be an origin such as"),
    ("edge.allowed_origins", ("http://localhost:0",), "must be an origin such as"),
    ("edge.allowed_origins", ("http://localhost",) * 2, "must differ from each other"),
    ("edge.price_class", "300", "must be '100', '200' or 'all'"),
    ("edge.domain", "https://todo.example.com", "must be a host name such as todo.example.com"),
    ("edge.zone", {"id": "zone", "name": "example.com"}, "must be the id of a hosted zone"),
    ("edge.blocked_countries", ("UK",), "must be an ISO 3166-1 country code such as CH"),
    ("edge.blocked_countries", ("KP", "KP"), "must differ from each other"),
    ("edge.service_paths", ("/orders/*",), "must be empty without edge.domain, a service with a route"),
    ("edge.service_paths", ("/orders/*", "/orders/*"), "must differ from each other"),
    ("edge.service_paths", ("/v1/orders",), "must be a path such as /orders/*"),
    ("edge.service_paths", ("orders",), "must be a path such as /orders/*"),
    ("edge.service_paths", ("/*",), "must be a path such as /orders/*"),
    ("edge", {"allowed_countries": ("CH",), "blocked_countries": ("KP",)}, "must be empty where allowed_countries"),
    ("edge", {"domain": "todo.example.com"}, "must be given where domain is"),
    ("edge", {"domain": "todo.example.org", "zone": ZONE}, "must be example.com or end with .example.com"),
    ("edge", {"failover_host": "sorry.example.net"}, "must come with a domain below the zone's own name"),
    (
        "edge",
        {"domain": "example.com", "zone": ZONE, "failover_host": "sorry.example.net"},
        "must come with a domain below the zone's own name",
    ),
    (
        "edge",
        {"domain": "todo.example.com", "zone": ZONE, "failover_host": "todo.example.com"},
        "must differ from domain",
    ),
    # Containers
    (SERVICES, services(id="api"), "must be a PascalCase noun"),
    (SERVICES, services() * 2, "must have different ids"),
    (SERVICES, services(image="Images:latest"), "must be REGISTRY/NAME, or the id of a repository, with a tag"),
    (SERVICES, services(image="Images"), "must be REGISTRY/NAME, or the id of a repository, with a tag"),
    (SERVICES, services(image="Images:1.0.0"), "must name repositories of data.image_repositories (there is none) in"),
    (SERVICES, services(image="api:latest"), "must be REGISTRY/NAME, or the id of a repository, with a tag"),
    (
        SERVICES,
        services(image="registry.example/api:latest"),
        "must be REGISTRY/NAME, or the id of a repository, with a tag",
    ),
    (SERVICES, services(image="registry.example/api"), "must be REGISTRY/NAME, or the id of a repository, with a tag"),
    (SERVICES, services(memory_mib=4096), "must be 512 to 2048 (512, 1024, 2048) with 256 cpu_units"),
    (SERVICES, services(cpu_units=8192, memory_mib=17_408), "must be 16384 to 61440 in steps of 4096 with 8192"),
    (SERVICES, services(cpu_units=300), "must be 256, 512, 1024"),
    (SERVICES, services(min_tasks=5), "must be >= 5 (min_tasks)"),
    (SERVICES, services(min_tasks=1), "must have min_tasks >= 2 in production (Api)"),
    (
        SERVICES,
        services(tracing=False, instrumentation="python"),
        "must be none without tracing: nobody takes the traces",
    ),
    (SERVICES, services(allows_shell=True), "must have allows_shell False in production (Api)"),
    (SERVICES, services(spot_percent=101), "must be less than or equal to 100"),
    (SERVICES, services(port=80), "must be greater than or equal to 1024"),
    (SERVICES, services(user="root"), "must be a number, or two as USER:GROUP; not 0"),
    (SERVICES, services(user="0"), "must be a number, or two as USER:GROUP; not 0"),
    (SERVICES, services(health_path="health"), "must be a path that begins with a slash"),
    (SERVICES, services(stop_seconds=121), "must be less than or equal to 120"),
    (SERVICES, services(environment={"log level": "debug"}), "must be an upper-case name"),
    (
        SERVICES,
        services(secrets={"TOKEN": "Partner"}),
        "must name secrets (there is none) in Api",
    ),
    (SERVICES, services(tables=("Orders",)), "must name tables of data.tables (Todos) in Api"),
    (SERVICES, services(buckets=("Orders",)), "must name buckets of data.buckets (Attachments) in Api"),
    (SERVICES, services(caches=("Orders",)), "must name caches of data.caches"),
    (SERVICES, services(databases=("Orders",)), "must name databases of data.databases (Main) in Api"),
    (SERVICES, services(calls=("Api",)), "must call other services, which have a port and roll"),
    (SERVICES, services(calls=("Other",)), "must call other services, which have a port and roll"),
    (SERVICES, services(deployment={"strategy": "canary"}), "must be given for a canary deployment"),
    (
        SERVICES,
        services(deployment={"strategy": "linear", "step_percent": 3, "step_minutes": 1440}),
        "must make the dep",
    ),
    (SERVICES, services(deployment={"strategy": "canary", "step_percent": 100}), "must be < 100 for canary"),
    (SERVICES, services(scaling={"requests_per_task": 10}), "must be none without the route of a rolling service"),
    (SERVICES, services(port=None, route=ROUTE), "must be given where a route is"),
    (
        SERVICES,
        services(
            scaling={"schedules": ({"name": "Am", "schedule": "0 7 * * *", "min_tasks": 1, "max_tasks": 2},)},
        ),
        "must be cron(...), at(...) or rate(...)",
    ),
    (
        SERVICES,
        services(
            scaling={"schedules": ({"name": "Am", "schedule": "rate(1 day)", "min_tasks": 3, "max_tasks": 2},)},
        ),
        "must be >= 3 (min_tasks)",
    ),
    (
        SERVICES,
        services(
            scaling={"schedules": ({"name": "Am", "schedule": "rate(1 day)", "min_tasks": 1, "max_tasks": 2},) * 2},
        ),
        "must have different names",
    ),
    (
        SERVICES,
        services(environment={"A": "1"}, secrets={"A": "Partner"}),
        "must not name variables that environment sets",
    ),
    (
        SERVICES,
        services(environment={"A": "1"}, settings={"A": "Currency"}),
        "must not name variables that environment or secrets set",
    ),
    (SERVICES, services(settings={"CURRENCY": "Currency"}), "must name security.settings (there is none) in Api"),
    (SERVICES, routed(paths=()), "must name a path, where hosts names none"),
    (SERVICES, routed(paths=("api",)), "must be a path such as /orders/*"),
    (SERVICES, routed(paths=tuple(f"/{n}" for n in range(6))), "must be at most 5, together with hosts"),
    (SERVICES, routed(paths=("/*/*/*", "/a/*/*/*")), "must have at most 5 wildcards in all"),
    (SERVICES, routed(paths=("/a", "/a")), "must differ from each other"),
    (SERVICES, routed(hosts=("api",)), "must be a host such as api.example.com"),
    (SERVICES, routed(priority=0), "must be greater than or equal to 1"),
    (SERVICES, routed(), "must be given where a service has a route, or cloudfront_prefix_list_id must"),
    (
        "compute.containers",
        {"services": routed(), "load_balancer": {"cloudfront_prefix_list_id": "pl-3b927c52"}},
        "must be given in production",
    ),
    (
        SERVICES,
        (*routed(), service(id="Other", route={**ROUTE, "paths": ("/other",)})),
        "must have routes with different priorities",
    ),
    (
        SERVICES,
        (*routed(), service(id="Other", route={**ROUTE, "priority": 2})),
        "must have routes that no other service has",
    ),
    (
        SERVICES,
        tuple(
            service(id=f"S{n}", route={"priority": n, "paths": (f"/{n}",)}, deployment={"strategy": "blue-green"})
            for n in range(1, 52)
        ),
        "must need at most 100 target groups",
    ),
    (
        SERVICES,
        tuple(service(id=name) for name in IN_ONE_STACK),
        "must put at most 20 into stack 0: give one another id",
    ),
    (SERVICES, tuple(service(id=f"S{n}") for n in range(151)), "must have at most 150 items"),
    (SERVICES, services(sends=("Jobs",)), "must name queues of compute.messages.queues (there is none) in Api"),
    (SERVICES, services(works_off="Jobs"), "must name queues of compute.messages.queues (there is none) in Api"),
    (SERVICES, services(publishes=True), "must not publish without compute.messages.bus (Api)"),
    (SERVICES, services(migrates=("Main",)), "must be databases that it signs in to (databases)"),
    (SERVICES, services(scaling={"messages_per_task": 10}), "must be none without works_off"),
    (QUEUES, queues(id="jobs"), "must be a PascalCase noun"),
    (QUEUES, queues() * 2, "must have different ids"),
    (QUEUES, queues(function=None), "must be worked off by one service or function (Jobs)"),
    (QUEUES, queues(visibility_seconds=179), "must be >= 180 (6 times function.timeout_seconds)"),
    (QUEUES, queues(max_receives=0), "must be greater than or equal to 1"),
    (QUEUES, queues(retention_days=14), "must be less than or equal to 13"),
    (QUEUES, queues(function={"max_concurrency": 1}), "must be greater than or equal to 2"),
    (QUEUES, queues(function={"batch_messages": 11}), "must be less than or equal to 10"),
    (QUEUES, queues(function={"databases": ("Orders",)}), "must name databases of data.databases (Main) in Jobs"),
    (JOBS, jobs(id="tidy"), "must be a PascalCase noun"),
    (JOBS, jobs() * 2, "must have different ids"),
    (JOBS, jobs(memory_mib=4096), "must be 512 to 2048 (512, 1024, 2048) with 256 cpu_units"),
    (JOBS, jobs(image="tidy"), "must be REGISTRY/NAME, or the id of a repository, with a tag"),
    (JOBS, jobs(command=()), "must have at least 1 item, not 0"),
    (JOBS, jobs(attempts=11), "must be less than or equal to 10"),
    (JOBS, jobs(buckets=("Orders",)), "must name buckets of data.buckets (Attachments) in Tidy"),
    (
        "compute.web_socket",
        {"table": "Todos"},
        "must be a table of data.tables with the partition key id alone (there is none)",
    ),
    ("compute.messages.bus", {"archive_days": 30}, "must name one where a bus is"),
    (
        "compute.messages.schedules",
        ({"id": "Nightly", "schedule": "daily", "queue": "Jobs", "message": "x"},),
        "must be cron(...), at(...) or rate(...)",
    ),
    (
        "compute.messages.schedules",
        ({"id": "Nightly", "schedule": "rate(1 day)", "queue": "Jobs", "message": "x"},),
        "must name queues of compute.messages.queues (there is none)",
    ),
    ("compute.containers.secrets", ("Partner", "Partner"), "must differ from each other"),
    (CERTIFICATE, "certificate/1", "must be arn:aws:acm:REGION:ACCOUNT:certificate/ID"),
    (
        CERTIFICATE,
        "arn:aws:acm:eu-west-1:777788889999:certificate/00000000-0000-0000-0000-000000000000",
        "must be of us-east-1 (region)",
    ),
    ("compute.containers.load_balancer.cloudfront_prefix_list_id", "cloudfront", "must be an id such as pl-3b927c52"),
    # Monitoring
    ("monitoring.listeners", ({"email": "a@example.com", "sms": "+12025550123"},), "must be the only one of"),
    ("monitoring.listeners", ({},), "must be the only one of email, sms, https, slack_channel"),
    ("monitoring.listeners", ({"sms": "0041 44"},), "must be a telephone number such as +12025550123"),
    ("monitoring.listeners", ({"https": "http://pager.example.com"},), "must be an https:// address"),
    ("monitoring.listeners", ({"slack_channel": "C0123ABCD"},), "must be given with slack_channel"),
    ("monitoring.listeners", ({"slack_channel": "alarms", "slack_workspace": "T0123ABCD"},), "must be the id of a Sl"),
    ("monitoring.listeners", ({"sms": "+12025550123", "severities": ("P0", "P0")},), "must differ from each other"),
    ("monitoring.listeners", ({"sms": "+12025550123", "severities": ()},), "must have at least 1 item"),
    ("monitoring.overrides", ({"alarm": "table-throttles"},), "must be RESOURCE/ALARM"),
    ("monitoring.overrides", ({"alarm": "Todos/table-errors"},) * 2, "must name each alarm once"),
    ("monitoring.deploy_windows", ({"schedule": "tuesdays"},), "must be cron(MINUTE HOUR DAY MONTH WEEKDAY)"),
    ("monitoring.slo.availability_percent", 94.0, "must be greater than or equal to 95"),
    ("monitoring.slo.error_percent", 6.0, "must be less than or equal to 5"),
    ("monitoring.remediation.cool_down_minutes", 4, "must be greater than or equal to 5"),
    ("monitoring.remediation.memory_ceiling_mib", 20_000, "must be less than or equal to 10240"),
    ("monitoring.remediation.remedies", ("raise-memory",) * 2, "must differ from each other"),
    ("monitoring.alarm_emails", ("platform",), "must be an e-mail address"),
    ("monitoring.alarm_emails", ("me@example",), "must be an e-mail address"),
    ("monitoring.alarm_emails", ("me @example.com",), "must be an e-mail address"),
    ("monitoring.alarm_emails", ("m..e@example.com",), "must be an e-mail address"),
    ("monitoring.alarm_emails", (f"{'m' * 65}@example.com",), "must be an e-mail address"),
    ("monitoring.alarm_emails", ("me@-example.com",), "must be an e-mail address"),
    ("monitoring.alarm_emails", ("me@example.com",) * 2, "must differ from each other"),
    ("monitoring.alarm_emails", "me@example.com", "must be a valid tuple"),
    ("monitoring.thresholds.api_latency_p99_ms", 10_000, "must be < 10000 (compute.api.timeout_seconds)"),
    ("monitoring.thresholds.function_error_percent", 0, "must be greater than 0"),
    ("monitoring.thresholds.function_error_percent", 100.5, "must be less than or equal to 100"),
    # Backup
    ("backup.weekly_retention_days", 34, "must be >= 35 (daily_retention_days)"),
    ("backup.monthly_retention_days", 89, "must be >= 90 (weekly_retention_days)"),
    ("backup.yearly_retention_days", 364, "must be >= 365 (monthly_retention_days)"),
    ("backup.cold_storage_after_days", 276, "must leave 90 days in cold storage before the 365 days"),
    ("backup.continuous_days", 36, "must be less than or equal to 35"),
    ("backup.other_account_vault_arn", "copies", "must be the ARN of a backup vault"),
    (
        "backup.other_account_vault_arn",
        "arn:aws:backup:us-east-1:777788889999:backup-vault:copies",
        "must be of another account than 777788889999 (account)",
    ),
    ("backup.continuous_days", 7, "must be >= 30 (vault_lock_min_retention_days)"),
    ("backup.vault_lock_min_retention_days", 36, "must be <= 35 (daily_retention_days)"),
    # Cost
    ("cost.max_monthly_fixed_usd", 0.0, "must be greater than 0"),
    ("cost.anomaly_monitor_arn", "arn:aws:ce::1:monitor", "must be the ARN of a cost anomaly monitor"),
    # Usage
    ("usage.deploys", -1, "must be greater than or equal to 0"),
]
"""Path in an environment like prod, value, and the beginning of the rule that refuses it."""


@pytest.mark.parametrize(("path", "value", "rule"), BROKEN)
@pytest.mark.parametrize("with_classes", [True, False], ids=["sections", "dicts"])
def test_a_value_that_breaks_a_rule_is_refused(
    load: Load, path: str, value: Any, rule: str, with_classes: bool
) -> None:
    with pytest.raises(ConfigError) as refused:
        load(source(changed(tree(), path, value), with_classes=with_classes))
    assert re.match(r"config/extra\.py(:7)?: ", message := str(refused.value)), message
    assert f": {rule}" in message, message
    assert ", got " in message, message
    told_elsewhere = {"data", "emulator", "project", "tags"}
    if path.partition(".")[0] not in told_elsewhere and not path.startswith(
        ("compute.batch", "compute.containers", "compute.messages", "compute.web")
    ):
        assert re.search(rf": {re.escape(path)}(\[\d?\])?(\.\w+)?: ", message), message


DEV = config.load("dev")
GROUPS = "must be groups of stages in their order, each stage in one group (dev, staging, prod)"
BUILT = {"id": "Api", "version": "1.0.0", "dockerfile": "Dockerfile", "sources": ("services",)}
PIPELINE = {"repository": "example/app", "connection_arn": DEV.pipeline.connection_arn}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("repository", "app", "must be OWNER/NAME"),
        ("branch", "two words", "must be the name of a branch"),
        ("branch", "é", "must be the name of a branch"),
        ("branch", "feature//x", "must be the name of a branch"),
        ("branch", "feature/", "must be the name of a branch"),
        ("connection_arn", "arn:aws:s3:::bucket", "must be arn:aws:codeconnections:REGION:ACCOUNT:connection/ID"),
        ("stages", (), "must have at least 1 item, not 0"),
        ("stages", ("dev", "dev"), "must differ from each other"),
        (
            "stages",
            ("dev", "nowhere", "prod"),
            f"must name environments ({', '.join(config.names())}, extra), got 'nowhere'",
        ),
        ("stages", ("local", "prod"), "must be on AWS, got 'local'"),
        ("approval_before", ("nowhere",), "must name stages (dev, staging, prod)"),
        ("approval_before", ("prod", "prod"), "must differ from each other"),
        ("load_tested", ("nowhere",), "must name stages (dev, staging, prod)"),
        ("watch_minutes", 46, "must be less than or equal to 45"),
        ("load_tested", ("prod",), "must not name production, got 'prod'"),
        ("together", (("dev",),), "must have at least 2 items, not 1"),
        ("together", (("dev", "prod"),), GROUPS),
        ("together", (("staging", "dev"),), GROUPS),
        ("together", (("dev", "staging"), ("staging", "prod")), GROUPS),
        ("together", (("here", "there"),), GROUPS),
        ("images", (BUILT, BUILT), "must have different ids"),
        ("images", (BUILT | {"version": "latest"},), "must be a tag other than latest, such as 1.4.0"),
        ("images", (BUILT | {"dockerfile": "../Dockerfile"},), "must be a path from the root of the repository"),
        ("images", (BUILT | {"sources": ()},), "must have at least 1 item, not 0"),
        ("images", (BUILT | {"accepted_findings": {"CVE-2026-1": "fine"}},), "must have at least 20 characters"),
        ("images", (BUILT | {"accepted_findings": {"all": "x" * 20}},), "must be an id such as CVE-2026-12345"),
    ],
)
def test_a_pipeline_that_cannot_deliver_is_refused(load: Load, field: str, value: Any, rule: str) -> None:
    with pytest.raises(ConfigError, match=rf"^config/extra\.py(:7)?: pipeline\.{field}.*: {re.escape(rule)}"):
        load(source(changed(tree(), "pipeline", {**PIPELINE, field: value})))


@pytest.mark.parametrize("field", ["account", "region"])
def test_a_pipeline_delivers_only_to_environments_that_say_where_they_are(
    load: Load, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = PIPELINE | {"stages": ("extra",), "approval_before": ()}
    monkeypatch.setattr("config.dev.environment", DEV.model_copy(update={"pipeline": pipeline}))
    monkeypatch.setattr(config, "_read", read_anew)
    with pytest.raises(
        ConfigError, match=r"^config/dev\.py: pipeline\.stages: must name environments with account and region, got 'e"
    ):
        load(source(changed(tree(), field, None)))


def test_a_stage_runs_the_version_of_an_image_that_its_pipeline_builds() -> None:
    everything = config.load("everything")
    containers = everything.compute.containers
    old = tuple(one.but(image=one.image.replace("1.0.0", "0.9.0")) for one in containers.services)
    registry = "000000000000.dkr.ecr.us-east-1.amazonaws.com/groundwork-everything-pipeline"
    stage = everything.but(compute=everything.compute.but(containers=containers.but(services=old)))
    with pytest.raises(ConfigError) as refused:
        config._check_images(everything, stage)
    said = f"builds (reports:1.0.0, reportsintel:1.0.0, load:1.0.0), got '{registry}/reports:0.9.0'"
    assert said in str(refused.value)
    config._check_images(everything, everything)


def test_an_audit_of_backups_without_a_recorder_is_refused(load: Load) -> None:
    with pytest.raises(ConfigError, match=r"backup\.audit: must be False where security\.detection\.config is off"):
        load(source(changed(tree("dev"), "backup.audit", True)))


@pytest.mark.parametrize("field", ["account", "region"])
def test_an_environment_with_a_pipeline_says_where_it_is(load: Load, field: str) -> None:
    with pytest.raises(ConfigError, match=rf"config/extra\.py:7: {field}: must be given where a pipeline is, got None"):
        load(source(changed(tree("dev"), field, None)))


def test_a_pipeline_of_the_emulator_delivers_to_the_emulator(load: Load) -> None:
    values = changed(tree("local"), "pipeline", {**PIPELINE, "stages": ("dev",), "approval_before": ()})
    with pytest.raises(ConfigError, match=r"pipeline\.stages: must be on the emulator, as the pipeline, got 'dev'"):
        load(source(values))


@pytest.mark.parametrize("name", ["prod", "production"])
def test_what_is_called_production_is_production(load: Load, name: str) -> None:
    values = changed(changed(tree(), "name", name), "production", False)
    with pytest.raises(ConfigError, match=f"production: must be True in an environment named {name}, got False"):
        load(source(values))


def test_a_database_whose_name_gets_too_long_is_refused(load: Load) -> None:
    values = changed(changed(tree(), "name", "n" * 16), "project", "p" * 16)
    with pytest.raises(ConfigError, match=r"databases: must have ids that make names of at most 63 characters, got 'p"):
        load(source(changed(changed(values, "data.caches", ()), "data.databases", database(id="M" * 32))))


def test_a_region_without_the_zone_is_refused(load: Load) -> None:
    values = changed(tree(), "region", "ap-northeast-1")
    with pytest.raises(ConfigError, match=r"network.availability_zones: must be zones of ap-northeast-1 \(a, c, d\)"):
        load(source(values))


@pytest.mark.parametrize("field", ["account", "region"])
def test_the_emulator_needs_to_know_whom_it_plays(load: Load, field: str) -> None:
    values = changed(changed(tree("local"), "pipeline", None), field, None)
    with pytest.raises(ConfigError, match=f"{field}: must be given on the emulator, got None"):
        load(source(values))


@pytest.mark.parametrize(
    ("edge", "rule"),
    [
        ({}, "edge.zone: must be given where compute.api.domain is, got 'None'"),
        ({"zone": ZONE}, "compute.api.domain: must be example.com or end with .example.com, got 'api.example.org'"),
        ({"zone": {**ZONE, "name": "example.org"}, "domain": "api.example.org"}, "must differ from edge.domain"),
    ],
)
def test_a_name_of_the_api_lies_in_the_zone_and_is_its_own(load: Load, edge: dict[str, Any], rule: str) -> None:
    values = changed(changed(tree(), "compute.api.domain", "api.example.org"), "edge", edge)
    with pytest.raises(ConfigError, match=re.escape(rule)):
        load(source(values))


def test_an_environment_on_the_emulator_is_in_an_account_that_nobody_has(load: Load) -> None:
    values = changed(changed(tree("local"), "pipeline", None), "account", "111122223333")
    with pytest.raises(ConfigError, match=r"account: must be 000000000000 on the emulator: .*, got '1111"):
        load(source(values))


@pytest.mark.parametrize("field", ["security.log_archive.object_lock_days", "backup.vault_lock_min_retention_days"])
def test_nothing_is_locked_where_destroying_must_remove_everything(load: Load, field: str) -> None:
    with pytest.raises(ConfigError, match=f"{field}: must be none where retain_data is False: .*, got 30"):
        load(source(changed(tree("dev"), field, 30)))


def test_a_client_vpn_has_subnets_that_it_can_end_in(load: Load) -> None:
    network = {"cidr": "10.99.0.0/24", "administrator_cidrs": ("203.0.113.0/24",), "client_vpn": CLIENT_VPN}
    rule = (
        r"network\.cidr: must be a /16 to a /23 where client_vpn is: it ends in subnets of a /27 or wider, got '10\.99"
    )
    with pytest.raises(ConfigError, match=rule):
        load(source(changed(tree(), "network", network)))
    wide = changed(changed(tree(), "network", {**network, "cidr": "10.99.0.0/23"}), "account", "111111111111")
    load(source(wide))


def test_services_without_a_way_out_are_not_traced(load: Load) -> None:
    network = {"cidr": "10.99.0.0/16", "egress": "none", "interface_endpoints": ("ecr.api", "ecr.dkr", "logs")}
    values = changed(changed(tree(), "network", network), "account", "111111111111")
    values = changed(values, "data.databases", ())
    rule = r"services: must have tracing False where network.egress is none: .*, got \['Api'\]"
    with pytest.raises(ConfigError, match=rule):
        load(source(changed(values, SERVICES, services())))
    load(source(changed(values, SERVICES, services(tracing=False))))


def test_the_file_and_the_name_agree(load: Load) -> None:
    with pytest.raises(ConfigError, match=r"config/extra\.py: name: must be 'extra', as the file, got 'other'"):
        load(source(changed(tree(), "name", "other")))


@pytest.mark.parametrize("field", ["name", "network"])
def test_what_has_no_safe_default_must_be_given(load: Load, field: str) -> None:
    values = {name: value for name, value in tree().items() if name != field}
    with pytest.raises(ConfigError, match=rf"^config/extra\.py:7: {field}: must be given$"):
        load(source(values))


def test_all_broken_rules_of_a_section_are_told_at_once(load: Load) -> None:
    values = changed(changed(tree(), "compute.api.memory_mib", 1), "compute.api.burst_limit", 0)
    with pytest.raises(ConfigError) as refused:
        load(source(values))
    assert len(str(refused.value).splitlines()) == 2


ANYWHERE = changed(changed(tree(), "account", None), "region", None)
"""An environment that leaves its place to the credentials."""


def test_account_and_region_may_be_left_to_the_credentials(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDK_DEFAULT_ACCOUNT", "123456789012")
    monkeypatch.setenv("CDK_DEFAULT_REGION", "eu-west-1")
    environment = load(source(ANYWHERE))
    assert (environment.account, environment.region) == ("123456789012", "eu-west-1")
    assert config.load("prod").region == "us-east-1"


@pytest.mark.parametrize(
    ("region", "said"),
    [
        ("", "region: must be given, there or as CDK_DEFAULT_REGION, got None"),
        ("atlantis", "region: must be an AWS region such as eu-west-1"),
        ("us-west-2", "recovery_region: must differ from region"),
        ("ap-northeast-1", "network.availability_zones: must be zones of ap-northeast-1 (a, c, d)"),
    ],
)
def test_the_region_of_the_credentials_keeps_the_rules(
    load: Load, monkeypatch: pytest.MonkeyPatch, region: str, said: str
) -> None:
    monkeypatch.setenv("CDK_DEFAULT_REGION", region)
    with pytest.raises(ConfigError) as refused:
        load(source(ANYWHERE))
    assert str(refused.value).startswith(f"config/extra.py: {said}")


def test_the_copy_of_a_bucket_is_named_after_an_account_that_is_known(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDK_DEFAULT_REGION", "us-east-1")
    values = changed(ANYWHERE, "data.buckets", ({"id": "Files", "replicated": True},))
    with pytest.raises(ConfigError, match="account: must be given, there or as CDK_DEFAULT_ACCOUNT, where a bucket is"):
        load(source(values))


def test_a_bastion_needs_the_endpoints_that_sessions_use(load: Load) -> None:
    values = changed(changed(tree(), "network.administrator_cidrs", ("203.0.113.0/24",)), "network.bastion", {})
    with pytest.raises(ConfigError, match="interface_endpoints: must have kms, logs, ssm, ssmmessages where a bastion"):
        load(source(values))


@pytest.mark.parametrize(("field", "value", "message"), REMOTE_ACCESS_BROKEN)
def test_a_way_in_that_breaks_a_rule_is_refused(load: Load, field: str, value: Tree, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        load(source(changed(tree(), f"network.{field}", value)))


def test_two_environments_of_one_account_do_not_both_make_what_aws_has_once(load: Load) -> None:
    values = tree()  # prod under another name, in the account and region of prod
    with pytest.raises(ConfigError, match=r"detection\.access_analyzer: must be off or organisation, since prod makes"):
        load(source(values))
