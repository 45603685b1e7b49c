import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ListFilter, Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ApiError, explain } from "@/api/problem";
import { routesQuery, useSaveRoutes } from "@/api/queries/notifications";
import type { NotificationRoutes } from "@/api/types";
import { notifications } from "@/i18n/en/notifications";
import { m } from "@/i18n/messages.en";
import { ErrorState } from "@/ui/ErrorState";
import { EmptyState } from "@/ui/Notice";
import { failToast, toast } from "@/ui/toast";
import { isSame, NEW_RULE, withRule } from "./model";
import styles from "./NotificationsPage.module.css";
import { RuleCard } from "./RuleCard";
import { TeamChannel } from "./TeamChannel";

const t = notifications.rules;

/** Who is told about which signal in the whole company. */
export function CompanyRules() {
  const query = useQuery(routesQuery);
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
  if (query.isPending) {
    return (
      <div className={styles.form} role="status" aria-label={m.common.loading}>
        {[116, 172, 180].map((height) => (
          <Skeleton key={height} height={height} radius={8} />
        ))}
      </div>
    );
  }
  return <Form saved={query.data} />;
}

function Form({ saved }: { saved: NotificationRoutes }) {
  const save = useSaveRoutes();
  const [edited, setEdited] = useState<NotificationRoutes | null>(null);
  const draft = edited ?? saved;
  const isDirty = edited !== null && !isSame(edited, saved);
  const add = () => setEdited({ ...draft, rules: [...draft.rules, NEW_RULE] });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(draft, {
      onSuccess: () => {
        setEdited(null);
        toast(notifications.saved);
      },
      onError: (error) => failToast(notifications.saveFailed, explain(error)),
    });
  };
  const addButton = (
    <Button size="sm" variant="default" leftSection={<Plus size={16} aria-hidden />} onClick={add}>
      {t.add}
    </Button>
  );
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <p className={styles.hint}>{t.intro}</p>
      <TeamChannel
        channel={draft.team_channel ?? null}
        onChange={(team_channel) => setEdited({ ...draft, team_channel })}
      />
      {draft.rules.length === 0 ? (
        <EmptyState icon={ListFilter} title={t.emptyTitle} text={t.emptyText} action={addButton} />
      ) : (
        <>
          {draft.rules.map((rule, index) => (
            <RuleCard
              // A rule has no id of its own: its place is what it is known by, and it is never moved.
              key={String(index)}
              number={index + 1}
              rule={rule}
              hasTeamChannel={Boolean(draft.team_channel)}
              onChange={(change) => setEdited(withRule(draft, index, change))}
            />
          ))}
          <div>{addButton}</div>
        </>
      )}
      {isDirty && (
        <div className={styles.save} role="status">
          {notifications.unsaved}
          <span>
            <Button variant="default" onClick={() => setEdited(null)}>
              {notifications.discard}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {notifications.save}
            </Button>
          </span>
        </div>
      )}
    </form>
  );
}
