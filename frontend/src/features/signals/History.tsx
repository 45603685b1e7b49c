import { Link } from "@tanstack/react-router";
import { ClipboardCheck, ExternalLink, Handshake, Radar } from "lucide-react";
import type { RelatedRecord, SignalDetail } from "@/api/types";
import { words } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import { KindIcon } from "@/ui/category";
import { Ago } from "@/ui/Time";
import styles from "./History.module.css";

const ICONS = { signal: Radar, task: ClipboardCheck, opportunity: Handshake };

/** Earlier signals, tasks and opportunities that have to do with this one; signals open here, the others in their system. */
export function RelatedList({ related }: { related: RelatedRecord[] }) {
  return (
    <ul className={styles.list}>
      {related.map((record) => (
        <li key={`${record.type}-${record.id}`}>
          {record.kind ? <KindIcon kind={record.kind} /> : <RecordIcon type={record.type} />}
          <span className={styles.grow}>
            <RelatedTitle record={record} />
            <span className="meta">
              {[m.signals.record[record.type], record.status && words(record.status)]
                .filter(Boolean)
                .join(", ")}
              , <Ago iso={record.at} />
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}

function RelatedTitle({ record }: { record: RelatedRecord }) {
  if (record.type === "signal") {
    return (
      <Link to="/signals/$id" params={{ id: record.id }} resetScroll={false}>
        {record.title}
      </Link>
    );
  }
  if (!record.url) return <span>{record.title}</span>;
  return (
    <a href={record.url} target="_blank" rel="noreferrer">
      {record.title} <ExternalLink size={12} aria-hidden />
    </a>
  );
}

function RecordIcon({ type }: { type: RelatedRecord["type"] }) {
  const Icon = ICONS[type];
  return <Icon size={14} aria-hidden />;
}

/** What happened to the signal, the newest first. */
export function ActivityList({ activity }: { activity: SignalDetail["activity"] }) {
  return (
    <ol className={styles.list}>
      {activity
        .toSorted((a, b) => b.at.localeCompare(a.at))
        .map(({ at, actor, action, detail }) => (
          <li key={`${at}-${action}`}>
            <span className={styles.grow}>
              <span>
                {m.signals.activity[action] ?? words(action)}
                {detail && <span className={styles.detail}>: {detail}</span>}
              </span>
              <span className="meta">
                {actor ?? m.signals.system_actor}, <Ago iso={at} />
              </span>
            </span>
          </li>
        ))}
    </ol>
  );
}
