"""Groundwork: the platform of one environment, chosen with `-c environment=NAME`."""

import sys

import aws_cdk as cdk

import config
from infra.checks import add_checks
from infra.platform import build_app

app = cdk.App(post_cli_context={"@aws-cdk/core:failSynthOnValidationErrors": True})
try:
    environment = config.load(app.node.try_get_context("environment"))
except config.ConfigError as error:
    sys.exit(f"error: {error}")
build_app(app, environment)
add_checks(app)
app.synth()
