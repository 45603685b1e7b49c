import {
  BellOff,
  Check,
  ClipboardPlus,
  ExternalLink,
  type LucideIcon,
  RotateCcw,
  UserPlus,
  X,
} from "lucide-react";
import type { Signal } from "@/api/types";
import { triage } from "@/i18n/en/triage";
import { m } from "@/i18n/messages.en";
import styles from "./CardActions.module.css";
import { useTriage } from "./useTriage";

/**
 * What can be done with a signal from its card. Each has a key too: e, s, x, a, c.
 * Plain buttons: a hundred of them stand on the first screen, and the component library's cost ten times as much to draw.
 */
export function CardActions({ signal, creating }: { signal: Signal; creating: boolean }) {
  const { allowed, run, ask } = useTriage();
  const isOpen = signal.status === "open" || signal.status === "snoozed";
  return (
    <div className={styles.actions}>
      {signal.permalink && (
        <a
          className={styles.tool}
          href={signal.permalink}
          target="_blank"
          rel="noreferrer"
          aria-label={m.signals.drawer.slack}
          title={m.signals.drawer.slack}
        >
          <ExternalLink size={16} aria-hidden />
        </a>
      )}
      {allowed && (
        <>
          {signal.delivery_state === "none" && !creating && (
            <Tool
              label={triage.createTask}
              icon={ClipboardPlus}
              onClick={() => void run(signal, { action: "create_task" })}
            />
          )}
          <Tool label={triage.assign} icon={UserPlus} onClick={() => ask("assign", signal)} />
          {isOpen ? (
            <>
              <Tool label={triage.snooze} icon={BellOff} onClick={() => ask("snooze", signal)} />
              <Tool label={triage.dismiss} icon={X} onClick={() => ask("dismiss", signal)} />
              <button
                type="button"
                className={styles.main}
                onClick={() => void run(signal, { action: "handle" })}
              >
                <Check size={14} aria-hidden />
                <span className={styles.long}>{triage.handle}</span>
                <span className={styles.short}>{triage.handleShort}</span>
              </button>
            </>
          ) : (
            <button
              type="button"
              className={styles.main}
              onClick={() => void run(signal, { action: "reopen" })}
            >
              <RotateCcw size={14} aria-hidden />
              {triage.reopen}
            </button>
          )}
        </>
      )}
    </div>
  );
}

function Tool({ label, icon: Icon, onClick }: { label: string; icon: LucideIcon; onClick: () => void }) {
  return (
    <button type="button" className={styles.tool} aria-label={label} title={label} onClick={onClick}>
      <Icon size={16} aria-hidden />
    </button>
  );
}
