"""Slack's Web API through Slack's own client for Python."""

import os

from certificate import SIM, certify, consent, control, refused
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

BASE = f"{SIM}/slack/api/"
slack = WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=BASE)
there = {}


def identity():
    """auth.test"""
    assert slack.auth_test()["team_id"].startswith("T")


def channels():
    """conversations.list, page by page"""
    pages = slack.conversations_list(limit=4, types="public_channel,private_channel")
    found = [channel for page in pages for channel in page["channels"]]
    assert len({channel["id"] for channel in found}) == len(found) > 4
    there["channel"] = next(c["id"] for c in found if c["is_member"] and not c["is_archived"])


def users():
    """users.list, page by page"""
    found = [user for page in slack.users_list(limit=3) for user in page["members"]]
    assert len(found) > 3
    assert slack.users_info(user=found[0]["id"])["user"]["name"] == found[0]["name"]


def post():
    """chat.postMessage with blocks, chat.update, chat.getPermalink"""
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*hi*"}}]
    posted = slack.chat_postMessage(channel=there["channel"], text="hi", blocks=blocks)
    slack.chat_update(channel=there["channel"], ts=posted["ts"], text="hi again")
    link = slack.chat_getPermalink(channel=there["channel"], message_ts=posted["ts"])
    assert posted["ts"].replace(".", "") in link["permalink"]
    there["ts"] = posted["ts"]


def thread():
    """a thread and its replies"""
    slack.chat_postMessage(channel=there["channel"], text="reply", thread_ts=there["ts"])
    replies = slack.conversations_replies(channel=there["channel"], ts=there["ts"])["messages"]
    assert [reply["text"] for reply in replies] == ["hi again", "reply"]


def history():
    """conversations.history"""
    read = slack.conversations_history(channel=there["channel"], oldest=there["ts"], inclusive=True)
    assert read["messages"][-1]["text"] == "hi again"


def error():
    """an error keeps Slack's word"""
    refused(
        lambda: slack.chat_postMessage(channel="C0NOSUCH", text="x"),
        SlackApiError,
        lambda cause: cause.response["error"] == "channel_not_found",
    )


def limited():
    """429 with Retry-After"""
    control("faults", {"vendor": "slack", "kind": "rate_limit", "retry_after": 7})
    refused(slack.auth_test, SlackApiError, lambda cause: cause.response.headers["Retry-After"] == "7")


def install():
    """oauth.v2.access"""
    client_id, secret = os.environ["SLACK_CLIENT_ID"], os.environ["SLACK_CLIENT_SECRET"]
    code = consent(f"{SIM}/slack/oauth/v2/authorize?client_id={client_id}&redirect_uri=https://app.example/cb&state=s")
    answer = WebClient(base_url=BASE).oauth_v2_access(
        client_id=client_id, client_secret=secret, code=code, redirect_uri="https://app.example/cb"
    )
    assert WebClient(token=answer["access_token"], base_url=BASE).auth_test()["team_id"] == answer["team"]["id"]


certify("slack", "slack_sdk", [identity, channels, users, post, thread, history, error, limited, install])
