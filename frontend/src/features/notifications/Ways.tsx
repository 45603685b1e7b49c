import { Switch } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { CircleCheck, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useCan } from "@/api/queries/session";
import type { NotificationPreferences } from "@/api/types";
import { notifications } from "@/i18n/en/notifications";
import { dayDate } from "@/i18n/format";
import { useNow } from "@/ui/clock";
import styles from "./NotificationsPage.module.css";
import type { PartProps } from "./PreferenceParts";

const t = notifications.ways;

/** Where notifications go, and whether each way truly works. */
export function Ways({ draft, onChange }: Pick<PartProps, "draft" | "onChange">) {
  const mayConnect = useCan("connections:read");
  const now = useNow();
  const { delivery, slack, email } = draft;
  return (
    <section className={styles.part} aria-labelledby="ways">
      <h2 id="ways">{t.title}</h2>
      <div className={styles.way}>
        <Switch
          label={t.slack}
          checked={delivery.slack}
          onChange={(event) => onChange({ delivery: { ...delivery, slack: event.currentTarget.checked } })}
        />
        <State works={slack.connected && slack.matched}>
          {slackState(slack)}
          {!slack.connected && mayConnect && (
            <>
              {" "}
              <Link to="/connectors">{t.connect}</Link>
            </>
          )}
        </State>
      </div>
      <div className={styles.way}>
        <Switch
          label={t.email}
          checked={delivery.email}
          onChange={(event) => onChange({ delivery: { ...delivery, email: event.currentTarget.checked } })}
        />
        <State works={email.configured && !email.failing}>{emailState(email, now)}</State>
      </div>
    </section>
  );
}

function slackState({ connected, matched }: NotificationPreferences["slack"]): string {
  if (!connected) return t.slackNotConnected;
  return matched ? t.slackReady : t.slackNotMatched;
}

function emailState({ configured, failing }: NotificationPreferences["email"], now: number): string {
  if (!configured) return t.emailNotConfigured;
  return failing ? t.emailFailing(dayDate(failing.since, now), failing.reason) : t.emailReady;
}

function State({ works, children }: { works: boolean; children: ReactNode }) {
  const Icon = works ? CircleCheck : TriangleAlert;
  return (
    <p className={styles.state} data-tone={works ? "good" : "warn"}>
      <Icon size={14} aria-hidden />
      <span>{children}</span>
    </p>
  );
}
