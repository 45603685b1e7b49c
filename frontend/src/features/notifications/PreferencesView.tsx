import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, explain } from "@/api/problem";
import { preferencesQuery, useSavePreferences } from "@/api/queries/notifications";
import { useCan } from "@/api/queries/session";
import type { NotificationPreferences } from "@/api/types";
import { notifications as t } from "@/i18n/en/notifications";
import { m } from "@/i18n/messages.en";
import { ErrorState } from "@/ui/ErrorState";
import { failToast, toast } from "@/ui/toast";
import { DigestPreview } from "./DigestPreview";
import { faultsOf, isReached, isSame } from "./model";
import styles from "./NotificationsPage.module.css";
import { Digest, Immediate, QuietHours } from "./PreferenceParts";
import { Timezone } from "./Timezone";
import { Ways } from "./Ways";

/** The preferences of whoever is signed in, or of a member an admin looks after. Saved all at once. */
export function PreferencesView({ memberId }: { memberId: string | null }) {
  const query = useQuery(preferencesQuery(memberId));
  if (query.isError) {
    return (
      <ErrorState
        what={t.what}
        message={explain(query.error)}
        reference={query.error instanceof ApiError ? query.error.requestId : null}
        retry={() => void query.refetch()}
      />
    );
  }
  return (
    <div className={styles.columns} data-single={memberId ? true : undefined}>
      {query.isPending ? (
        <div className={styles.form} role="status" aria-label={m.common.loading}>
          {[188, 264, 164, 188, 96].map((height) => (
            <Skeleton key={height} height={height} radius={8} />
          ))}
        </div>
      ) : (
        <Form memberId={memberId} saved={query.data} />
      )}
      {!memberId && <DigestPreview />}
    </div>
  );
}

function Form({ memberId, saved }: { memberId: string | null; saved: NotificationPreferences }) {
  const mayWrite = useCan("notifications:write");
  const save = useSavePreferences(memberId);
  const [edited, setEdited] = useState<NotificationPreferences | null>(null);
  const [tried, setTried] = useState(false);
  const draft = edited ?? saved;
  const isDirty = edited !== null && !isSame(edited, saved);
  const found = faultsOf(draft);
  const faults = tried ? found : { budget: false, dailyAt: false, from: false, to: false };
  const change = (part: Partial<NotificationPreferences>) => setEdited({ ...draft, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.values(found).includes(true)) return;
    save.mutate(draft, {
      onSuccess: () => {
        setEdited(null);
        setTried(false);
        toast(t.saved);
      },
      onError: (error) => failToast(t.saveFailed, explain(error)),
    });
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      {!mayWrite && <p className={styles.hint}>{t.readOnly}</p>}
      {!isReached(draft) && <p className={styles.warning}>{t.ways.nothing}</p>}
      <fieldset disabled={!mayWrite} className={styles.fields}>
        <Ways draft={draft} onChange={change} />
        <Immediate draft={draft} faults={faults} onChange={change} />
        <Digest draft={draft} saved={saved} faults={faults} onChange={change} />
        <QuietHours draft={draft} faults={faults} onChange={change} />
        <Timezone draft={draft} saved={saved} onChange={change} />
      </fieldset>
      {isDirty && (
        <div className={styles.save} role="status">
          {t.unsaved}
          <span>
            <Button variant="default" onClick={() => setEdited(null)}>
              {t.discard}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t.save}
            </Button>
          </span>
        </div>
      )}
    </form>
  );
}
