"""What is said of resources that answer and do nothing."""

import pytest

from emulator import limits, schemas


@pytest.mark.parametrize("kind", limits.PRETENDED)
def test_what_is_listed_is_a_type_of_cloudformation(kind: str) -> None:
    assert kind in schemas.types()


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ({"Metrics": []}, "metric math is never evaluated"),
        ({"Namespace": "AWS/DynamoDB"}, "nothing emits the metric"),
        ({"Namespace": "AWS/Lambda", "Dimensions": [{"Name": "FunctionName"}]}, "dimensions are ignored"),
        ({"Namespace": "AWS/Lambda"}, None),
        ({"Namespace": "Groundwork"}, None),
    ],
)
def test_an_alarm_says_why_it_does_not_watch(properties: dict[str, object], said: str | None) -> None:
    found = limits.of("AWS::CloudWatch::Alarm", properties, placeholder=False)
    assert (found is None) if said is None else (said in str(found))


def test_a_subscription_by_mail_is_said_to_send_none() -> None:
    assert limits.of("AWS::SNS::Subscription", {"Protocol": "email"}, placeholder=False)
    assert limits.of("AWS::SNS::Subscription", {"Protocol": "sqs"}, placeholder=False) is None
