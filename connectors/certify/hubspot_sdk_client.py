"""HubSpot's dated CRM API through HubSpot's own client for Python, which checks each answer against its schema."""

import os
import urllib.parse

import hubspot_sdk
from certificate import SIM, certify, consent, control, refused

BASE = f"{SIM}/hubspot"
CALLBACK = "https://app.example/oauth/hubspot/callback"
APP = {"client_id": os.environ["HUBSPOT_CLIENT_ID"], "client_secret": os.environ["HUBSPOT_CLIENT_SECRET"]}


def client(token=None):
    return hubspot_sdk.HubSpot(
        access_token=token, base_url=BASE, max_retries=0, _strict_response_validation=True
    )


there = {}


def token():
    """a token for a code, and for a refresh token"""
    query = urllib.parse.urlencode({"client_id": APP["client_id"], "redirect_uri": CALLBACK, "scope": "oauth", "state": "s"})
    code = consent(f"{BASE}/oauth/authorize?{query}")
    given = client().auth.oauth.create_token(grant_type="authorization_code", code=code, redirect_uri=CALLBACK, **APP)
    renewed = client().auth.oauth.create_token(grant_type="refresh_token", refresh_token=given.refresh_token, **APP)
    assert renewed.expires_in <= 1800
    there["hubspot"] = client(renewed.access_token)


def owners():
    """owners"""
    assert next(iter(there["hubspot"].crm.owners.list())).email


def companies():
    """companies, all pages, and a search"""
    api = there["hubspot"].crm.objects.companies
    found = list(api.list(limit=5, properties=["name"]))
    assert len({company.id for company in found}) == len(found) > 5
    there["company"] = found[0]
    filters = [{"propertyName": "name", "operator": "EQ", "value": found[0].properties["name"]}]
    searched = api.search(
        filter_groups=[{"filters": filters}], properties=["name"], sorts=[], limit=10, after="0"
    )
    assert next(iter(searched)).id == found[0].id if not hasattr(searched, "results") else searched.results


def stages():
    """pipelines of deals"""
    pipelines = there["hubspot"].crm.pipelines.list("deals")
    assert any(stage.metadata["isClosed"] == "true" for stage in pipelines.results[0].stages)


def upsert():
    """batch upsert by a unique property makes it once"""
    hubspot = there["hubspot"]
    hubspot.crm.properties.create(
        "tasks",
        name="certified_key",
        label="Certified key",
        type="string",
        field_type="text",
        group_name="task",
        has_unique_value=True,
    )
    properties = {"certified_key": "k1", "hs_task_subject": "one", "hs_timestamp": "2030-01-01T00:00:00Z"}
    inputs = [{"id": "k1", "id_property": "certified_key", "properties": properties}]
    made = hubspot.crm.objects.tasks.batch.upsert(inputs=inputs).results[0]
    again = hubspot.crm.objects.tasks.batch.upsert(inputs=inputs).results[0]
    assert (made.new, again.new, again.id) == (True, False, made.id)
    there["task"] = made.id


def associate():
    """a default association and its list"""
    hubspot, company = there["hubspot"], there["company"]
    hubspot.crm.associations.create(
        company.id, from_object_type="tasks", from_object_id=there["task"], to_object_type="companies"
    )
    linked = hubspot.crm.associations.list("companies", object_type="tasks", object_id=there["task"])
    assert str(next(iter(linked)).to_object_id) == company.id


def change():
    """update, read, archive"""
    api = there["hubspot"].crm.objects.tasks
    api.update(there["task"], properties={"hs_task_status": "COMPLETED"})
    assert api.get(there["task"], properties=["hs_task_status"]).properties["hs_task_status"] == "COMPLETED"
    api.delete(there["task"])
    refused(lambda: api.get(there["task"]), hubspot_sdk.NotFoundError, lambda cause: cause.status_code == 404)


def unknown():
    """an unknown property"""
    api = there["hubspot"].crm.objects.tasks
    refused(
        lambda: api.create(properties={"nope": "x"}, associations=[]),
        hubspot_sdk.BadRequestError,
        lambda cause: cause.body["category"] == "VALIDATION_ERROR",
    )


def limited():
    """429"""
    control("faults", {"vendor": "hubspot", "kind": "rate_limit", "retry_after": 1})
    refused(there["hubspot"].crm.owners.list, hubspot_sdk.RateLimitError, lambda cause: cause.status_code == 429)


def expired():
    """a token that is over"""
    refused(client("gone").crm.owners.list, hubspot_sdk.AuthenticationError, lambda cause: cause.status_code == 401)


certify(
    "hubspot",
    "hubspot_sdk",
    [token, owners, companies, stages, upsert, associate, change, unknown, limited, expired],
)
