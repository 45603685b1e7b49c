"""What every client's run has in common: named calls, each passed or failed, and one line of JSON at the end."""

import importlib.metadata
import json
import os
import sys
import traceback
import urllib.error
import urllib.parse
import urllib.request

SIM = os.environ["SIM_URL"].rstrip("/")


def control(path, body):
    """Asks the simulators' control API."""
    request = urllib.request.Request(
        f"{SIM}/control/{path}", json.dumps(body).encode(), {"content-type": "application/json"}
    )
    return json.load(urllib.request.urlopen(request))


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def consent(address):
    """The code that the vendor's consent page gives when somebody allows the app."""
    try:
        urllib.request.build_opener(_Stay).open(f"{address}&allow=1")
    except urllib.error.HTTPError as answer:
        query = urllib.parse.urlparse(answer.headers["location"]).query
        return urllib.parse.parse_qs(query)["code"][0]
    raise AssertionError("the consent page did not lead back")


def refused(call, error, fits):
    """Checks that the call fails with this kind of error, and that the error says what it should."""
    try:
        call()
    except error as cause:
        assert fits(cause), cause
    else:
        raise AssertionError("it was not refused")


def certify(vendor, client, calls):
    """Runs the calls one after the other and tells how each went."""
    failed = []
    for call in calls:
        try:
            call()
        except Exception:  # Whatever a client throws is the finding.
            failed.append({"name": call.__doc__, "error": traceback.format_exc()})
    result = {
        "vendor": vendor,
        "client": client,
        "version": importlib.metadata.version(client),
        "calls": len(calls),
        "passed": len(calls) - len(failed),
        "failed": failed,
    }
    print(json.dumps(result))
    sys.exit(1 if failed else 0)
