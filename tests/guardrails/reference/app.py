"""Synthesises the reference platform: `python -m tests.guardrails.reference.app FOLDER`."""

import sys

import aws_cdk as cdk

from tests.guardrails.reference.compute import Compute
from tests.guardrails.reference.data import Data
from tests.guardrails.reference.edge import Edge
from tests.guardrails.reference.foundation import Foundation
from tests.guardrails.reference.network import Network
from tests.guardrails.reference.watch import Recovery, Watch

HOME = cdk.Environment(account="777788889999", region="us-east-1")
AWAY = cdk.Environment(account="777788889999", region="us-west-2")


def build(outdir: str) -> None:
    """Write the assembly."""
    app = cdk.App(
        outdir=outdir,
        analytics_reporting=False,
        context={
            "availability-zones:account=777788889999:region=us-east-1": ["us-east-1a", "us-east-1b"],
            "aws:cdk:enable-path-metadata": True,
            "aws:cdk:enable-asset-metadata": True,
            "aws:cdk:disable-stack-trace": True,
            "@aws-cdk/core:defaultCrossStackReferences": "strong",
        },
    )
    settings = {"env": HOME, "termination_protection": True}
    foundation = Foundation(app, "Foundation", **settings)
    network = Network(app, "Network", foundation=foundation, **settings)
    data = Data(app, "Data", foundation=foundation, network=network, **settings)
    compute = Compute(app, "Compute", foundation=foundation, network=network, data=data, **settings)
    edge = Edge(app, "Edge", foundation=foundation, **settings)
    Watch(app, "Watch", foundation=foundation, network=network, data=data, compute=compute, edge=edge, **settings)
    Recovery(app, "Recovery", env=AWAY, termination_protection=True)
    app.synth()


if __name__ == "__main__":
    build(sys.argv[1])
