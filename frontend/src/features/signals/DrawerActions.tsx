import { Button, Textarea } from "@mantine/core";
import {
  BellOff,
  Check,
  ClipboardCopy,
  ClipboardPlus,
  ExternalLink,
  NotebookPen,
  RotateCcw,
  ThumbsUp,
  UserPlus,
  X,
} from "lucide-react";
import { type FormEvent, useState } from "react";
import { useMe } from "@/api/queries/session";
import type { SignalDetail } from "@/api/types";
import { triage } from "@/i18n/en/triage";
import { m } from "@/i18n/messages.en";
import { toast } from "@/ui/toast";
import styles from "./DrawerActions.module.css";
import { callBrief, summary } from "./model";
import { useTriage } from "./useTriage";

/** Browsers give the clipboard only to secure pages. */
const canCopy = typeof navigator !== "undefined" && navigator.clipboard !== undefined;

export function DrawerActions({ signal: detail, creating }: { signal: SignalDetail; creating: boolean }) {
  const { allowed, run, ask } = useTriage();
  const me = useMe();
  const [noting, setNoting] = useState(false);
  const signal = summary(detail);
  const isOpen = signal.status === "open" || signal.status === "snoozed";
  const copy = async () => {
    await navigator.clipboard.writeText(callBrief(signal));
    toast(m.signals.drawer.briefCopied);
  };

  return (
    <div className={styles.box}>
      {allowed ? (
        <div className={styles.row}>
          {isOpen ? (
            <>
              <Button
                size="sm"
                leftSection={<Check size={16} aria-hidden />}
                onClick={() => void run(signal, { action: "handle" })}
              >
                {triage.handle}
              </Button>
              <Button
                size="sm"
                variant="default"
                leftSection={<BellOff size={16} aria-hidden />}
                onClick={() => ask("snooze", signal)}
              >
                {triage.snooze}
              </Button>
              <Button
                size="sm"
                variant="default"
                leftSection={<X size={16} aria-hidden />}
                onClick={() => ask("dismiss", signal)}
              >
                {triage.dismiss}
              </Button>
            </>
          ) : (
            <Button
              size="sm"
              variant="default"
              leftSection={<RotateCcw size={16} aria-hidden />}
              onClick={() => void run(signal, { action: "reopen" })}
            >
              {triage.reopen}
            </Button>
          )}
          {signal.confirmed !== true && (
            <Button
              size="sm"
              variant="default"
              title={triage.confirmTitle}
              leftSection={<ThumbsUp size={16} aria-hidden />}
              onClick={() => void run(signal, { action: "confirm" })}
            >
              {triage.confirm}
            </Button>
          )}
          <Button
            size="sm"
            variant="default"
            leftSection={<UserPlus size={16} aria-hidden />}
            onClick={() => ask("assign", signal)}
          >
            {triage.assign}
          </Button>
          {signal.delivery_state === "none" && (
            <Button
              size="sm"
              variant="default"
              disabled={creating}
              leftSection={<ClipboardPlus size={16} aria-hidden />}
              onClick={() => void run(signal, { action: "create_task" })}
            >
              {creating ? m.signals.creating : triage.createTask}
            </Button>
          )}
          <Button
            size="sm"
            variant="default"
            aria-expanded={noting}
            leftSection={<NotebookPen size={16} aria-hidden />}
            onClick={() => setNoting(!noting)}
          >
            {triage.note}
          </Button>
        </div>
      ) : (
        <p className="meta">{triage.readOnly(m.common.roles[me.member.role])}</p>
      )}
      {noting && (
        <NoteForm onSave={(text) => run(signal, { action: "note", text })} onDone={() => setNoting(false)} />
      )}
      <div className={styles.links}>
        {signal.permalink && (
          <a href={signal.permalink} target="_blank" rel="noreferrer">
            <ExternalLink size={14} aria-hidden /> {m.signals.drawer.slack}
          </a>
        )}
        {canCopy && (
          <button type="button" onClick={() => void copy()}>
            <ClipboardCopy size={14} aria-hidden /> {m.signals.drawer.brief}
          </button>
        )}
      </div>
    </div>
  );
}

function NoteForm({ onSave, onDone }: { onSave(text: string): Promise<boolean>; onDone(): void }) {
  const [text, setText] = useState("");
  const [saving, setSaving] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim()) return;
    setSaving(true);
    const saved = await onSave(text.trim());
    setSaving(false);
    if (saved) onDone();
  };
  return (
    <form onSubmit={submit} className={styles.note}>
      <Textarea
        autoFocus
        autosize={false}
        rows={3}
        label={triage.noteLabel}
        placeholder={triage.notePlaceholder}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button size="sm" type="submit" loading={saving}>
        {triage.noteSave}
      </Button>
    </form>
  );
}
