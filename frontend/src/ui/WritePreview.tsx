import { Button, Skeleton } from "@mantine/core";
import { ArrowRight, CircleDashed, type LucideIcon, MessageSquare, Pencil, Plus } from "lucide-react";
import { useState } from "react";
import { preview as t } from "@/i18n/en/preview";
import { m } from "@/i18n/messages.en";
import { ConfirmDialog } from "./ConfirmDialog";
import { systemName } from "./crm";
import { ErrorState } from "./ErrorState";
import { recordName } from "./recordName";
import styles from "./WritePreview.module.css";

type Action = "create" | "update" | "comment" | "skip";
const ICONS: Record<Action, LucideIcon> = {
  create: Plus,
  update: Pencil,
  comment: MessageSquare,
  skip: CircleDashed,
};
const ACTIONS: Action[] = ["create", "update", "comment", "skip"];
/** So many are shown at once: enough to see what kind of writes they are. */
const STEP = 10;

/** One write that would happen, or would not and why. */
export interface Write {
  system: string;
  record_type: string;
  action: Action;
  account?: { name: string } | null;
  signal?: { title: string } | null;
  fields: { name: string; label: string; before?: string | null; after?: string | null }[];
  reason?: string | null;
}

interface WritePreviewDialogProps {
  title: string;
  intro: string;
  /** What would be written; null while it is being worked out, or when that failed. */
  plan: { would_write: Write[]; counts: Record<Action, number>; has_more: boolean } | null;
  /** Why there is none. */
  error: string | null;
  confirm: string;
  busy: boolean;
  retry(): void;
  onConfirm(): void;
  onClose(): void;
}

/** Shows what a rule, a threshold, an import or a mapping would write before it is put into force. */
export function WritePreviewDialog({
  title,
  intro,
  plan,
  error,
  confirm,
  busy,
  retry,
  onConfirm,
  onClose,
}: WritePreviewDialogProps) {
  return (
    <ConfirmDialog
      opened
      size="lg"
      title={title}
      confirm={confirm}
      busy={busy}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p>{intro}</p>
      {error !== null ? (
        <ErrorState what={t.what} message={error} retry={retry} />
      ) : plan === null ? (
        <div role="status" aria-label={m.common.loading} className={styles.writes}>
          <Skeleton height={20} width="40%" />
          <Skeleton height={72} radius={8} />
          <Skeleton height={72} radius={8} />
        </div>
      ) : (
        <Plan writes={plan.would_write} counts={plan.counts} more={plan.has_more} />
      )}
    </ConfirmDialog>
  );
}

interface PlanProps {
  writes: Write[];
  counts: Record<Action, number>;
  more: boolean;
}

function Plan({ writes, counts, more }: PlanProps) {
  const [shown, setShown] = useState(STEP);
  const summary = ACTIONS.flatMap((action) => (counts[action] > 0 ? t.counts[action](counts[action]) : []));
  if (writes.length === 0) return <p role="status">{t.nothing}</p>;
  return (
    <>
      <p role="status">
        <strong>{summary.join(", ")}</strong>
        {more && ` ${t.hasMore}`}
      </p>
      <ul className={styles.writes} aria-label={t.title}>
        {writes.slice(0, shown).map((write, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a write that has not happened has no id, and the list is never reordered
          <WriteItem key={index} write={write} />
        ))}
      </ul>
      {writes.length > shown && (
        <Button size="sm" variant="default" onClick={() => setShown(shown + STEP)}>
          {t.more(Math.min(STEP, writes.length - shown))}
        </Button>
      )}
    </>
  );
}

function WriteItem({ write }: { write: Write }) {
  const Icon = ICONS[write.action];
  const subject = write.account?.name ?? write.signal?.title;
  return (
    <li className={styles.write} data-action={write.action}>
      <p className={styles.head}>
        <Icon size={16} aria-hidden />
        <span>
          {subject && <strong>{subject}: </strong>}
          {recordName(write.system, write.record_type)} {t.inSystem(systemName(write.system))}{" "}
          {t.actions[write.action]}
          {write.reason && <span className={`meta ${styles.reason}`}>{write.reason}</span>}
        </span>
      </p>
      {write.fields.length > 0 && (
        <dl className={styles.fields}>
          {write.fields.map(({ name, label, before, after }) => (
            <div key={name}>
              <dt className="meta">{label}</dt>
              <dd>
                <span className="sr-only">{t.before}: </span>
                {before ? <del>{before}</del> : <span className="meta">{t.empty}</span>}
                <ArrowRight size={14} aria-hidden />
                <span className="sr-only">{t.after}: </span>
                {after ? <ins>{after}</ins> : <span className="meta">{t.empty}</span>}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}
