import { describe, expect, it } from "vitest";
import {
  ago,
  channelName,
  count,
  daysSince,
  duration,
  initials,
  monthName,
  nearlyAll,
  percent,
  plural,
  shortDate,
  shortDateIn,
  shortSpan,
  span,
  timeIn,
} from "./format";

const NOW = Date.parse("2026-08-05T12:00:00Z");
const past = (milliseconds: number) => new Date(NOW - milliseconds).toISOString();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("numbers and names read like a person wrote them", () => {
  it.each([
    [plural(1, "signal"), "1 signal"],
    [plural(0, "signal"), "0 signals"],
    [plural(1234, "reply", "replies"), "1,234 replies"],
    [count(12_345), "12,345"],
    [percent(88.6), "89 %"],
    [nearlyAll(1), "100 %"],
    [nearlyAll(0.99996), "99.9 %"],
    [nearlyAll(0.998), "99.8 %"],
    [nearlyAll(0.29), "29 %"],
    [monthName(2), "February"],
    [span(10), "10 seconds"],
    [span(60), "1 minute"],
    [span(86_400), "24 hours"],
    [initials("Maria-Theresia von Hohenstein"), "MH"],
    [initials("support@growthco.com"), "S"],
    [initials("  "), ""],
    [channelName("acme-customer"), "#acme-customer"],
    [channelName("#acme-customer"), "#acme-customer"],
  ])("%s", (actual, expected) => expect(actual).toBe(expected));
});

describe("a moment is told in the one unit a person would use", () => {
  it.each([
    [10_000, "just now"],
    [MINUTE, "1 minute ago"],
    [59 * MINUTE, "59 minutes ago"],
    [59.8 * MINUTE, "1 hour ago"],
    [2 * HOUR, "2 hours ago"],
    [23.8 * HOUR, "yesterday"],
    [3 * DAY, "3 days ago"],
    [44 * DAY, "44 days ago"],
    [90 * DAY, "3 months ago"],
    [400 * DAY, "last year"],
    [-2 * HOUR, "in 2 hours"],
  ])("%d ms", (distance, expected) => expect(ago(past(distance), NOW)).toBe(expected));

  it.each([
    [0, 0],
    [23 * HOUR, 0],
    [25 * HOUR, 1],
    [-HOUR, 0],
  ])("%d ms are %d whole days", (distance, days) => expect(daysSince(past(distance), NOW)).toBe(days));
});

describe("dates are as short as they can be and still be understood", () => {
  it.each([
    ["2026-08-05T12:05:00Z", "14:05"],
    ["2026-08-06T07:00:00Z", "tomorrow, 09:00"],
    ["2026-08-04T07:00:00Z", "yesterday, 09:00"],
    ["2026-08-10T07:00:00Z", "Monday, 09:00"],
    ["2026-09-03T07:00:00Z", "3 September, 09:00"],
    ["2025-08-03T07:00:00Z", "3 August 2025, 09:00"],
  ])("%s", (iso, expected) => expect(shortDate(iso, NOW)).toBe(expected));

  it.each([
    ["2026-08-05T23:30:00Z", "America/New_York", "19:30"],
    ["2026-08-06T13:00:00Z", "America/New_York", "tomorrow, 09:00"],
    ["2026-08-05T23:30:00Z", "Asia/Tokyo", "tomorrow, 08:30"],
    ["2026-10-26T08:00:00Z", "Europe/Berlin", "26 October, 09:00"],
    ["2026-08-10T00:00:00Z", "Asia/Kolkata", "Monday, 05:30"],
  ])("%s in %s", (iso, zone, expected) => expect(shortDateIn(iso, NOW, zone)).toBe(expected));

  it("tells the time of day of a timezone", () => {
    expect(timeIn(NOW, "Asia/Tokyo")).toBe("21:00");
  });

  it("says the day of a span once", () => {
    expect(shortSpan("2026-08-03T08:00:00Z", "2026-08-03T08:39:00Z", NOW)).toBe("3 August, 10:00 to 10:39");
  });

  it.each([
    [39 * MINUTE, "39 minutes"],
    [MINUTE, "1 minute"],
    [5 * HOUR, "5 hours"],
    [72 * HOUR, "3 days"],
  ])("%d ms last %s", (length, expected) => expect(duration(past(length), past(0))).toBe(expected));
});
