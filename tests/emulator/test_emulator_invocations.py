"""What makes the emulator quick leaves out nothing: answers, logs, time limits, conditions and signatures."""

import base64
import itertools
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from emulator import ministack_internals as ministack
from emulator.fixes import reading
from tests.emulator.local_cloud import Cloud, function


def invoke(cloud: Cloud, arn: str, event: Any = None) -> tuple[Any, str | None]:
    """Return the function's answer, and how it failed if it did."""
    answer = cloud.api("lambda").invoke(FunctionName=arn, Payload=json.dumps(event))
    return json.loads(answer["Payload"].read()), answer.get("FunctionError")


def logged(cloud: Cloud, arn: str) -> list[str]:
    """Return every line of the function's log group."""
    pages = cloud.api("logs").get_paginator("filter_log_events")
    found = pages.paginate(logGroupName=f"/aws/lambda/{arn.rpartition(':')[2]}")
    return [event["message"] for page in found for event in page["events"]]


def test_invocations_of_a_function_run_at_the_same_time(cloud: Cloud, role: str) -> None:
    parameter = f"/met/{uuid4().hex}"
    meeting = (
        "import boto3, time\n"
        "def handler(event, context):\n"
        "    ssm = boto3.client('ssm')\n"
        f"    ssm.put_parameter(Name='{parameter}/' + event['me'], Value='here', Type='String')\n"
        "    while context.get_remaining_time_in_millis() > 1000:\n"
        f"        if ssm.get_parameters(Names=['{parameter}/' + event['other']])['Parameters']:\n"
        "            return 'met'\n"
        "        time.sleep(0.05)\n"
    )
    arn = function(cloud, role, meeting)
    with ThreadPoolExecutor(2) as pool:
        both = pool.map(lambda names: invoke(cloud, arn, dict(zip(("me", "other"), names, strict=True))), ("ab", "ba"))
    assert list(both) == [("met", None), ("met", None)]


def test_all_that_a_function_writes_is_in_its_log_before_its_answer(cloud: Cloud, role: str) -> None:
    code = (
        "import os, subprocess\n"
        "def handler(event, context):\n"
        "    for number in range(event):\n"
        "        print('line', number)\n"
        "    subprocess.run('echo from a child >&2', shell=True)\n"
        "    os.write(1, b'from a library in C\\n')\n"
        "    return {'said': 'x' * 200_000}\n"
    )
    arn = function(cloud, role, code)
    answer, failed = invoke(cloud, arn, 9_000)
    assert failed is None
    assert len(answer["said"]) == 200_000
    lines = logged(cloud, arn)
    assert [line for line in lines if line.startswith("line ")] == [f"line {number}" for number in range(9_000)]
    assert lines[0].startswith("START RequestId")
    assert "from a child" in lines
    invoke(cloud, arn, 1)
    assert logged(cloud, arn).count("line 0") == 2


@pytest.mark.parametrize(
    ("failing", "reason", "in_log"),
    [
        ("time.sleep(5)", "Task timed out after 1.00 seconds", "asked"),
        ("os._exit(3)", "died", "asked"),
        ("raise ValueError('not so')", "not so", "Traceback"),
    ],
)
def test_a_function_that_fails_says_why_and_works_the_next_time(
    cloud: Cloud, role: str, failing: str, reason: str, in_log: str
) -> None:
    code = (
        "import os, time\n"
        "def handler(event, context):\n"
        "    print('asked')\n"
        "    if event:\n"
        f"        {failing}\n"
        "    return 'well'\n"
    )
    arn = function(cloud, role, code, seconds=1)
    answer, failed = invoke(cloud, arn, True)
    assert failed
    assert reason in answer["errorMessage"]
    assert any(in_log in line for line in logged(cloud, arn))
    assert invoke(cloud, arn, False) == ("well", None)


def test_a_connection_is_kept_for_the_next_request(cloud: Cloud) -> None:
    connection = HTTPConnection("127.0.0.1", cloud.emulator.port)
    used = set()
    for _ in range(3):
        connection.request("GET", "/_emulator/health")
        assert json.load(connection.getresponse())["emulator"] == "groundwork"
        used.add(connection.sock)
    assert len(used) == 1


def test_a_condition_that_is_known_is_held_against_each_item_and_value(cloud: Cloud) -> None:
    dynamodb = cloud.api("dynamodb")
    table = f"t-{uuid4().hex[:8]}"
    keys = {"pk": "HASH", "sk": "RANGE"}
    dynamodb.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    for sort in ("a1", "a2", "b1"):
        dynamodb.put_item(TableName=table, Item={"pk": {"S": "p"}, "sk": {"S": sort}})

    def query(condition: str, **values: str) -> list[str]:
        given = {f":{name}": {"S": value} for name, value in values.items()}
        found = dynamodb.query(TableName=table, KeyConditionExpression=condition, ExpressionAttributeValues=given)
        return [item["sk"]["S"] for item in found["Items"]]

    begins = "pk = :p AND begins_with(sk, :s)"
    assert query(begins, p="p", s="a") == ["a1", "a2"]
    assert query(begins, p="p", s="b") == ["b1"]
    assert query(begins, p="q", s="a") == []
    assert query("pk = :p", p="p") == ["a1", "a2", "b1"]
    assert query("pk = :p AND sk BETWEEN :s AND :t", p="p", s="a2", t="b1") == ["a2", "b1"]
    for _ in range(2):
        with pytest.raises(ClientError, match="Syntax error"):
            query("pk = :p AND AND sk = :s", p="p", s="a")


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("pk = :p", {}),
        ("#a = :p AND begins_with(#b, :s)", {"#a": "pk", "#b": "sk"}),
        ("pk = :p AND begins_with (sk,:s)", {}),
        ("sk = :s AND begins_with(pk, :s)", {}),
        ("pk = :p AND begins_with(n, :s)", {}),
    ],
)
def test_the_short_way_through_a_key_condition_leads_where_the_long_one_does(
    condition: str, names: dict[str, str]
) -> None:
    long = ministack.EVALUATE.get()
    short = reading.evaluating(long)
    texts = ("p", "ab", "a", "")
    for key, sort, wanted, begin in itertools.product(texts, repeat=4):
        item = {"pk": {"S": key}, "sk": {"S": sort}, "n": {"N": "1"}}
        asked = (condition, item, {":p": {"S": wanted}, ":s": {"S": begin}}, names, "KeyConditionExpression")
        assert _outcome(short, *asked) == _outcome(long, *asked)
    number = ("n = :p", {"n": {"N": "1.0"}}, {":p": {"N": "1"}}, {}, "KeyConditionExpression")
    assert short(*number) is long(*number) is True


def _outcome(evaluate: Callable[..., bool], *arguments: Any) -> bool | str:
    try:
        return evaluate(*arguments)
    except ValueError as error:
        return str(error)


def test_a_signature_that_is_known_proves_nothing_for_another_token_or_key() -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    verify = reading.verifying(ministack.VERIFY_SIGNATURE.get())

    def encoded(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    def key(number: int) -> dict[str, str]:
        return {"n": encoded(number.to_bytes(256, "big")), "e": encoded(b"\x01\x00\x01")}

    signed = f"{encoded(b'{}')}.{encoded(b'1')}"
    genuine = f"{signed}.{encoded(private.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"
    modulus = private.public_key().public_numbers().n
    for _ in range(2):
        assert verify(genuine, key(modulus))
        assert not verify(genuine.replace(signed, f"{encoded(b'{}')}.{encoded(b'2')}"), key(modulus))
        assert not verify(genuine, key(modulus + 2))
