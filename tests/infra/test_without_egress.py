"""A platform whose private subnets have no way out: every API of AWS that it calls has an endpoint."""

import json

import aws_cdk as cdk
import pytest

import config
from infra.assembly import Assembly, read_assembly
from infra.guardrails import promises  # noqa: F401 - registers them
from infra.guardrails.context import Context
from infra.guardrails.policy import Policy
from infra.guardrails.registry import PROMISES
from infra.platform import build_platform
from tests.conftest import CONTEXT


@pytest.fixture(scope="session")
def without_egress(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """Every option of the platform, with the endpoints that its configuration lists, and no gateway."""
    everything = config.load("everything")
    folder = tmp_path_factory.mktemp("without-egress")
    app = cdk.App(outdir=str(folder), context=CONTEXT, builtin_cloud_formation_validation=False)
    containers = everything.compute.containers
    # The collector of traces comes from a public registry, and workers of load tests reach what they test from outside.
    untraced = tuple(one.but(tracing=False, instrumentation="none") for one in containers.services)
    compute = everything.compute.but(load_test=None, containers=containers.but(services=untraced))
    build_platform(app, everything.but(network=everything.network.but(egress="none"), compute=compute))
    app.synth()
    return Assembly(read_assembly(folder))


def test_every_api_that_is_called_has_an_endpoint(without_egress: Assembly) -> None:
    check = PROMISES["reachability.endpoints-instead-of-egress"].check
    assert [str(finding) for finding in check(Context(assembly=without_egress, policy=Policy()))] == []


def test_no_route_leads_out_of_the_private_tier(without_egress: Assembly) -> None:
    assert not list(without_egress.of_type("AWS::EC2::NatGateway"))
    out = [r for r in without_egress.of_type("AWS::EC2::Route") if r.get("DestinationCidrBlock") == "0.0.0.0/0"]
    assert out
    assert all("Public" in json.dumps(route.properties) for route in out)


def test_functions_in_the_network_are_among_what_is_checked(without_egress: Assembly) -> None:
    context = Context(assembly=without_egress, policy=Policy())
    kinds = {workload.type for workload, subnets in context.network.workload_subnets.items() if subnets}
    assert {"AWS::Lambda::Function", "AWS::EC2::Instance"} <= kinds
