import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { CircleCheckBig } from "lucide-react";
import { useState } from "react";
import { explain } from "@/api/problem";
import { useImportMappings } from "@/api/queries/channels";
import { channels as texts } from "@/i18n/en/channels";
import { EmptyState } from "@/ui/Notice";
import styles from "./ChannelImportPage.module.css";
import { ChannelTabs } from "./ChannelTabs";
import { ImportForm } from "./ImportForm";
import { ImportResult } from "./ImportResult";

const t = texts.import;

/** From a list to mapped channels in three steps: give it, see what would happen, do it. */
export default function ChannelImportPage() {
  const [csv, setCsv] = useState("");
  const check = useImportMappings();
  const write = useImportMappings();
  const again = () => {
    setCsv("");
    check.reset();
    write.reset();
  };
  const failure = check.error ?? write.error;

  return (
    <div className={styles.page}>
      <header>
        <h1>{t.title}</h1>
      </header>
      <ChannelTabs />
      {write.isSuccess ? (
        <EmptyState
          icon={CircleCheckBig}
          title={t.doneTitle(write.data.mapped)}
          text={t.doneText(write.data.errors)}
          action={
            <span className={styles.buttons}>
              <Button size="sm" renderRoot={(props) => <Link to="/channels" {...props} />}>
                {t.doneAction}
              </Button>
              <Button size="sm" variant="default" onClick={again}>
                {t.again}
              </Button>
            </span>
          }
        />
      ) : (
        <>
          {check.isSuccess ? (
            <ImportResult
              result={check.data}
              busy={write.isPending}
              onRun={() => write.mutate({ csv, dryRun: false })}
              onBack={() => {
                check.reset();
                write.reset();
              }}
            />
          ) : (
            <ImportForm
              csv={csv}
              onCsv={setCsv}
              busy={check.isPending}
              onCheck={() => check.mutate({ csv, dryRun: true })}
            />
          )}
          <div role="alert">
            {failure && (
              <p className={styles.error}>
                {check.error ? t.checkFailed : t.runFailed}. {explain(failure)}
              </p>
            )}
          </div>
        </>
      )}
    </div>
  );
}
