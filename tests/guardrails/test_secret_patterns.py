"""What looks like a secret is one; what a template is full of anyway is not."""

import pytest

from infra.guardrails.promises.secrets import secret_in
from infra.guardrails.secret_patterns import masked, shape_of_secret

SHAPED = [
    "AKIA" + "IOSFODNN7EXAMPLE",
    "id=ASIA" + "Y34FZKBOKMUTVV7A;",
    "-----BEGIN " + "PRIVATE KEY-----",
    "-----BEGIN OPENSSH " + "PRIVATE KEY-----",
    "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a",
    "github_pat_" + "11ABCDEFG0aBcDeFgHiJkL_mNoPqRsTuVwXyZ",
    "xoxb-" + "123456789012-abcdefGHIJKL",
    "https://hooks.slack.com/services/" + "T00000000/B00000000/XXXXXXXXXXXX",
    "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "postgres://app:" + "hunter22@db.example.com:5432/app",
    "Server=db;User=app;Password=" + "hunter22;",
    "Authorization: Bearer " + "abcdef0123456789",
    "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
]
HARMLESS = [
    "https://sqs.us-east-1.amazonaws.com/777788889999/jobs",
    "postgres://${}:${}@db.example.com/app",
    "{{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:1:secret:db-AbCdEf:SecretString:password::}}",
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "Asks for a password, a token and a secret.",
    "mailto:someone@example.com",
    "skeleton-of-a-template-that-is-quite-long",
    "git@github.com:example/platform.git",
]
SECRET = {
    "DB_PASSWORD": "correct-horse",
    "api_key": "abc123",
    "AuthToken": "zzz",
    "CONNECTION_STRING": "Server=x;Uid=y",
    "SETTING": "kJ8f2LmQ9z" + "XvT4bR7nW1cY5hP3dG6sA0",
    "SALT": "3f786850e387550f" + "dab836ed7e6dc881de23001b",
    "BLOB": "dGhpcyBpcyBub3Qg" + "YSBzZWNyZXQgYXQgYWxsIQ8F3kQz9",
}
NO_SECRET = {
    "SECRET_ARN": "arn:aws:secretsmanager:us-east-1:777788889999:secret:db-AbCdEf",
    "SECRET_NAME": "platform/database",
    "TOKEN_TABLE": "tokens",
    "TOKEN_URL": "https://auth.example.com/oauth2/token",
    "PASSWORD_MIN_LENGTH": "14",
    "PASSWORD": "{{resolve:secretsmanager:db:SecretString:password}}",
    "TOKEN_TTL_SECONDS": "3600",
    "USE_TOKENS": "true",
    "TABLE_NAME": "GroundworkProdDataTodosCE279B53-1ABCDEF2GHIJK",
    "USER_POOL_ID": "us-east-1_AbC123xYz",
    "KEY_ID": "1234abcd-12ab-34cd-56ef-1234567890ab",
    "IMAGE_DIGEST": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "GIT_COMMIT": "356a192b7913b04c54574d18c28d46e6395428ab",
    "POWERTOOLS_SERVICE_NAME": "groundwork-prod-todo-api-with-a-long-name",
    "ALLOWED_ORIGINS": "https://app.example.com,https://admin.example.com",
    "AWS_LAMBDA_EXEC_WRAPPER": "/opt/otel-instrument",
    "CLASS": "com.example.platform.ordering.infrastructure.OrderRepository",
    "CONSTRUCT": "groundworkprodrecoveryuswest2FnGetAttVault47927EF3BackupVaultArn9B5CDD41",
}


@pytest.mark.parametrize("text", SHAPED, ids=range(len(SHAPED)))
def test_a_credential_is_known_by_its_shape(text: str) -> None:
    assert shape_of_secret(f"some text {text} and more")


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_text_has_no_shape_of_a_credential(text: str) -> None:
    assert shape_of_secret(text) is None


@pytest.mark.parametrize("name", SECRET)
def test_a_secret_is_known_by_its_name_or_by_chance(name: str) -> None:
    problem = secret_in(name, SECRET[name])
    assert problem
    assert SECRET[name] not in problem


@pytest.mark.parametrize("name", NO_SECRET)
def test_an_ordinary_variable_is_no_secret(name: str) -> None:
    assert secret_in(name, NO_SECRET[name]) is None


def test_a_report_shows_no_more_of_a_secret_than_helps_to_find_it() -> None:
    assert masked("hunter2hunter2") == "hun... (14 characters)"
