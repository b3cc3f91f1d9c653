"""Valkey or Redis, signed in with a token of IAM over TLS, or without either on this machine."""

import logging
from typing import Any
from urllib.parse import urlencode

import boto3
from botocore.model import ServiceId
from botocore.signers import RequestSigner
from redis import CredentialProvider, Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from reports.settings import Place

TIMEOUT_SECONDS = 0.5
"""A cache that is slower than the database is none."""
TOKEN_SECONDS = 900
KEPT_SECONDS = 300
logger = logging.getLogger("reports")


class Token(CredentialProvider):
    """Signs in to ElastiCache as a user of IAM, with a new token for each connection."""

    def __init__(self, place: Place, region: str) -> None:
        self._place = place
        session = boto3.Session()
        self._signer = RequestSigner(
            ServiceId("elasticache"), region, "elasticache", "v4", session.get_credentials(), session.events
        )

    def get_credentials(self) -> tuple[str, str]:
        """Return the user and a signed request, which is the password."""
        question = urlencode({"Action": "connect", "User": self._place.user, "ResourceType": "ServerlessCache"})
        signed = self._signer.generate_presigned_url(
            {
                "method": "GET",
                "url": f"https://{self._place.name}/?{question}",
                "body": {},
                "headers": {},
                "context": {},
            },
            operation_name="connect",
            expires_in=TOKEN_SECONDS,
            region_name=None,
        )
        return self._place.user, signed.removeprefix("https://")


class Cache:
    """Texts that are kept for a while. When the cache does not answer, nothing is in it."""

    def __init__(self, place: Place, region: str) -> None:
        """Make the client; it connects when it is first asked."""
        sign_in: dict[str, Any] = (
            {"ssl": True, "credential_provider": Token(place, region)}
            if place.password is None
            else {"password": place.password or None}
        )
        self._client = Redis(
            host=place.host,
            port=place.port,
            decode_responses=True,
            socket_connect_timeout=TIMEOUT_SECONDS,
            socket_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),  # the database is there: nobody waits for a cache
            **sign_in,
        )

    def get(self, key: str) -> str | None:
        """Return what is kept under `key`."""
        try:
            kept = self._client.get(key)
        except RedisError as error:
            logger.warning("the cache does not answer", extra={"error": str(error)})
            return None
        return str(kept) if kept is not None else None

    def keep(self, key: str, value: str) -> None:
        """Keep `value` for a while."""
        try:
            self._client.set(key, value, ex=KEPT_SECONDS)
        except RedisError as error:
            logger.warning("the cache does not answer", extra={"error": str(error)})
