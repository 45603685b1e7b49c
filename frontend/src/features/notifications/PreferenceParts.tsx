import { NativeSelect, Switch, TextInput } from "@mantine/core";
import type { NotificationPreferences, Weekday } from "@/api/types";
import { notifications as t } from "@/i18n/en/notifications";
import { shortDateIn } from "@/i18n/format";
import { useNow } from "@/ui/clock";
import { KindChoice } from "./KindChoice";
import { confidenceChoices, isSame, MAX_BUDGET, type PreferenceFaults } from "./model";
import styles from "./NotificationsPage.module.css";

const DAYS = Object.keys(t.digest.days) as Weekday[];

export interface PartProps {
  draft: NotificationPreferences;
  faults: PreferenceFaults;
  onChange(part: Partial<NotificationPreferences>): void;
}

/** What is told as soon as it is found, and how much of it in a day. */
export function Immediate({ draft, faults, onChange }: PartProps) {
  const { immediate, daily_budget: budget } = draft;
  return (
    <section className={styles.part} aria-labelledby="immediate">
      <h2 id="immediate">{t.immediate.title}</h2>
      <p className={styles.hint}>{t.immediate.intro}</p>
      <KindChoice
        label={t.immediate.kinds}
        kinds={immediate.kinds}
        onChange={(kinds) => onChange({ immediate: { ...immediate, kinds } })}
      />
      <div className={styles.row}>
        <NativeSelect
          label={t.immediate.confidence}
          value={String(immediate.min_confidence)}
          data={confidenceChoices(immediate.min_confidence).map((value) => ({
            value: String(value),
            label: t.immediate.atLeast(value),
          }))}
          onChange={(event) =>
            onChange({ immediate: { ...immediate, min_confidence: Number(event.currentTarget.value) } })
          }
        />
        <TextInput
          label={t.immediate.budget}
          description={t.immediate.budgetHint}
          inputWrapperOrder={["label", "input", "description", "error"]}
          type="number"
          inputMode="numeric"
          min={0}
          max={MAX_BUDGET}
          value={Number.isNaN(budget) ? "" : budget}
          error={faults.budget ? t.immediate.budgetInvalid : undefined}
          onChange={(event) => onChange({ daily_budget: event.currentTarget.valueAsNumber })}
        />
      </div>
    </section>
  );
}

/** The summaries, and when the next ones come by the person's own clock. */
export function Digest({ draft, saved, faults, onChange }: PartProps & { saved: NotificationPreferences }) {
  const now = useNow();
  const { digest, timezone, next } = draft;
  const set = (part: Partial<typeof digest>) => onChange({ digest: { ...digest, ...part } });
  const isSaved = isSame(digest, saved.digest) && timezone === saved.timezone;
  const coming = (on: boolean, at: string | null | undefined) => {
    if (!on) return undefined;
    if (!isSaved) return t.digest.later;
    return at ? t.digest.next(shortDateIn(at, now, timezone)) : undefined;
  };
  return (
    <section className={styles.part} aria-labelledby="digest">
      <h2 id="digest">{t.digest.title}</h2>
      <p className={styles.hint}>{t.digest.intro}</p>
      <Switch
        label={t.digest.daily}
        description={coming(digest.daily, next.daily_at)}
        checked={digest.daily}
        onChange={(event) => set({ daily: event.currentTarget.checked })}
      />
      <Switch
        label={t.digest.weekly}
        description={coming(digest.weekly, next.weekly_at)}
        checked={digest.weekly}
        onChange={(event) => set({ weekly: event.currentTarget.checked })}
      />
      <div className={styles.row}>
        <TextInput
          className={styles.small}
          label={t.digest.dailyAt}
          type="time"
          disabled={!digest.daily && !digest.weekly && !faults.dailyAt}
          value={digest.daily_at}
          error={faults.dailyAt ? t.quiet.timeMissing : undefined}
          onChange={(event) => set({ daily_at: event.currentTarget.value })}
        />
        <NativeSelect
          label={t.digest.weeklyDay}
          disabled={!digest.weekly}
          value={digest.weekly_day}
          data={DAYS.map((value) => ({ value, label: t.digest.days[value] }))}
          onChange={({ currentTarget }) =>
            set({ weekly_day: DAYS.find((day) => day === currentTarget.value) ?? digest.weekly_day })
          }
        />
      </div>
    </section>
  );
}

/** When nothing is sent; it comes afterwards. */
export function QuietHours({ draft, faults, onChange }: PartProps) {
  const { quiet_hours: quiet } = draft;
  const set = (part: Partial<typeof quiet>) => onChange({ quiet_hours: { ...quiet, ...part } });
  return (
    <section className={styles.part} aria-labelledby="quiet">
      <h2 id="quiet">{t.quiet.title}</h2>
      <p className={styles.hint}>{t.quiet.intro}</p>
      <Switch
        label={t.quiet.enabled}
        checked={quiet.enabled}
        onChange={(event) => set({ enabled: event.currentTarget.checked })}
      />
      <div className={styles.row}>
        {(["from", "to"] as const).map((end) => (
          <TextInput
            key={end}
            className={styles.small}
            label={t.quiet[end]}
            type="time"
            disabled={!quiet.enabled && !faults[end]}
            value={quiet[end]}
            error={faults[end] ? t.quiet.timeMissing : undefined}
            onChange={(event) => set({ [end]: event.currentTarget.value })}
          />
        ))}
      </div>
      <Switch
        label={t.quiet.weekends}
        checked={quiet.weekends}
        onChange={(event) => set({ weekends: event.currentTarget.checked })}
      />
    </section>
  );
}
