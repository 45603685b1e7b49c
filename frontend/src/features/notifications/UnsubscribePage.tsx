import { Button } from "@mantine/core";
import { ApiError, explain } from "@/api/problem";
import { useUnsubscribe } from "@/api/queries/notifications";
import { notifications } from "@/i18n/en/notifications";
import { m } from "@/i18n/messages.en";
import styles from "./UnsubscribePage.module.css";

const t = notifications.unsubscribe;
/** The answers that trying again cannot change. */
const BAD_TOKEN = new Set([400, 404, 410, 422]);

/** Where the link in an e-mail leads: one press, without signing in. */
export default function UnsubscribePage({ token }: { token: string }) {
  const stop = useUnsubscribe();
  const isBad = stop.error instanceof ApiError && BAD_TOKEN.has(stop.error.status);
  const settings = (
    <a href="/settings/notifications" className={styles.link}>
      {t.toSettings}
    </a>
  );
  return (
    <main className={styles.page}>
      <div className={styles.box} aria-live="polite">
        <p className={styles.brand}>{m.common.product}</p>
        {stop.isSuccess ? (
          <>
            <h1>{t.doneTitle}</h1>
            <p>{t.done(t.whats[stop.data.what] ?? stop.data.what, stop.data.address_hint)}</p>
            <p className={styles.muted}>{t.back}</p>
            {settings}
          </>
        ) : isBad ? (
          <>
            <h1>{t.badTitle}</h1>
            <p className={styles.muted}>{t.badText}</p>
            {settings}
          </>
        ) : (
          <>
            <h1>{t.title}</h1>
            <p className={styles.muted}>{t.text}</p>
            {stop.isError && (
              <p role="alert" className={styles.error}>
                {t.failed}. {explain(stop.error)}
              </p>
            )}
            <Button size="md" loading={stop.isPending} onClick={() => stop.mutate(token)}>
              {stop.isError ? t.retry : t.action}
            </Button>
          </>
        )}
      </div>
    </main>
  );
}
