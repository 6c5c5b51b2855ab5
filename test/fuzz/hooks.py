"""What schemathesis lacks: keys as a client makes them, and a check of undocumented headers."""

import itertools
import re

import schemathesis

KEY = "idempotency-key"
VALID_KEY = re.compile(r"[\x21-\x7e]{1,200}\Z")
requests = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    """Makes most keys unique: one that is drawn twice is refused before anything else is tried."""
    key = (case.headers or {}).get(KEY)
    number = next(requests)
    if isinstance(key, str) and VALID_KEY.match(key) and number % 5 > 0:
        case.headers[KEY] = f"{key}-{number}"


# Of HTTP itself and of the connection, not of this API.
TRANSPORT = {
    "connection",
    "content-length",
    "content-type",
    "date",
    "keep-alive",
    "transfer-encoding",
}


@schemathesis.check
def undocumented_headers(ctx, response, case):
    documented = case.operation.responses.find_by_status_code(response.status_code)
    if documented is None:
        return  # status_code_conformance tells
    headers = documented.headers
    known = TRANSPORT | {name.lower() for name, _ in headers.items()} if headers else TRANSPORT
    unknown = sorted(set(response.headers) - known)
    assert not unknown, f"Undocumented headers of {response.status_code}: {', '.join(unknown)}"
