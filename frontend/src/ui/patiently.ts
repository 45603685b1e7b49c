/** Pauses between tries while the browser believes that there is a network. */
const PAUSES_MS = [1_000, 3_000, 10_000];

/**
 * Loads a part's code, however the network comes and goes: a part that did not arrive must not take the page with it. What
 * fails without a network is tried again when there is one, what fails with one after a pause, a few times. Browsers that
 * keep a failure until the page is loaded anew fail again, and then the page says so.
 */
export function patiently<Part>(load: () => Promise<Part>): () => Promise<Part> {
  return async () => {
    for (let failures = 0; ; failures += 1) {
      if (!navigator.onLine)
        await new Promise((resolve) => addEventListener("online", resolve, { once: true }));
      try {
        return await load();
      } catch (error) {
        const pause = PAUSES_MS[failures];
        if (pause === undefined) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  };
}
