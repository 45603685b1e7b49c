import { m } from "@/i18n/messages.en";
import type { Problem } from "./types";

/** An answer of the server that is not a success, or no answer at all (`status` 0). Its message is fit to be shown. */
export class ApiError extends Error {
  readonly status: number;
  /** The problem's stable code, for example `invalid_credentials`; empty when the server gave none. */
  readonly code: string;
  readonly requestId: string | null;
  /** Messages by field name, from a 422 answer. */
  readonly fields: Record<string, string>;
  /** Seconds to wait, from a 429 answer's Retry-After. */
  readonly retryAfter: number | null;

  constructor(status: number, problem: Partial<Problem> = {}, retryAfter: number | null = null) {
    super(sentence(status, problem));
    this.name = "ApiError";
    this.status = status;
    this.code = problem.code ?? "";
    this.requestId = problem.request_id ?? null;
    this.fields = Object.fromEntries((problem.errors ?? []).map((error) => [error.field, error.message]));
    this.retryAfter = retryAfter;
  }
}

/** Reads a failed answer, whatever its body is. */
export async function problemOf(response: Response): Promise<ApiError> {
  const wait = Number(response.headers.get("retry-after"));
  const problem: unknown = await response.json().catch(() => ({}));
  return new ApiError(
    response.status,
    typeof problem === "object" && problem !== null ? problem : {},
    Number.isFinite(wait) && wait > 0 ? wait : null,
  );
}

/** What to tell a person about any caught error. */
export function explain(error: unknown): string {
  return error instanceof ApiError ? error.message : m.common.network;
}

function sentence(status: number, problem: Partial<Problem>): string {
  if (status === 0) return m.common.network;
  if (status >= 500) return m.common.serverFault;
  return problem.detail || problem.title || m.common.serverFault;
}
