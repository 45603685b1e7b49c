/** How numbers, names, dates and durations are written. Everything that depends on "now" takes it as an argument. */

const LOCALE = "en-GB";
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const integers = new Intl.NumberFormat("en");
const timeOfDay = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(LOCALE, { weekday: "long" });
const dayAndMonth = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "long" });
const dayMonthYear = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "long", year: "numeric" });
const monthOnly = new Intl.DateTimeFormat(LOCALE, { month: "long" });
const full = new Intl.DateTimeFormat(LOCALE, {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A whole number with thousands separators: 1234 becomes "1,234". */
export function count(value: number): string {
  return integers.format(value);
}

/** A number and its noun: `plural(1, "signal")` is "1 signal", `plural(3, "reply", "replies")` is "3 replies". */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A confidence or share of 0 to 100: "89 %". */
export function percent(value: number): string {
  return `${Math.round(value)} %`;
}

/** A share of 0 to 1 that is nearly whole: "99.8 %". Cut, not rounded, so that only all of it is called 100 %. */
export function nearlyAll(share: number): string {
  return `${Math.floor(Math.min(1, Math.max(0, share)) * 1000 + 1e-9) / 10} %`;
}

/** How long ago (or ahead) a moment is, in the one unit a person would use: "2 hours ago", "yesterday", "in 3 days". */
export function ago(iso: string, now: number): string {
  const difference = new Date(iso).getTime() - now;
  const distance = Math.abs(difference);
  if (distance < 45 * SECOND) return "just now";
  const steps: [limit: number, size: number, unit: Intl.RelativeTimeFormatUnit][] = [
    [HOUR - MINUTE / 2, MINUTE, "minute"],
    [DAY - HOUR / 2, HOUR, "hour"],
    [45 * DAY, DAY, "day"],
    [345 * DAY, 30.44 * DAY, "month"],
  ];
  const [, size, unit] = steps.find(([limit]) => distance < limit) ?? [0, 365.25 * DAY, "year" as const];
  const amount = Math.max(1, Math.round(distance / size));
  return relative.format(difference < 0 ? -amount : amount, unit);
}

/** Whole days between a moment and now, as a table column wants them: 0 for anything within the last 24 hours. */
export function daysSince(iso: string, now: number): number {
  return Math.max(0, Math.floor((now - new Date(iso).getTime()) / DAY));
}

/** The whole date and time, for titles: "Monday, 3 August 2026 at 14:05". */
export function fullDate(iso: string): string {
  return full.format(new Date(iso));
}

/** A date and time as short as it can be and still be understood: "14:05", "tomorrow, 09:00", "Monday, 09:00", "3 August, 09:00". */
export function shortDate(iso: string | Date, now: number): string {
  const date = new Date(iso);
  const time = timeOfDay.format(date);
  const days = calendarDays(new Date(now), date);
  if (days === 0) return time;
  if (Math.abs(days) === 1) return `${relative.format(days, "day")}, ${time}`;
  if (days > 1 && days < 7) return `${weekday.format(date)}, ${time}`;
  return `${dayDate(iso, now)}, ${time}`;
}

/** The day alone: "3 August", with its year when that is another one. */
export function dayDate(iso: string | Date, now: number): string {
  const date = new Date(iso);
  const format = date.getFullYear() === new Date(now).getFullYear() ? dayAndMonth : dayMonthYear;
  return format.format(date);
}

/** A moment as the clock and the calendar of another timezone tell it: "tomorrow, 09:00", "Monday, 09:00". */
export function shortDateIn(iso: string, now: number, timeZone: string): string {
  return shortDate(inZone(Date.parse(iso), timeZone), inZone(now, timeZone).getTime());
}

/** The time of day in a timezone: "14:05". */
export function timeIn(now: number, timeZone: string): string {
  return timeOfDay.format(inZone(now, timeZone));
}

/** A month by its number, 1 to 12: "April". */
export function monthName(month: number): string {
  return monthOnly.format(new Date(2000, month - 1, 15));
}

/** From one moment to another, the day said once when it is the same: "3 August, 10:02 to 10:41". */
export function shortSpan(fromIso: string, toIso: string, now: number): string {
  const sameDay = calendarDays(new Date(fromIso), new Date(toIso)) === 0;
  return `${shortDate(fromIso, now)} to ${sameDay ? timeOfDay.format(new Date(toIso)) : shortDate(toIso, now)}`;
}

/** How long something lasted: "39 minutes", "2 hours", "3 days". */
export function duration(fromIso: string, toIso: string): string {
  return span((new Date(toIso).getTime() - new Date(fromIso).getTime()) / SECOND);
}

/** A length of time in the one unit a person would use, from seconds: "10 seconds", "24 hours". */
export function span(seconds: number): string {
  const length = Math.max(0, seconds * SECOND);
  if (length < MINUTE) return plural(Math.round(length / SECOND), "second");
  if (length < 2 * HOUR) return plural(Math.round(length / MINUTE), "minute");
  if (length < 2 * DAY) return plural(Math.round(length / HOUR), "hour");
  return plural(Math.round(length / DAY), "day");
}

/** Up to two initials of a name, for the place of a picture. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return picked.map((word) => word?.[0]?.toUpperCase() ?? "").join("");
}

/** A Slack channel's name as people write it, with exactly one leading "#". */
export function channelName(name: string): string {
  return `#${name.replace(/^#+/, "")}`;
}

/** A word from the server's code made readable when no better wording is known: "rate_limited" becomes "rate limited". */
export function words(code: string): string {
  return code.replace(/[_-]+/g, " ");
}

/** A date whose local fields are those that the clocks of the timezone show at the moment. */
function inZone(moment: number, timeZone: string): Date {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  }).formatToParts(moment);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((found) => found.type === type)?.value);
  return new Date(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"));
}

function calendarDays(from: Date, to: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(to) - midnight(from)) / DAY);
}
