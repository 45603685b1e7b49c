"""Salesforce's REST API through simple-salesforce."""

import json
import os
import urllib.parse
import urllib.request

import requests
from certificate import SIM, certify, consent, refused
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce, exceptions

HOST = "https://sim.my.salesforce.com"
ORG = f"{SIM}/salesforce"
CALLBACK = "https://app.example/cb"


class ToSimulator(HTTPAdapter):
    """The client insists on https and a host name; the simulator has neither."""

    def send(self, request, **options):
        request.url = request.url.replace(HOST, ORG)
        return super().send(request, **options)


def token():
    """A token by OAuth, which the client leaves to others."""
    app = {"client_id": os.environ["SALESFORCE_CLIENT_ID"], "redirect_uri": CALLBACK}
    query = urllib.parse.urlencode(app | {"response_type": "code", "state": "s"})
    code = consent(f"{ORG}/services/oauth2/authorize?{query}")
    secret = {"grant_type": "authorization_code", "code": code, "client_secret": os.environ["SALESFORCE_CLIENT_SECRET"]}
    form = urllib.parse.urlencode(app | secret).encode()
    return json.load(urllib.request.urlopen(f"{ORG}/services/oauth2/token", form))["access_token"]


session = requests.Session()
session.mount(HOST, ToSimulator())
org = Salesforce(instance=HOST.removeprefix("https://"), session_id=token(), session=session, version="62.0")


def query():
    """query, all pages, and as an iterator"""
    accounts = org.query_all("SELECT Id, Name FROM Account")
    assert accounts["totalSize"] == len(accounts["records"]) == len(list(org.query_all_iter("SELECT Id FROM Account")))


def create():
    """create, update, delete"""
    made = org.Task.create({"Subject": "py"})
    assert made["success"] and org.Task.update(made["id"], {"Status": "Completed"}) == 204
    assert org.Task.delete(made["id"]) == 204


def upsert():
    """upsert makes it once"""
    key = "Momentum_Signal_Id__c/sig_simple"
    assert org.Task.upsert(key, {"Subject": "one"}) == 201
    assert org.Task.upsert(key, {"Subject": "two"}) in (200, 204)
    assert org.Task.get_by_custom_id("Momentum_Signal_Id__c", "sig_simple")["Subject"] == "two"


def describe():
    """describe of an object and of the org"""
    assert org.Task.describe()["name"] == "Task"
    assert "Account" in [described["name"] for described in org.describe()["sobjects"]]


def limits():
    """limits, and the usage that every answer tells"""
    assert org.limits()["DailyApiRequests"]["Max"] > 0
    assert org.api_usage["api-usage"].total > 0


def unknown_value():
    """a value that the picklist does not have"""
    refused(
        lambda: org.Task.create({"Subject": "x", "Status": "No such"}),
        exceptions.SalesforceMalformedRequest,
        lambda cause: "picklist" in str(cause.content).lower(),
    )


def not_there():
    """what is not there"""
    refused(
        lambda: org.Task.get("00T000000000000AAA"),
        exceptions.SalesforceResourceNotFound,
        lambda cause: cause.content[0]["errorCode"] == "NOT_FOUND",
    )


def malformed():
    """a malformed query"""
    refused(
        lambda: org.query("SELECT"),
        exceptions.SalesforceMalformedRequest,
        lambda cause: cause.content[0]["errorCode"] == "MALFORMED_QUERY",
    )


def expired():
    """a session that is over"""
    stale = Salesforce(instance=HOST.removeprefix("https://"), session_id="gone", session=session, version="62.0")
    refused(stale.limits, exceptions.SalesforceExpiredSession, lambda cause: cause.status == 401)


certify(
    "salesforce",
    "simple-salesforce",
    [query, create, upsert, describe, limits, unknown_value, not_there, malformed, expired],
)
