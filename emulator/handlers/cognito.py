"""Cognito: the issuer of a user pool's tokens."""

from emulator import ministack_internals as ministack
from emulator.handler import Properties, completes


@completes("AWS::Cognito::UserPool")
def issuer(physical_id: str, properties: Properties) -> dict[str, str]:
    """Authorisers ask for it; ministack's handler does not tell."""
    return {"ProviderURL": f"https://cognito-idp.{ministack.region()}.amazonaws.com/{physical_id}"}
