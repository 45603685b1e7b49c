import { describe, expect, it } from "vitest";
import type { NotificationPreferences } from "@/api/types";
import { notificationSearch } from "./filters";
import {
  confidenceChoices,
  faultsOf,
  findZones,
  isReached,
  isSame,
  NEW_RULE,
  namedOnce,
  toggleKind,
  withRule,
  zoneName,
} from "./model";

const preferences: NotificationPreferences = {
  member_id: "mem_1",
  timezone: "Europe/Berlin",
  timezone_source: "slack",
  delivery: { slack: true, email: true },
  immediate: { min_confidence: 80, kinds: ["risk"] },
  digest: { daily: true, daily_at: "09:00", weekly: true, weekly_day: "monday" },
  quiet_hours: { enabled: true, from: "20:00", to: "08:00", weekends: true },
  daily_budget: 10,
  slack: { connected: true, matched: true },
  email: { configured: true },
  next: { daily_at: null, weekly_at: null },
};

describe("whether anything reaches somebody", () => {
  it.each([
    ["both ways work", {}, true],
    ["no mail server, but Slack", { email: { configured: false } }, true],
    [
      "nobody in Slack has the address and there is no mail server",
      { slack: { connected: true, matched: false }, email: { configured: false } },
      false,
    ],
    ["both ways are switched off", { delivery: { slack: false, email: false } }, false],
    [
      "Slack is gone and e-mail is switched off",
      { slack: { connected: false, matched: false }, delivery: { slack: true, email: false } },
      false,
    ],
    [
      "nothing is wanted",
      {
        immediate: { min_confidence: 80, kinds: [] },
        digest: { ...preferences.digest, daily: false, weekly: false },
      },
      false,
    ],
  ])("%s", (_, change, expected) => {
    expect(isReached({ ...preferences, ...(change as Partial<NotificationPreferences>) })).toBe(expected);
  });
});

describe("what cannot be saved", () => {
  const none = { budget: false, dailyAt: false, from: false, to: false };
  it.each([
    ["nothing", {}, none],
    ["a budget that is no whole number", { daily_budget: 2.5 }, { ...none, budget: true }],
    ["a budget that was emptied", { daily_budget: Number.NaN }, { ...none, budget: true }],
    ["a budget beyond all measure", { daily_budget: 501 }, { ...none, budget: true }],
    ["an emptied time", { quiet_hours: { ...preferences.quiet_hours, from: "" } }, { ...none, from: true }],
    [
      "a digest without a time",
      { digest: { ...preferences.digest, daily_at: "" } },
      { ...none, dailyAt: true },
    ],
  ])("%s", (_, change, expected) => {
    expect(faultsOf({ ...preferences, ...(change as Partial<NotificationPreferences>) })).toEqual(expected);
  });
});

describe("choices", () => {
  it("offer the usual confidences and the one that is set", () => {
    expect(confidenceChoices(80)).toEqual([50, 60, 70, 80, 90]);
    expect(confidenceChoices(85)).toEqual([50, 60, 70, 80, 85, 90]);
  });

  it("keep the kinds in their order", () => {
    expect(toggleKind(["churn"], "risk")).toEqual(["risk", "churn"]);
    expect(toggleKind(["risk", "churn"], "risk")).toEqual(["churn"]);
  });

  it("compare by what they say", () => {
    expect(isSame(preferences, { ...preferences })).toBe(true);
    expect(isSame(preferences, { ...preferences, daily_budget: 11 })).toBe(false);
  });
});

describe("timezones", () => {
  const zones = [
    "Africa/Abidjan",
    "America/New_York",
    "America/Argentina/Buenos_Aires",
    "Europe/Berlin",
    "UTC",
  ];

  it.each([
    ["Europe/Berlin", "Berlin (Europe)"],
    ["America/New_York", "New York (America)"],
    ["America/Argentina/Buenos_Aires", "Buenos Aires, Argentina (America)"],
    ["UTC", "UTC"],
    ["Etc/UTC", "UTC"],
  ])("%s is called %s", (zone, expected) => expect(zoneName(zone)).toBe(expected));

  it.each([
    ["berl", ["Europe/Berlin"]],
    ["new york", ["America/New_York"]],
    ["New_York", ["America/New_York"]],
    ["a", ["Africa/Abidjan", "America/New_York", "America/Argentina/Buenos_Aires"]],
    ["nowhere", []],
  ])("%s finds %j", (words, expected) => expect(findZones(zones, words)).toEqual(expected));
});

describe("one zone by two names", () => {
  it("is offered once", () => {
    expect(namedOnce(["Etc/UTC", "Europe/Berlin", "UTC", "Europe/Berlin"])).toEqual([
      "Etc/UTC",
      "Europe/Berlin",
    ]);
  });
});

describe("the company's rules", () => {
  const routes = { team_channel: null, rules: [NEW_RULE, { ...NEW_RULE, to: "manager" }] };

  it("change one at a time", () => {
    expect(withRule(routes, 1, { when: "digest" }).rules.map(({ when }) => when)).toEqual([
      "at_once",
      "digest",
    ]);
  });

  it("lose only the one that is removed", () => {
    expect(withRule(routes, 0, null).rules.map(({ to }) => to)).toEqual(["manager"]);
  });
});

describe("the address", () => {
  it("says which part of the page, and forgets what it does not know", () => {
    expect(notificationSearch({ view: "sent", member: "mem_2" })).toEqual({
      view: "sent",
      member: "mem_2",
    });
    expect(notificationSearch({ view: "elsewhere" })).toEqual({});
  });
});
