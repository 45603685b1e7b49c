import { Button } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import type { NotificationPreferences } from "@/api/types";
import { notifications } from "@/i18n/en/notifications";
import { timeIn } from "@/i18n/format";
import { useNow } from "@/ui/clock";
import { patiently } from "@/ui/patiently";
import { zoneName } from "./model";
import styles from "./NotificationsPage.module.css";
import type { PartProps } from "./PreferenceParts";

const TimezoneDialog = lazy(patiently(() => import("./TimezoneDialog")));
const t = notifications.timezone;

/** Whose clock all times on this page are told by, and where that comes from. */
export function Timezone({
  draft,
  saved,
  onChange,
}: Pick<PartProps, "draft" | "onChange"> & { saved: NotificationPreferences }) {
  const now = useNow();
  const [choosing, setChoosing] = useState(false);
  const { timezone } = draft;
  return (
    <section className={styles.part} aria-labelledby="timezone">
      <h2 id="timezone">{t.title}</h2>
      <div>
        <p>{t.now(zoneName(timezone), timeIn(now, timezone))}</p>
        <p className={styles.hint}>
          {timezone === saved.timezone ? t.sources[saved.timezone_source] : t.afterSaving}
        </p>
      </div>
      <div>
        <Button variant="default" onClick={() => setChoosing(true)}>
          {t.change}
        </Button>
      </div>
      <Suspense fallback={null}>
        {choosing && (
          <TimezoneDialog
            current={timezone}
            onClose={() => setChoosing(false)}
            onChoose={(zone) => onChange({ timezone: zone })}
          />
        )}
      </Suspense>
    </section>
  );
}
