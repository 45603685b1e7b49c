import { Button } from "@mantine/core";
import { RotateCcw } from "lucide-react";
import { explain } from "@/api/problem";
import { useDiscardDelivery, useRetryDelivery } from "@/api/queries/deliveries";
import type { Delivery } from "@/api/types";
import { deliveries as t } from "@/i18n/en/deliveries";
import { DiscardButton } from "@/ui/DiscardButton";
import { recordName } from "@/ui/recordName";
import { failToast, toast } from "@/ui/toast";
import styles from "./DeliveriesTable.module.css";
import { canDiscard, canRetry } from "./model";
import { UndoOne } from "./UndoDialog";

/** What can be done about one record. Nothing here is optimistic: the row changes when the server says so. */
export function DeliveryActions({ record }: { record: Delivery }) {
  return (
    <div className={styles.buttons}>
      {canRetry(record) && <Retry record={record} />}
      {canDiscard(record) && <Discard record={record} />}
      {record.undo?.state === "possible" && <UndoOne record={record} />}
      {record.undo?.state === "refused" && record.undo.reason && (
        <span className={`meta ${styles.undoRefused}`}>{t.undo.refusedBecause(record.undo.reason)}</span>
      )}
    </div>
  );
}

function Retry({ record }: { record: Delivery }) {
  const retry = useRetryDelivery();
  return (
    <Button
      size="sm"
      variant="default"
      loading={retry.isPending}
      leftSection={<RotateCcw size={16} aria-hidden />}
      onClick={() =>
        retry.mutate(record.id, {
          onSuccess: () => toast(t.retried),
          onError: (error) => failToast(t.retryFailed, explain(error)),
        })
      }
    >
      {t.retry}
    </Button>
  );
}

function Discard({ record }: { record: Delivery }) {
  const discard = useDiscardDelivery();
  return (
    <DiscardButton
      what={[recordName(record.system, record.record_type), record.account?.name ?? record.signal?.title]
        .filter(Boolean)
        .join(": ")}
      title={t.discardTitle}
      busy={discard.isPending}
      onDiscard={(reason, done) =>
        discard.mutate(
          { id: record.id, reason },
          {
            onSuccess: () => {
              done();
              toast(t.discarded);
            },
            onError: (error) => failToast(t.discardFailed, explain(error)),
          },
        )
      }
    />
  );
}
