import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { explain } from "@/api/problem";
import { useStartBackfill } from "@/api/queries/channels";
import type { Channel } from "@/api/types";
import { channels as texts } from "@/i18n/en/channels";
import { ConfirmDialog } from "@/ui/ConfirmDialog";
import { useReturnFocus } from "@/ui/returnFocus";
import { failToast, toast } from "@/ui/toast";
import styles from "./dialogs.module.css";

const t = texts.history;
const DAYS = [7, 30, 90, 365];

/** Asks how far back a channel's messages shall be read, and starts it. */
export default function HistoryDialog({
  channel,
  onClose,
}: {
  channel: Pick<Channel, "id" | "name">;
  onClose(): void;
}) {
  useReturnFocus();
  const [days, setDays] = useState("30");
  const start = useStartBackfill();
  const confirm = () =>
    start.mutate(
      { channel_id: channel.id, days: Number(days) },
      {
        onSuccess: () => {
          onClose();
          toast(t.started(channel.name));
        },
        onError: (error) => failToast(t.startFailed, explain(error)),
      },
    );
  return (
    <ConfirmDialog
      opened
      title={t.title(channel.name)}
      confirm={t.start}
      busy={start.isPending}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{t.text}</p>
      <div className={styles.stack}>
        <h3>{t.howFar}</h3>
        <SegmentedControl
          aria-label={t.howFar}
          value={days}
          onChange={setDays}
          data={DAYS.map((value) => ({ value: String(value), label: t.days(value) }))}
        />
      </div>
    </ConfirmDialog>
  );
}
