import createClient, { type Middleware } from "openapi-fetch";
import { ApiError, problemOf } from "./problem";
import type { paths } from "./schema";

let csrfToken = "";
let onSignedOut: () => void = () => {};

/** Every write with the session's cookie must carry this token; it comes with `Me`. */
export function rememberCsrfToken(token: string) {
  csrfToken = token;
}

/** Headers a write needs when it is not sent through `api` (the upload, which reports its progress). */
export function writeHeaders(): Record<string, string> {
  return { "X-CSRF-Token": csrfToken };
}

/** Called when the server says that nobody is signed in any more. */
export function whenSignedOut(listener: () => void) {
  onSignedOut = listener;
}

const security: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("X-CSRF-Token", csrfToken);
    return request;
  },
  async onResponse({ request, response }) {
    if (response.ok) return response;
    if (response.status === 401 && !request.url.endsWith("/session")) onSignedOut();
    throw await problemOf(response);
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === "AbortError") return error;
    return error instanceof ApiError ? error : new ApiError(0);
  },
};

/** The typed client. Every call either answers with data or throws an `ApiError`. */
// The page's own origin is named because a bare path is no address outside a browser, where the tests run.
export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
});
api.use(security);

/** Takes the body out of a client answer; failures have been thrown before this. */
export function body<T>(answer: { data?: T }): T {
  return answer.data as T;
}
