import { CircleAlert } from "lucide-react";
import { m } from "@/i18n/messages.en";
import { Button } from "./Button";
import { EmptyState } from "./Notice";

/** Says what could not be loaded, why, and offers to try again. */
export function ErrorState({
  what,
  message,
  reference,
  retry,
}: {
  what: string;
  message: string;
  reference?: string | null;
  retry: () => void;
}) {
  return (
    <EmptyState
      role="alert"
      icon={CircleAlert}
      title={m.common.errorTitle(what)}
      text={
        <>
          <p>{message}</p>
          {reference && <p className="meta">{m.common.requestId(reference)}</p>}
        </>
      }
      action={
        <Button size="sm" variant="default" onClick={retry}>
          {m.common.retry}
        </Button>
      }
    />
  );
}
