import { Button, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { useState } from "react";
import { explain } from "@/api/problem";
import { undoPlanQuery, useUndoDeliveries } from "@/api/queries/deliveries";
import type { Delivery, UndoScope, WritingRule } from "@/api/types";
import { deliveries } from "@/i18n/en/deliveries";
import { m } from "@/i18n/messages.en";
import { ConfirmDialog } from "@/ui/ConfirmDialog";
import { failToast, toast } from "@/ui/toast";
import styles from "./DeliveriesTable.module.css";
import { RULES, UNDO_MINUTES, undoneCount } from "./model";
import { UndoPlan } from "./UndoPlan";

const t = deliveries.undo;
const MINUTE_MS = 60_000;

/** Takes one record back after showing what that would do. */
export function UndoOne({ record }: { record: Delivery }) {
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

/** Takes back what was written lately, for when a threshold or a mapping turned out wrong. */
export function UndoRecent() {
  const [choice, setChoice] = useState<{ minutes: number; scope: UndoScope } | null>(null);
  const choose = (minutes: number, rule: WritingRule | undefined) => {
    // Held from here on: what is written while somebody reads the list is no part of it.
    const now = Date.now();
    const since = new Date(now - minutes * MINUTE_MS).toISOString();
    setChoice({ minutes, scope: { since, until: new Date(now).toISOString(), ...(rule ? { rule } : {}) } });
  };
  return (
    <>
      <Button
        size="sm"
        variant="default"
        leftSection={<Undo2 size={16} aria-hidden />}
        onClick={() => choose(UNDO_MINUTES[1], undefined)}
      >
        {t.many}
      </Button>
      {choice && (
        <UndoDialog title={t.titleMany} scope={choice.scope} onClose={() => setChoice(null)}>
          <NativeSelect
            label={t.since}
            value={String(choice.minutes)}
            data={UNDO_MINUTES.map((each) => ({ value: String(each), label: t.periods[each] }))}
            onChange={(event) => choose(Number(event.currentTarget.value), choice.scope.rule ?? undefined)}
          />
          <NativeSelect
            label={t.rule}
            value={choice.scope.rule ?? ""}
            data={[
              { value: "", label: t.anyRule },
              ...RULES.map((value) => ({ value, label: t.rules[value] })),
            ]}
            onChange={(event) =>
              choose(
                choice.minutes,
                RULES.find((each) => each === event.currentTarget.value),
              )
            }
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
      <p className="meta">{t.explain}</p>
      <UndoPlan plan={plan} />
    </ConfirmDialog>
  );
}
