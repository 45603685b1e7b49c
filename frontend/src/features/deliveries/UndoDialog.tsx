import { Button, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { useState } from "react";
import { explain } from "@/api/problem";
import { undoPlanQuery, useUndoDeliveries } from "@/api/queries/deliveries";
import type { UndoScope, WrittenRecord } from "@/api/types";
import { deliveries } from "@/i18n/en/deliveries";
import { m } from "@/i18n/messages.en";
import { ConfirmDialog } from "@/ui/ConfirmDialog";
import { failToast, toast } from "@/ui/toast";
import styles from "./DeliveriesTable.module.css";
import { UNDO_MINUTES, undoneCount } from "./model";
import { UndoPlan } from "./UndoPlan";

const t = deliveries.undo;
const MINUTE_MS = 60_000;

/** Takes one record back after showing what that would do. */
export function UndoOne({ record }: { record: WrittenRecord }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button
        size="sm"
        variant="subtle"
        color="gray"
        className={styles.quiet}
        leftSection={<Undo2 size={16} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        {t.one}
      </Button>
      {asking && (
        <UndoDialog
          title={t.titleOne}
          scope={{ delivery_ids: [record.id] }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

/** Takes back what was written lately, for when a rule or a threshold turned out wrong. */
export function UndoRecent() {
  const [scope, setScope] = useState<(UndoScope & { minutes: number }) | null>(null);
  const open = (minutes: number) => {
    // Held from here on: what is written while somebody reads the list is no part of it.
    const now = Date.now();
    setScope({
      minutes,
      since: new Date(now - minutes * MINUTE_MS).toISOString(),
      until: new Date(now).toISOString(),
    });
  };
  const { minutes, ...asked } = scope ?? {};
  return (
    <>
      <Button
        size="sm"
        variant="default"
        leftSection={<Undo2 size={16} aria-hidden />}
        onClick={() => open(UNDO_MINUTES[1])}
      >
        {t.many}
      </Button>
      {scope && (
        <UndoDialog title={t.titleMany} scope={asked} onClose={() => setScope(null)}>
          <NativeSelect
            label={t.since}
            value={String(minutes)}
            data={UNDO_MINUTES.map((each) => ({ value: String(each), label: t.periods[each] }))}
            onChange={(event) => open(Number(event.currentTarget.value))}
          />
        </UndoDialog>
      )}
    </>
  );
}

interface UndoDialogProps {
  title: string;
  scope: UndoScope;
  children?: React.ReactNode;
  onClose(): void;
}

/** First a rehearsal that changes nothing: what would be deleted, closed or left, and why. Then the same for real. */
function UndoDialog({ title, scope, children, onClose }: UndoDialogProps) {
  const plan = useQuery(undoPlanQuery(scope));
  const undo = useUndoDeliveries();
  const count = plan.data ? undoneCount(plan.data) : 0;
  const confirm = () => {
    if (count === 0) return onClose();
    undo.mutate(scope, {
      onSuccess: (outcome) => {
        onClose();
        toast(t.done(undoneCount(outcome), outcome.refused.length));
      },
      onError: (error) => failToast(t.failed, explain(error)),
    });
  };
  return (
    <ConfirmDialog
      opened
      danger={count > 0}
      title={title}
      confirm={count > 0 ? t.confirm(count) : m.common.close}
      busy={undo.isPending || plan.isPending}
      onConfirm={confirm}
      onClose={onClose}
    >
      {children}
      {scope.rule && <p>{t.rule(scope.rule)}</p>}
      <p className="meta">{t.explain}</p>
      <UndoPlan plan={plan} />
    </ConfirmDialog>
  );
}
