import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Ban, CircleCheck, CircleX, Clock, LoaderCircle, type LucideIcon } from "lucide-react";
import { explain } from "@/api/problem";
import { backfillsQuery, isReading, useCancelBackfill } from "@/api/queries/channels";
import type { Backfill, BackfillState } from "@/api/types";
import { channels as texts } from "@/i18n/en/channels";
import { channelName, dayDate, shortDate } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import { useNow } from "@/ui/clock";
import { ProgressBar } from "@/ui/ProgressBar";
import { StatusWord, type Tone } from "@/ui/StatusWord";
import { failToast } from "@/ui/toast";
import styles from "./Backfills.module.css";
import { backfillShare } from "./model";

const t = texts.history;
/** What has ended is shown a little longer, so that nobody wonders where it went. */
const ENDED_SHOWN = 2;
const STATE: Record<BackfillState, { icon: LucideIcon; tone: Tone }> = {
  queued: { icon: Clock, tone: "plain" },
  running: { icon: LoaderCircle, tone: "plain" },
  waiting: { icon: Clock, tone: "plain" },
  done: { icon: CircleCheck, tone: "good" },
  failed: { icon: CircleX, tone: "bad" },
  cancelled: { icon: Ban, tone: "plain" },
};

/** The histories that are being read: how far, how fast, and when Slack is asked again. */
export function Backfills() {
  const query = useQuery(backfillsQuery);
  const all = query.data ?? [];
  const shown = [
    ...all.filter(isReading),
    ...all.filter((backfill) => !isReading(backfill)).slice(0, ENDED_SHOWN),
  ];
  if (query.isError) {
    return (
      <p role="alert" className={styles.error}>
        {m.common.errorTitle(t.what)}. {explain(query.error)}{" "}
        <Button variant="default" onClick={() => void query.refetch()}>
          {m.common.retry}
        </Button>
      </p>
    );
  }
  if (shown.length === 0) return null;
  return (
    <section className={styles.box} aria-labelledby="backfills">
      <h2 id="backfills">{t.list}</h2>
      <ul className={styles.list}>
        {shown.map((backfill) => (
          <Row key={backfill.id} backfill={backfill} />
        ))}
      </ul>
    </section>
  );
}

function Row({ backfill }: { backfill: Backfill }) {
  const now = useNow();
  const cancel = useCancelBackfill();
  const { state, messages, oldest_reached, next_request_at, requested_days, profile } = backfill;
  const what = backfill.channel ? channelName(backfill.channel.name) : t.everything;
  const reading = isReading(backfill);
  const { icon, tone } = STATE[state];
  const facts = [
    t.read(messages),
    oldest_reached ? t.back(dayDate(oldest_reached, now)) : null,
    t.goal(requested_days),
    reading && next_request_at ? t.next(shortDate(next_request_at, now)) : null,
    reading ? t.profiles[profile] : null,
    backfill.error,
  ].filter(Boolean);
  return (
    <li className={styles.row}>
      <div className={styles.line}>
        <strong>{what}</strong>
        <StatusWord icon={icon} tone={tone}>
          {t.states[state]}
        </StatusWord>
        {reading && (
          <Button
            variant="default"
            className={styles.stop}
            aria-label={t.cancelThis(what)}
            loading={cancel.isPending}
            onClick={() =>
              cancel.mutate(backfill.id, {
                onError: (error) => failToast(t.cancelFailed, explain(error)),
              })
            }
          >
            {t.cancel}
          </Button>
        )}
      </div>
      {reading && <ProgressBar label={t.progress(what)} value={backfillShare(backfill, now)} hideLabel />}
      <span className="meta">{facts.join(" · ")}</span>
    </li>
  );
}
