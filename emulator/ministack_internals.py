"""The only module that touches ministack's private names; `moved()` says which are gone or changed."""

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

VERSION = "1.5.33"
"""The ministack that these names were read in."""

CLOUDFORMATION = "ministack.services.cloudformation"


@dataclass(frozen=True)
class Name:
    """A private name of ministack: where it is, and its parameters if it is a function."""

    module: str
    name: str
    parameters: tuple[str, ...] | None = None

    def __str__(self) -> str:
        """Where the name is."""
        return f"{self.module}.{self.name}"

    def get(self) -> Any:
        """Return what the name means now."""
        return getattr(import_module(self.module), self.name)

    def problem(self) -> str | None:
        """Return what is wrong with the name in the installed ministack, or None."""
        try:
            value = self.get()
        except (ImportError, AttributeError):
            return f"{self} is gone"
        if self.parameters is None:
            return None
        found = tuple(inspect.signature(value).parameters)
        return None if found == self.parameters else f"{self} takes {found}, not {self.parameters}"


APP = Name("ministack.app", "app", ("scope", "receive", "send"))
ACCOUNT = Name("ministack.core.responses", "get_account_id", ())
REGION = Name("ministack.core.responses", "get_region", ())
SET_REGION = Name("ministack.core.responses", "set_request_region", ("region",))
STACKS = Name(CLOUDFORMATION, "_stacks")
STACK_EVENTS = Name(CLOUDFORMATION, "_stack_events")
CHANGE_SETS = Name(CLOUDFORMATION, "_change_sets")
ACTIONS = Name(CLOUDFORMATION, "_ACTION_HANDLERS")
SERVE_CLOUDFORMATION = Name(CLOUDFORMATION, "handle_request", ("method", "path", "headers", "body", "query_params"))
HANDLERS = Name(f"{CLOUDFORMATION}.provisioners", "_RESOURCE_HANDLERS")
GENERATED_NAME = Name(
    f"{CLOUDFORMATION}.provisioners",
    "_physical_name",
    ("stack_name", "logical_id", "lowercase", "max_len", "seeded"),
)
CREATE_UNDER_NEW_NAME = Name(
    f"{CLOUDFORMATION}.provisioners", "_seeded_create", ("create_fn", "logical_id", "props", "stack_name")
)
OFF_THE_LOOP = Name(f"{CLOUDFORMATION}.stacks", "_runs_on_worker_thread", ("resource_type",))
RESOLVE = Name(
    f"{CLOUDFORMATION}.engine",
    "_resolve_refs",
    ("value", "resources", "params", "conditions", "mappings", "stack_name", "stack_id"),
)
WAITING_RESOURCES = Name(f"{CLOUDFORMATION}.custom_resource", "_pending")
ANSWER_RESOURCE = Name(f"{CLOUDFORMATION}.custom_resource", "deliver_response", ("token", "response"))
RUN_REENTRANT = Name("ministack.core.concurrency", "run_reentrant", ("fn", "args", "thread_name"))
EXECUTE = Name("ministack.services.lambda_svc", "_execute_function_with_config_scope", ("func", "event"))
PYTHON_SCRIPT = Name("ministack.core.lambda_runtime", "_PYTHON_WORKER_SCRIPT")
WORKER = Name("ministack.core.lambda_runtime", "Worker", ("func_name", "config", "code_zip"))
WORKER_CLASS = Name("ministack.core.lambda_runtime", "_worker_class_for", ("config",))
CALL_FROM_API = Name(
    "ministack.services.apigateway_v1", "_call_lambda_raw", ("function_ref", "event", "account_id", "region")
)
ALARM_ACTIONS = Name(
    "ministack.services.cloudwatch", "_dispatch_alarm_actions", ("alarm", "old_state", "new_state", "reason")
)
PUT_EVENTS = Name("ministack.services.eventbridge", "_put_events", ("data", "allow_aws_source"))
INVOKE_LATER = Name("ministack.services.eventbridge", "_dispatch_to_lambda", ("arn", "payload"))
ROTATE_SECRET = Name("ministack.services.secretsmanager", "_rotate_secret", ("data",))
READ_SECRET = Name("ministack.services.secretsmanager", "_get_secret_value", ("data",))
FIND_SECRET = Name("ministack.services.secretsmanager", "_resolve", ("secret_id", "use_arn_scope"))
TOKENIZE = Name("ministack.services.dynamodb", "_tokenize", ("expr",))
CONDITION_FAULT = Name("ministack.services.dynamodb", "_condition_syntax_error", ("expr", "slot"))
EVALUATE = Name(
    "ministack.services.dynamodb", "_evaluate_condition", ("expr", "item", "attr_values", "attr_names", "slot")
)
VERIFY_SIGNATURE = Name("ministack.services.apigateway", "_verify_rs256_signature", ("token", "jwk"))
ORIGIN_MAY_READ = Name(
    "ministack.services.s3", "_cloudfront_origin_allows", ("owner", "bucket_name", "key", "source_arn", "oai_id")
)
ORIGIN_ADDRESS = Name("ministack.services.cloudfront", "_origin_connect_target", ("origin", "viewer_is_https"))
REQUEST_ORIGIN = Name("ministack.core.iam_evaluator", "_request_origin")

NAMES = tuple(value for value in list(globals().values()) if isinstance(value, Name))


def moved() -> list[str]:
    """Return one line for each private name that the installed ministack has no longer, or has changed."""
    return [problem for name in NAMES if (problem := name.problem())]


def account() -> str:
    """Return the account of the request that is being served."""
    return str(ACCOUNT.get()())


def region() -> str:
    """Return the region of the request that is being served."""
    return str(REGION.get()())


@contextmanager
def in_region(name: str) -> Iterator[None]:
    """Serve what is inside the block as if the request had come to region `name`."""
    before = region()
    SET_REGION.get()(name)
    try:
        yield
    finally:
        SET_REGION.get()(before)


def generated_name(stack: str, logical_id: str, *, longest: int) -> str:
    """Return the name that CloudFormation gives a resource which the template leaves unnamed.

    The same for the same resource, until it is replaced.
    """
    return str(GENERATED_NAME.get()(stack, logical_id, lowercase=True, max_len=longest))


def replace(name: Name, make: Callable[[Any], Any]) -> None:
    """Put `make(original)` in the place of `name`, also in the modules that imported it by name."""
    original = name.get()
    replacement = make(original)
    for module in list(sys.modules.values()):
        if module is not None and module.__name__.startswith("ministack"):
            for key, value in list(vars(module).items()):
                if value is original:
                    setattr(module, key, replacement)


def stacks() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield account, region and record of every stack that is not deleted."""
    for (owner, home, _), stack in list(STACKS.get()._data.items()):
        if stack.get("StackStatus") != "DELETE_COMPLETE":
            yield owner, home, stack


def events(owner: str, home: str, stack_id: str) -> list[dict[str, Any]]:
    """Return the events of a stack, oldest first."""
    return list(STACK_EVENTS.get()._data.get((owner, home, stack_id), []))
