"""Verifies webhooks of Standard Webhooks 1.0.0 with only Python's standard library."""

import base64
import hashlib
import hmac
import time

TOLERANCE = 5 * 60


def verify(headers, body, secret):
    """Return whether a delivery is genuine: headers by lower-case name, body as bytes."""
    try:
        identifier = headers["webhook-id"]
        timestamp = headers["webhook-timestamp"]
        signatures = headers["webhook-signature"].split(" ")
        sent = int(timestamp)
    except (KeyError, ValueError):
        return False
    now = time.time()
    if sent < now - TOLERANCE or sent > now + TOLERANCE:
        return False
    key = base64.b64decode(secret[len("whsec_") :], validate=True)
    content = b".".join([identifier.encode(), timestamp.encode(), body])
    expected = hmac.digest(key, content, hashlib.sha256)
    for signature in signatures:
        version, _, text = signature.partition(",")
        if version != "v1":
            continue
        try:
            given = base64.b64decode(text, validate=True)
        except ValueError:
            continue
        if hmac.compare_digest(given, expected):
            return True
    return False
