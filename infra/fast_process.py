"""What makes a synthesis quick to start and quick to leave: a third of the time of one without."""

import atexit
import gc
import os
import sys

from infra.kernel import node


def prepare() -> None:
    """Make this process quick. Call it before anything imports aws_cdk.

    The garbage collector would walk a growing tree of constructs that all live to the end. Node comes from the
    virtual environment, so that the version is the pinned one. CloudFormation's rules (CDK_VALIDATION) take
    longer than the rest of the synthesis: `make check` and `make deploy` switch them on.
    GROUNDWORK_STOCK_JSII=1 lets jsii start as it always does.
    """
    gc.disable()
    os.environ.setdefault("CDK_VALIDATION", "false")
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if node.NODE.exists():
        os.environ.setdefault("JSII_NODE", str(node.NODE))
    if not node.is_known():
        return
    blob = node.snapshot()
    usable = node.is_usable(blob)
    try:
        started = node.start_from(blob) if usable else node.start_directly()
    except OSError:
        return  # there is no Node: jsii says it better, when it is used
    from infra.kernel import bindings, pipelining

    pipelining.adopt(started, instead=node.start_directly if usable else None)
    if sys.flags.optimize:
        bindings.install(tell=pipelining.tell)


def leave() -> None:
    """End the process without taking the construct tree apart first. Only for success: the exit code is 0."""
    # Stops the jsii kernel as a normal exit would; the name is private to Python, so its absence costs speed only.
    run_exit_functions = getattr(atexit, "_run_exitfuncs", None)
    if run_exit_functions:
        run_exit_functions()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
