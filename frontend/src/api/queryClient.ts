import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./problem";

/** Only failures that may pass by themselves are tried again: no answer, too many requests, a fault of the server. */
function retry(failures: number, error: unknown): boolean {
  const passing =
    error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 502);
  return passing && failures < 2;
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry,
        // The stream tells what changed, so coming back to a tab or a page need not ask for everything again.
        staleTime: 30_000,
        refetchOnWindowFocus: false,
      },
    },
  });
}
