import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, explain } from "@/api/problem";
import { mappingPlanQuery } from "@/api/queries/deliveries";
import { useSaveFieldMapping } from "@/api/queries/fieldMappings";
import type { FieldChoice, FieldMapping } from "@/api/types";
import { fieldMapping as t } from "@/i18n/en/fieldMapping";
import { systemName } from "@/ui/crm";
import { failToast, toast } from "@/ui/toast";
import { WritePreviewDialog } from "@/ui/WritePreview";
import styles from "./FieldMappingPage.module.css";
import { MappingTable } from "./MappingTable";
import { changeCount, choices, type Draft, faults, withDraft } from "./model";

/** One CRM's mapping. What is chosen stays a draft until its preview was seen and saved. */
export function MappingSection({ mapping, mayWrite }: { mapping: FieldMapping; mayWrite: boolean }) {
  const [draft, setDraft] = useState<Draft>({});
  const [previewing, setPreviewing] = useState(false);
  const fields = withDraft(mapping, draft);
  const wrong = faults(fields, mapping.crm_fields);
  const changes = changeCount(mapping, fields);
  const id = `mapping-${mapping.connection_id}`;
  const state = wrong.size > 0 ? t.faulty(wrong.size) : changes > 0 ? t.changed(changes) : t.unchanged;
  return (
    <section className={styles.section} aria-labelledby={id}>
      <header className={styles.head}>
        <h2 id={id}>{systemName(mapping.system)}</h2>
        <span className="meta">{t.fields(mapping.crm_fields.length)}</span>
      </header>
      {mapping.crm_fields.length === 0 && (
        <p className={styles.unknown}>{t.unknown(systemName(mapping.system))}</p>
      )}
      <MappingTable
        fields={fields}
        crmFields={mapping.crm_fields}
        faults={wrong}
        mayWrite={mayWrite}
        onChange={(field, change) => setDraft({ ...draft, [field]: { ...draft[field], ...change } })}
      />
      {mayWrite && (
        <footer className={styles.footer}>
          <span className="meta" role="status">
            {state}
          </span>
          {changes > 0 && (
            <Button size="sm" variant="subtle" color="gray" onClick={() => setDraft({})}>
              {t.reset}
            </Button>
          )}
          <Button size="sm" disabled={changes === 0 || wrong.size > 0} onClick={() => setPreviewing(true)}>
            {t.preview}
          </Button>
        </footer>
      )}
      {previewing && (
        <Preview
          mapping={mapping}
          fields={choices(fields)}
          onSaved={() => setDraft({})}
          onClose={() => setPreviewing(false)}
        />
      )}
    </section>
  );
}

/** What the server objects to in each field; without that, what it says about the whole. */
function reasons(error: unknown): string {
  const each = error instanceof ApiError ? Object.values(error.fields) : [];
  return each.length > 0 ? each.join(" ") : explain(error);
}

interface PreviewProps {
  mapping: FieldMapping;
  fields: FieldChoice[];
  onSaved(): void;
  onClose(): void;
}

function Preview({ mapping, fields, onSaved, onClose }: PreviewProps) {
  const plan = useQuery(mappingPlanQuery(mapping.connection_id, fields));
  const save = useSaveFieldMapping();
  const system = systemName(mapping.system);
  const confirm = () =>
    save.mutate(
      { connectionId: mapping.connection_id, fields },
      {
        onSuccess: () => {
          onSaved();
          onClose();
          toast(t.saved(system));
        },
        onError: (error) => failToast(t.saveFailed, reasons(error)),
      },
    );
  return (
    <WritePreviewDialog
      title={t.saveTitle(system)}
      intro={t.previewIntro}
      plan={plan.data ?? null}
      error={plan.isError ? `${explain(plan.error)} ${t.previewFailed}` : null}
      confirm={t.save}
      busy={save.isPending || plan.isLoading}
      retry={() => void plan.refetch()}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
