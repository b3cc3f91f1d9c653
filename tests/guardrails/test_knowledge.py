"""What the guardrails know about AWS fits what CloudFormation says."""

from infra.guardrails.knowledge.credentials import CREDENTIALS, ENVIRONMENTS
from infra.guardrails.knowledge.encryption import CHECKED_ELSEWHERE, KEYS, NOTHING_AT_REST
from infra.guardrails.knowledge.extract import ACTIONS, TYPES, key_properties, resourceless_actions, to_json
from infra.guardrails.knowledge.metrics import WATCHES
from infra.guardrails.knowledge.policies import IDENTITY_POLICIES, RESOURCE_POLICIES
from infra.guardrails.knowledge.stateful import PROTECTIONS
from infra.guardrails.knowledge.stores import LOAD_BALANCERS, STORES, SUBNET_GROUPS, WORKLOADS
from infra.guardrails.promises.at_rest import key_paths

RENEW = "renew it: python -m infra.guardrails.knowledge.extract"


def test_the_list_of_resource_types_is_current() -> None:
    assert TYPES.read_text() == to_json(key_properties()), RENEW


def test_the_list_of_actions_without_a_resource_is_current() -> None:
    assert ACTIONS.read_text() == to_json(resourceless_actions()), RENEW


def test_every_type_that_the_guardrails_know_exists() -> None:
    tables = (
        CREDENTIALS,
        ENVIRONMENTS,
        CHECKED_ELSEWHERE,
        KEYS,
        NOTHING_AT_REST,
        WATCHES,
        IDENTITY_POLICIES,
        RESOURCE_POLICIES,
        PROTECTIONS,
        LOAD_BALANCERS,
        STORES,
        SUBNET_GROUPS,
        WORKLOADS,
    )
    known = {kind for table in tables for kind in table}
    # Lambda's own resource policy is a type of the future in some partitions.
    assert known - set(key_paths()) == set()


def test_whatever_needs_no_key_of_ours_has_one_that_it_could_name() -> None:
    assert [kind for kind in NOTHING_AT_REST if not key_paths()[kind]] == []
