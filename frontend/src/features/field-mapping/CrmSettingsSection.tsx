import { Button, NativeSelect, Skeleton, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { explain } from "@/api/problem";
import { crmSettingsQuery, useSaveCrmSettings } from "@/api/queries/fieldMappings";
import type { CrmSettings } from "@/api/types";
import { fieldMapping } from "@/i18n/en/fieldMapping";
import { monthName } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import { ErrorState } from "@/ui/ErrorState";
import { failToast, toast } from "@/ui/toast";
import styles from "./FieldMappingPage.module.css";
import { readPercent } from "./model";

const t = fieldMapping.settings;
const MONTHS = Array.from({ length: 12 }, (_, index) => ({
  value: String(index + 1),
  label: monthName(index + 1),
}));

/** What the company decides about opportunities and notes, whichever CRM they go to. */
export function CrmSettingsSection({ mayWrite }: { mayWrite: boolean }) {
  const query = useQuery(crmSettingsQuery);
  return (
    <section className={styles.section} aria-labelledby="crm-settings">
      <h2 id="crm-settings">{t.title}</h2>
      {query.isError ? (
        <ErrorState what={t.what} message={explain(query.error)} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <div className={styles.form} role="status" aria-label={m.common.loading}>
          <Skeleton height={76} />
          <Skeleton height={76} />
          <Skeleton height={24} />
        </div>
      ) : (
        <SettingsForm saved={query.data} mayWrite={mayWrite} />
      )}
    </section>
  );
}

function SettingsForm({ saved, mayWrite }: { saved: CrmSettings; mayWrite: boolean }) {
  const save = useSaveCrmSettings();
  const [month, setMonth] = useState(String(saved.fiscal_year_start_month));
  const [percent, setPercent] = useState(String(saved.expansion_percent ?? ""));
  const [notes, setNotes] = useState(saved.notes_to_crm);
  const share = readPercent(percent);
  const isChanged =
    Number(month) !== saved.fiscal_year_start_month ||
    share !== saved.expansion_percent ||
    notes !== saved.notes_to_crm;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (share === undefined) return;
    save.mutate(
      { fiscal_year_start_month: Number(month), expansion_percent: share, notes_to_crm: notes },
      {
        onSuccess: () => toast(t.saved),
        onError: (error) => failToast(t.saveFailed, explain(error)),
      },
    );
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <NativeSelect
        label={t.month}
        description={t.monthHint}
        value={month}
        data={MONTHS}
        disabled={!mayWrite}
        onChange={(event) => setMonth(event.currentTarget.value)}
      />
      <TextInput
        label={t.percent}
        description={t.percentHint}
        inputMode="numeric"
        value={percent}
        disabled={!mayWrite}
        error={share === undefined ? t.percentWrong : undefined}
        onChange={(event) => setPercent(event.currentTarget.value)}
      />
      <Switch
        label={t.notes}
        checked={notes}
        disabled={!mayWrite}
        onChange={(event) => setNotes(event.currentTarget.checked)}
      />
      {mayWrite && (
        <Button size="sm" type="submit" disabled={!isChanged || share === undefined} loading={save.isPending}>
          {t.save}
        </Button>
      )}
    </form>
  );
}
