"""Creating an item once, however often the caller asks with the same Idempotency-Key."""

import os
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from todo_api import store
from todo_api.problems import Problem

metrics = Metrics()

KEPT_SECONDS = 24 * 3600
"""How long an answer is replayed: a day."""
MAX_KEY_CHARACTERS = 255


def create(owner: str, values: Mapping[str, Any], *, key: str | None, context: Any) -> store.Item:
    """Create an item; under a `key`, replay the first answer for a day."""
    if key is None:
        return _create(owner, values)
    if not 1 <= len(key) <= MAX_KEY_CHARACTERS:
        raise Problem(HTTPStatus.BAD_REQUEST, f"Idempotency-Key must have 1 to {MAX_KEY_CHARACTERS} characters.")
    return _create_once(owner, values, key, context)


def _create(owner: str, values: Mapping[str, Any]) -> store.Item:
    item = store.create(owner, values)
    metrics.add_metric(name="ItemsCreated", unit=MetricUnit.Count, value=1)  # here: a replay creates nothing
    return item


def _create_once(owner: str, values: Mapping[str, Any], key: str, context: Any) -> store.Item:
    from aws_lambda_powertools.utilities.idempotency import exceptions

    run, config = _machinery()
    config.register_lambda_context(context)
    try:
        return dict(run(request={"owner": owner, "key": key, "values": dict(values)}))
    except exceptions.IdempotencyValidationError:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "This Idempotency-Key was used before, with a different body."
        ) from None
    except (exceptions.IdempotencyAlreadyInProgressError, exceptions.IdempotencyInconsistentStateError):
        raise Problem(HTTPStatus.CONFLICT, "A request with this Idempotency-Key is still in progress.") from None


@cache
def _machinery() -> tuple[Any, Any]:
    """Make Powertools' idempotency for this table; imported late, since few requests carry a key."""
    from aws_lambda_powertools.utilities.idempotency import (
        DynamoDBPersistenceLayer,
        IdempotencyConfig,
        idempotent_function,
    )

    config = IdempotencyConfig(
        event_key_jmespath="[owner, key]",
        payload_validation_jmespath="values",
        expires_after_seconds=KEPT_SECONDS,
        hash_function="sha256",
    )
    records = DynamoDBPersistenceLayer(
        table_name=os.environ["TABLE_NAME"],
        key_attr="pk",
        sort_key_attr="sk",
        static_pk_value="IDEMPOTENCY",
        expiry_attr="expires_at",
        boto_config=store.client_config(),
    )

    @idempotent_function(data_keyword_argument="request", persistence_store=records, config=config)
    def run(*, request: dict[str, Any]) -> store.Item:
        return _create(request["owner"], request["values"])

    return run, config
