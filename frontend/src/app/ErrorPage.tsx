import { TriangleAlert } from "lucide-react";
import { ApiError, explain } from "@/api/problem";
import { m } from "@/i18n/messages.en";
import { EmptyState } from "@/ui/Notice";
import styles from "./pages.module.css";

/** What the router shows when a page throws or its first data cannot be had. */
export function ErrorPage({ error }: { error: unknown }) {
  const text = error instanceof ApiError ? explain(error) : m.common.crashedText;
  return (
    <EmptyState
      heading="h1"
      role="alert"
      icon={TriangleAlert}
      title={m.common.crashedTitle}
      text={
        <>
          <p>{text}</p>
          {error instanceof ApiError && error.requestId && (
            <p className="meta">{m.common.requestId(error.requestId)}</p>
          )}
        </>
      }
      action={
        <button type="button" className={styles.button} onClick={() => location.reload()}>
          {m.common.reload}
        </button>
      }
    />
  );
}
