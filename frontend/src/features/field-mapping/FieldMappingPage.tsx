import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeftRight } from "lucide-react";
import { ApiError, explain } from "@/api/problem";
import { fieldMappingsQuery } from "@/api/queries/fieldMappings";
import { useCan } from "@/api/queries/session";
import { fieldMapping as t } from "@/i18n/en/fieldMapping";
import { m } from "@/i18n/messages.en";
import { ErrorState } from "@/ui/ErrorState";
import { EmptyState } from "@/ui/Notice";
import { CrmSettingsSection } from "./CrmSettingsSection";
import styles from "./FieldMappingPage.module.css";
import { MappingSection } from "./MappingSection";

/** Which fields of each CRM are read and written, and who is right when both sides changed one. */
export default function FieldMappingPage() {
  const query = useQuery(fieldMappingsQuery);
  const mayWrite = useCan("field_mappings:write");
  return (
    <div className={styles.page}>
      <h1>{t.title}</h1>
      <p className={styles.intro}>{mayWrite ? t.intro : t.readOnly}</p>
      {query.isError ? (
        <ErrorState
          what={t.what}
          message={explain(query.error)}
          reference={query.error instanceof ApiError ? query.error.requestId : null}
          retry={() => void query.refetch()}
        />
      ) : query.isPending ? (
        <div className={styles.bones} role="status" aria-label={m.common.loading}>
          <Skeleton height={28} width={160} />
          <Skeleton height={420} radius={8} />
        </div>
      ) : query.data.length === 0 ? (
        <EmptyState
          icon={ArrowLeftRight}
          title={t.emptyTitle}
          text={t.emptyText}
          action={
            <Button size="sm" renderRoot={(props) => <Link to="/connectors" {...props} />}>
              {t.emptyAction}
            </Button>
          }
        />
      ) : (
        <>
          {query.data.map((mapping) => (
            <MappingSection key={mapping.connection_id} mapping={mapping} mayWrite={mayWrite} />
          ))}
          <CrmSettingsSection mayWrite={mayWrite} />
        </>
      )}
    </div>
  );
}
