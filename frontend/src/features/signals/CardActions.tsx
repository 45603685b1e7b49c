import { ActionIcon, Button } from "@mantine/core";
import { BellOff, Check, ClipboardPlus, ExternalLink, RotateCcw, UserPlus, X } from "lucide-react";
import type { Signal } from "@/api/types";
import { m } from "@/i18n/messages.en";
import styles from "./CardActions.module.css";
import { useTriage } from "./useTriage";

/** What can be done with a signal from its card. Each has a key too: e, s, x, a, c. */
export function CardActions({ signal, creating }: { signal: Signal; creating: boolean }) {
  const { allowed, run, ask } = useTriage();
  const isOpen = signal.status === "open" || signal.status === "snoozed";
  return (
    <div className={styles.actions}>
      {signal.permalink && (
        <ActionIcon
          component="a"
          href={signal.permalink}
          target="_blank"
          rel="noreferrer"
          variant="subtle"
          color="gray"
          aria-label={m.signals.drawer.slack}
          title={m.signals.drawer.slack}
        >
          <ExternalLink size={16} aria-hidden />
        </ActionIcon>
      )}
      {allowed && (
        <>
          {signal.delivery_state === "none" && (
            <Tool
              label={m.triage.createTask}
              icon={ClipboardPlus}
              busy={creating}
              onClick={() => void run(signal, { action: "create_task" })}
            />
          )}
          <Tool label={m.triage.assign} icon={UserPlus} onClick={() => ask("assign", signal)} />
          {isOpen ? (
            <>
              <Tool label={m.triage.snooze} icon={BellOff} onClick={() => ask("snooze", signal)} />
              <Tool label={m.triage.dismiss} icon={X} onClick={() => ask("dismiss", signal)} />
              <Button
                variant="default"
                leftSection={<Check size={14} aria-hidden />}
                onClick={() => void run(signal, { action: "handle" })}
              >
                <span className={styles.long}>{m.triage.handle}</span>
                <span className={styles.short}>{m.triage.handleShort}</span>
              </Button>
            </>
          ) : (
            <Button
              variant="default"
              leftSection={<RotateCcw size={14} aria-hidden />}
              onClick={() => void run(signal, { action: "reopen" })}
            >
              {m.triage.reopen}
            </Button>
          )}
        </>
      )}
    </div>
  );
}

function Tool({
  label,
  icon: Icon,
  busy,
  onClick,
}: {
  label: string;
  icon: typeof X;
  busy?: boolean;
  onClick: () => void;
}) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={label}
      title={label}
      loading={busy}
      onClick={onClick}
    >
      <Icon size={16} aria-hidden />
    </ActionIcon>
  );
}
