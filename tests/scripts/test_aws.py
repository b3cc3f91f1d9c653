"""Whatever goes wrong with AWS ends in one line and an exit code; and only in the environment's own account."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

import config
from scripts.aws import Aws, AwsError, code_of, told_plainly


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (AwsError("it is not there"), 1, "error: it is not there"),
        (config.ConfigError("config/dev.py: name: must be short"), 2, "config/dev.py: name: must be short"),
        (TimeoutError("restoring: not done after 240 minutes"), 4, "not done after 240 minutes"),
        (NoCredentialsError(), 1, "there are no AWS credentials"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:4566"), 1, "is the emulator up (`make up`)"),
        (ClientError({"Error": {"Code": "Odd", "Message": "Why?"}}, "GetIt"), 1, "error: GetIt: Odd: Why?"),
        (ClientError({"Error": {"Code": "SlowDown"}}, "GetIt"), 1, "AWS still throttles GetIt after 10 attempts"),
    ],
)
def test_each_error_is_one_line_with_its_exit_code(
    error: Exception, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, told_plainly():
        raise error
    assert ended.value.code == code
    told = " ".join(capsys.readouterr().err.split())
    assert said in told
    assert "Traceback" not in told


def test_a_mistake_of_ours_keeps_its_trace() -> None:
    with pytest.raises(KeyError), told_plainly():
        raise KeyError("a bug")


def test_a_verb_works_in_its_environments_account_alone(aws: Aws) -> None:
    assert aws.check_account() == "111122223333"
    with pytest.raises(AwsError, match="the credentials are of account 111122223333, and prod is in 777788889999"):
        Aws(config.load("prod")).check_account()


def test_the_emulator_is_where_the_port_says() -> None:
    assert Aws(config.load("local")).endpoint == "http://127.0.0.1:4566"
    assert Aws(config.load("local"), port=4999).client("s3").meta.endpoint_url == "http://127.0.0.1:4999"


def test_the_code_of_an_error_without_one_is_empty() -> None:
    assert code_of(ClientError({}, "GetIt")) == ""
