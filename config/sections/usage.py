"""Usage: how much an environment is expected to be used in a month; the cost model multiplies it with prices.

Nothing here changes what is deployed. A field about "each" resource counts for every one of its kind.
"""

from typing import Annotated

from pydantic import Field

from config.sections.base import Section

Amount = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Percent = Annotated[float, Field(ge=0, le=100)]


class Usage(Section):
    """Expected use in a month of 730 hours. The defaults are a small application with some users."""

    # Network
    nat_processed_gb: Amount = 50
    """Traffic through all NAT gateways together, both directions."""

    endpoint_processed_gb: Amount = 5
    """Traffic through each interface endpoint."""

    flow_log_gb: Amount = 5
    """Flow and DNS logs that are delivered to S3, and that GuardDuty analyses."""

    load_balancer_capacity_units: Amount = 1
    """Average capacity units (LCU) of each load balancer."""

    load_balancer_egress_gb: Amount = 10
    """What each public load balancer sends to the internet."""

    client_vpn_connection_hours: Amount = 160
    """Hours that clients are connected, summed over clients."""

    # Containers
    service_tasks_above_minimum: Amount = 0
    """Average tasks of each service above the number that it never goes below."""

    batch_job_hours: Amount = 10
    """Hours that jobs of each job definition run."""

    repository_storage_gb: Amount = 2
    """Images in each repository."""

    # Functions and APIs
    function_requests_millions: Amount = 1
    """Requests to each function that is not there for deploys only."""

    function_duration_ms: Amount = 100
    """Average running time of a request."""

    deploys: Amount = 20
    """Deploys, each of which runs the functions behind custom resources once."""

    api_requests_millions: Amount = 1
    """Requests to each REST or HTTP API."""

    api_egress_gb: Amount = 5
    """What each API sends to the internet."""

    websocket_messages_millions: Amount = 1
    """Messages of each WebSocket API, in units of 32 KB."""

    websocket_minutes_millions: Amount = 1
    """Minutes that clients are connected to each WebSocket API."""

    # Stores
    table_reads_millions: Amount = 2
    """Read request units of each table."""

    table_writes_millions: Amount = 1
    """Write request units of each table, before its indexes."""

    table_storage_gb: Amount = 5
    """Size of each table, before its indexes."""

    bucket_storage_gb: Amount = 10
    """Size of each bucket, all storage classes together, once objects leave as fast as they come."""

    bucket_object_mib: Annotated[float, Field(gt=0, le=5_000_000)] = 1
    """Average size of an object."""

    bucket_puts_thousands: Amount = 100
    """Writes and listings of each bucket."""

    bucket_gets_thousands: Amount = 500
    """Reads of each bucket."""

    keep_forever_days: Annotated[int, Field(ge=1, le=36_500)] = 365
    """Age at which logs and objects are counted as gone where nothing ever expires them."""

    file_system_storage_gb: Amount = 10
    """Size of each file system."""

    file_system_infrequent_percent: Percent = 50
    """Share of it in infrequent access, where the file system moves files there."""

    file_system_transfer_gb: Amount = 10
    """What is read from, and as much written to, each file system with elastic throughput."""

    aurora_acus_above_minimum: Amount = 0.25
    """Average capacity units (ACU) of each serverless instance above the cluster's minimum."""

    aurora_storage_gb: Amount = 20
    """Size of each Aurora cluster."""

    aurora_io_millions: Amount = 10
    """Storage requests of each Aurora cluster."""

    aurora_backup_gb: Amount = 20
    """Automated backups of each Aurora cluster beyond the size that AWS includes."""

    document_storage_gb: Amount = 10
    """Size of each DocumentDB cluster."""

    document_io_millions: Amount = 5
    """Storage requests of each DocumentDB cluster."""

    cache_data_gb: Amount = 0.5
    """Data in each serverless cache."""

    cache_ecpus_millions: Amount = 10
    """Processing units (ECPU) of each serverless cache."""

    vault_table_gb: Amount = 10
    """Copies of tables in each backup vault."""

    vault_database_gb: Amount = 40
    """Copies of databases in each backup vault."""

    vault_file_system_gb: Amount = 20
    """Copies of file systems in each backup vault."""

    vault_bucket_gb: Amount = 20
    """Copies of buckets in each backup vault."""

    # Security
    key_requests_thousands: Amount = 100
    """Requests to each key."""

    secret_calls_thousands: Amount = 10
    """Calls that read each secret."""

    web_acl_requests_millions: Amount = 1
    """Requests that each web ACL inspects."""

    trail_events_millions: Amount = 0.5
    """Management events of the account, which GuardDuty analyses."""

    trail_data_events_millions: Amount = 1
    """Data events, where a trail records them."""

    config_items_thousands: Amount = 2
    """Configuration changes that AWS Config records."""

    config_rule_evaluations: Amount = 500
    """Evaluations of each Config rule."""

    monthly_active_users: Amount = 500
    """Users who sign in."""

    # Observability
    log_group_ingest_gb: Amount = 0.5
    """What comes into each log group."""

    log_compressed_percent: Percent = 15
    """Size of stored logs after compression, as a share of what came in."""

    traces_millions: Amount = 0.1
    """Traces that each sampling rule records."""

    canary_runs: Amount = 730
    """Runs of each canary whose schedule is a cron expression."""

    # Messages
    topic_publishes_thousands: Amount = 10
    """Messages to each topic, and to each of its subscriptions."""

    queue_requests_millions: Amount = 2
    """Requests to each queue; an idle consumer alone makes more than a million."""

    bus_events_millions: Amount = 0.1
    """Custom events on each bus, and requests of each pipe."""

    bus_archive_gb: Amount = 0.1
    """Events that go into each archive."""

    schedule_invocations_thousands: Amount = 1
    """Invocations of each schedule."""

    state_transitions_thousands: Amount = 10
    """Transitions of each state machine; requests of an express one."""

    # Edge
    distribution_egress_gb: Amount = 20
    """What each distribution sends to viewers."""

    distribution_requests_millions: Amount = 1
    """HTTPS requests to each distribution."""

    dns_queries_millions: Amount = 1
    """Queries to each public zone."""

    # Delivery
    pipeline_minutes: Amount = 400
    """Minutes that actions of each pipeline run."""

    build_minutes: Amount = 200
    """Minutes of each build project."""
