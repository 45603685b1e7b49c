import { Button, Textarea } from "@mantine/core";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { deadLetters as t } from "@/i18n/en/deadLetters";
import { ConfirmDialog } from "./ConfirmDialog";
import styles from "./DiscardButton.module.css";

interface DiscardButtonProps {
  /** What is discarded, as its own line of the question. */
  what: string;
  title: string;
  busy: boolean;
  /** Called with a reason that is not empty; `done` closes the dialog. */
  onDiscard(reason: string, done: () => void): void;
}

/** Gives something up after asking why: the reason is kept for whoever looks later. */
export function DiscardButton({ what, title, busy, onDiscard }: DiscardButtonProps) {
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const confirm = () => {
    if (!reason.trim()) return setMissing(true);
    onDiscard(reason.trim(), () => setAsking(false));
  };
  return (
    <>
      <Button
        size="sm"
        variant="subtle"
        color="gray"
        className={styles.discard}
        leftSection={<Trash2 size={16} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        {t.discard}
      </Button>
      <ConfirmDialog
        danger
        opened={asking}
        title={title}
        confirm={t.discard}
        busy={busy}
        onConfirm={confirm}
        onClose={() => setAsking(false)}
      >
        <p>
          <strong>{what}</strong>
        </p>
        <p>{t.discardText}</p>
        <Textarea
          data-autofocus
          label={t.discardReason}
          rows={2}
          value={reason}
          error={missing ? t.discardReasonNeeded : undefined}
          onChange={(event) => {
            setMissing(false);
            setReason(event.currentTarget.value);
          }}
        />
      </ConfirmDialog>
    </>
  );
}
