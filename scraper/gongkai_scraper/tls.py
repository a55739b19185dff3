"""How connections are secured: two contexts for a whole run. Certificates are checked in both."""

import ssl
from functools import cache
from pathlib import Path
from typing import Literal

import httpx

Tls = Literal["current", "old"]


@cache
def tls_context(kind: Tls, authorities: Path | None = None) -> ssl.SSLContext:
    """Return the context for a portal.

    Args:
        kind: `old` for hosts that only speak TLS before 1.2, with weak ciphers, or with the old renegotiation.
        authorities: a PEM file of certificate authorities to trust besides those of certifi.
    """
    context = httpx.create_ssl_context(trust_env=False)
    if authorities:
        context.load_verify_locations(authorities)
    if kind == "old":
        context.options |= ssl.OP_LEGACY_SERVER_CONNECT if hasattr(ssl, "OP_LEGACY_SERVER_CONNECT") else 0x4
        context.minimum_version = ssl.TLSVersion.TLSv1
        # OpenSSL 3 takes TLS before 1.2 at level 0 only; whom we talk to is still proved by the certificate.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context
