/** Search parameters as people write them: `?kind=risk,churn&q=sso`, without quotes or brackets. */

export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === "") continue;
    parameters.set(name, Array.isArray(value) ? value.join(",") : String(value));
  }
  const text = parameters.toString().replaceAll("%2C", ",");
  return text ? `?${text}` : "";
}

/** Reads one parameter. What it does not know is undefined, never an error, so that an old link still opens. */
type Reader<Value> = (given: unknown) => Value | undefined;
type Read<Readers> = {
  [Name in keyof Readers]?: Readers[Name] extends Reader<infer Value> ? Value | undefined : never;
};

/** The parameters that a page knows; others are left out. Written by hand: every visit waits for this code. */
export function searchOf<const Readers extends Record<string, Reader<unknown>>>(readers: Readers) {
  return (given: Record<string, unknown>): Read<Readers> =>
    Object.fromEntries(
      Object.entries(readers).map(([name, read]) => [name, read(given[name])]),
    ) as Read<Readers>;
}

/** One of a few words. */
export function oneOf<const Word extends string>(known: readonly Word[]): Reader<Word> {
  return (given) => known.find((word) => word === given);
}

/** A comma list of a few words; others in it are ignored, and so is their order. */
export function someOf<const Word extends string>(known: readonly Word[]): Reader<Word[]> {
  return (given) => {
    const words: unknown[] = Array.isArray(given) ? given : typeof given === "string" ? given.split(",") : [];
    const kept = known.filter((word) => words.includes(word));
    return kept.length > 0 ? kept : undefined;
  };
}

/** A text of this form. */
export function matching(form: RegExp): Reader<string> {
  return (given) => (typeof given === "string" && form.test(given) ? given : undefined);
}

/** A name, an id or what somebody types: anything up to 200 characters. */
export const someText = matching(/^.{1,200}$/s);
