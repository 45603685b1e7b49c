import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleX, Clock, LoaderCircle, type LucideIcon } from "lucide-react";
import { isRunning } from "@/api/queries/imports";
import type { Import } from "@/api/types";
import { imports as t } from "@/i18n/en/connections";
import { ProgressBar } from "@/ui/ProgressBar";
import { StatusWord, type Tone } from "@/ui/StatusWord";
import { Ago } from "@/ui/Time";
import styles from "./ImportPanel.module.css";

const STATE: Record<Import["state"], { icon: LucideIcon; tone: Tone }> = {
  queued: { icon: Clock, tone: "plain" },
  running: { icon: LoaderCircle, tone: "plain" },
  done: { icon: CircleCheck, tone: "good" },
  failed: { icon: CircleX, tone: "bad" },
};

export function ImportRow({ item }: { item: Import }) {
  const { icon, tone } = STATE[item.state];
  const share = item.messages_total > 0 ? (100 * item.messages_done) / item.messages_total : 0;
  const facts = isRunning(item)
    ? [
        t.progress(item.messages_done, item.messages_total),
        t.channels(item.channels_done, item.channels_total),
      ]
    : item.messages_done > 0
      ? [t.whole(item.messages_done, item.channels_done)]
      : [];
  if (facts.length > 0) facts.push(t.found(item.signals_found));
  if (item.skipped > 0) facts.push(t.skipped(item.skipped));
  return (
    <li className={styles.row}>
      <div className={styles.line}>
        <strong>{item.file_name}</strong>
        <StatusWord icon={icon} tone={tone}>
          {t.states[item.state]}
        </StatusWord>
      </div>
      {isRunning(item) && <ProgressBar label={item.file_name} value={share} hideLabel />}
      {item.error && <p>{item.error}</p>}
      <div className={styles.line}>
        <span className="meta">
          {item.state !== "queued" && facts.map((fact) => `${fact} · `)}
          <Ago iso={item.finished_at ?? item.created_at} />
        </span>
        {item.state === "done" && item.signals_found > 0 && (
          <Link to="/" search={{ period: "all" }}>
            {t.see}
          </Link>
        )}
      </div>
    </li>
  );
}
