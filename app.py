"""Groundwork: the platform of one environment, chosen with `-c environment=NAME`."""

import sys

from infra import fast_process

fast_process.prepare()

import config  # noqa: E402 - fast_process comes first
from infra.checks import add_checks, new_app, synthesise  # noqa: E402
from infra.platform import build_app  # noqa: E402
from services.bundles import BundleError  # noqa: E402

app = new_app()
try:
    build_app(app, config.load(app.node.try_get_context("environment")))
except (config.ConfigError, BundleError) as error:
    print(f"error: {error}", file=sys.stderr)  # noqa: T201
    sys.exit(2)
add_checks(app)
synthesise(app)
fast_process.leave()
