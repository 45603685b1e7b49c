import { Button } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import type { NotificationRoutes } from "@/api/types";
import { notifications } from "@/i18n/en/notifications";
import { patiently } from "@/ui/patiently";
import styles from "./NotificationsPage.module.css";

const ChannelDialog = lazy(patiently(() => import("./ChannelDialog")));
const t = notifications.rules;

type Channel = NonNullable<NotificationRoutes["team_channel"]>;

/** The one channel of the team's own that alerts can go to. */
export function TeamChannel({
  channel,
  onChange,
}: {
  channel: Channel | null;
  onChange(channel: Channel | null): void;
}) {
  const [choosing, setChoosing] = useState(false);
  return (
    <section className={styles.part} aria-labelledby="team-channel">
      <h2 id="team-channel">{t.teamChannel}</h2>
      {channel ? (
        <p>{t.channelName(channel.name ?? channel.slack_channel_id)}</p>
      ) : (
        <p className={styles.hint}>{t.noTeamChannel}</p>
      )}
      <div className={styles.row}>
        <Button variant="default" onClick={() => setChoosing(true)}>
          {t.chooseChannel}
        </Button>
        {channel && (
          <Button variant="default" onClick={() => onChange(null)}>
            {t.removeChannel}
          </Button>
        )}
      </div>
      <Suspense fallback={null}>
        {choosing && <ChannelDialog onClose={() => setChoosing(false)} onChoose={onChange} />}
      </Suspense>
    </section>
  );
}
