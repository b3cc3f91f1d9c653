"""Platforms with many services: what growth is measured with, and what limits are tested with."""

import config
from config import Environment
from config.sections.container_traffic import Route
from config.sections.containers import Containers, ContainerService, LoadBalancer

CERTIFICATE = "arn:aws:acm:us-east-1:777788889999:certificate/00000000-0000-0000-0000-000000000000"


def many(count: int) -> Environment:
    """prod, with so many services behind the load balancer; a third of them has tables and the database."""
    services = tuple(
        ContainerService(
            id=f"Service{number}",
            image="registry.example/api:1.0.0",
            min_tasks=2,
            route=Route(priority=number + 1, paths=(f"/{number}/*",)),
            tables=("Todos",) if number % 3 == 0 else (),
            databases=("Main",) if number % 3 == 0 else (),
        )
        for number in range(count)
    )
    prod = config.load("prod")
    containers = Containers(services=services, load_balancer=LoadBalancer(certificate_arn=CERTIFICATE))
    return prod.but(compute=prod.compute.but(containers=containers))
