import { Button, NativeSelect, SegmentedControl } from "@mantine/core";
import { Trash2 } from "lucide-react";
import type { NotificationRule } from "@/api/types";
import { notifications } from "@/i18n/en/notifications";
import { m } from "@/i18n/messages.en";
import { KindChoice } from "./KindChoice";
import { confidenceChoices } from "./model";
import styles from "./NotificationsPage.module.css";

const t = notifications.rules;
const TARGETS = [
  ...Object.entries(t.targets).map(([value, label]) => ({ value, label })),
  // "manager" is the same people.
  ...Object.entries(m.common.roles)
    .filter(([role]) => role !== "manager")
    .map(([role, name]) => ({ value: `role:${role}`, label: t.role(name) })),
];

interface RuleCardProps {
  number: number;
  rule: NotificationRule;
  hasTeamChannel: boolean;
  /** Null removes the rule. */
  onChange(change: Partial<NotificationRule> | null): void;
}

/** One rule: which signals, who is told, and when. */
export function RuleCard({ number, rule, hasTeamChannel, onChange }: RuleCardProps) {
  return (
    <section className={styles.part} aria-label={t.rule(number)}>
      <div className={styles.header}>
        <h2>{t.rule(number)}</h2>
        <Button
          variant="subtle"
          color="gray"
          leftSection={<Trash2 size={14} aria-hidden />}
          onClick={() => onChange(null)}
        >
          {t.remove(number)}
        </Button>
      </div>
      <KindChoice label={t.kinds} kinds={rule.kinds} onChange={(kinds) => onChange({ kinds })} />
      {rule.kinds.length === 0 && <p className={styles.hint}>{t.everyKind}</p>}
      <div className={styles.row}>
        <NativeSelect
          label={t.confidence}
          value={String(rule.min_confidence)}
          data={confidenceChoices(rule.min_confidence).map((value) => ({
            value: String(value),
            label: notifications.immediate.atLeast(value),
          }))}
          onChange={(event) => onChange({ min_confidence: Number(event.currentTarget.value) })}
        />
        <NativeSelect
          label={t.to}
          value={rule.to === "role:manager" ? "manager" : rule.to}
          data={TARGETS}
          onChange={(event) => onChange({ to: event.currentTarget.value })}
        />
      </div>
      {rule.to === "team_channel" && !hasTeamChannel && <p className={styles.warning}>{t.noChannelYet}</p>}
      <div>
        <SegmentedControl
          aria-label={t.when}
          value={rule.when}
          onChange={(value) => onChange({ when: value === "digest" ? "digest" : "at_once" })}
          data={(["at_once", "digest"] as const).map((value) => ({ value, label: t.whens[value] }))}
        />
      </div>
    </section>
  );
}
