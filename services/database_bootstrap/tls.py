"""TLS to a database of RDS: verified against Amazon's own root certificates, by name."""

import ssl
from pathlib import Path

ROOTS = Path(__file__).parent / "rds_roots.pem"
"""The roots that sign the servers of the authority rds-ca-rsa2048-g1, one for each region; they last until 2061."""


def verified() -> ssl.SSLContext:
    """Return a context that trusts these roots alone and checks the server's name."""
    context = ssl.create_default_context(cafile=str(ROOTS))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
