import { Button, SegmentedControl } from "@mantine/core";
import { ArrowRightLeft, CircleCheck, CircleX, Download, Equal, type LucideIcon } from "lucide-react";
import { useState } from "react";
import type { ImportOutcome, MappingImport } from "@/api/types";
import { channels as texts } from "@/i18n/en/channels";
import { channelName, count } from "@/i18n/format";
import { StatusWord, type Tone } from "@/ui/StatusWord";
import { saveFile } from "@/ui/saveFile";
import styles from "./ChannelImportPage.module.css";
import { errorsCsv } from "./model";

const t = texts.import;
const ROWS_AT_ONCE = 200;
const OUTCOMES: Record<ImportOutcome, { icon: LucideIcon; tone: Tone }> = {
  map: { icon: CircleCheck, tone: "good" },
  remap: { icon: ArrowRightLeft, tone: "warn" },
  same: { icon: Equal, tone: "plain" },
  error: { icon: CircleX, tone: "bad" },
};
const ORDER = ["map", "remap", "same", "error"] as const;

interface ImportResultProps {
  result: MappingImport;
  busy: boolean;
  onRun(): void;
  onBack(): void;
}

/** What the import would do, line by line; nothing has been written yet. */
export function ImportResult({ result: { rows }, busy, onRun, onBack }: ImportResultProps) {
  const [onlyErrors, setOnlyErrors] = useState(false);
  const [limit, setLimit] = useState(ROWS_AT_ONCE);
  const of = (outcome: ImportOutcome) => rows.filter((row) => row.outcome === outcome).length;
  const [errors, changing] = [of("error"), of("map") + of("remap")];
  const wanted = onlyErrors ? rows.filter(({ outcome }) => outcome === "error") : rows;
  return (
    <section className={styles.form} aria-labelledby="result">
      <h2 id="result">{t.result}</h2>
      <ul className={styles.counts} aria-label={t.result}>
        {ORDER.filter((outcome) => of(outcome) > 0).map((outcome) => (
          <li key={outcome}>
            <StatusWord {...OUTCOMES[outcome]}>{t.counts[outcome](of(outcome))}</StatusWord>
          </li>
        ))}
      </ul>
      {changing === 0 ? <p>{t.nothing}</p> : errors > 0 && <p className="meta">{t.skipped}</p>}
      <div className={styles.buttons}>
        <Button size="sm" disabled={changing === 0} loading={busy} onClick={onRun}>
          {t.run(changing)}
        </Button>
        <Button size="sm" variant="default" onClick={onBack}>
          {t.change}
        </Button>
        {errors > 0 && (
          <>
            <Button
              size="sm"
              variant="default"
              leftSection={<Download size={14} aria-hidden />}
              onClick={() => saveFile(t.errorsName, "text/csv", errorsCsv(rows))}
            >
              {t.download}
            </Button>
            <SegmentedControl
              aria-label={t.show}
              value={onlyErrors ? "errors" : "all"}
              onChange={(value) => setOnlyErrors(value === "errors")}
              data={[
                { value: "all", label: t.all(rows.length) },
                { value: "errors", label: t.errors(errors) },
              ]}
            />
          </>
        )}
      </div>
      <div className={styles.frame}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t.columns.line}</th>
              <th scope="col">{t.columns.channel}</th>
              <th scope="col">{t.columns.account}</th>
              <th scope="col">{t.columns.outcome}</th>
            </tr>
          </thead>
          <tbody>
            {wanted.slice(0, limit).map(({ line, channel, account, outcome, message }) => (
              <tr key={line}>
                <td data-label={t.columns.line}>{count(line)}</td>
                <td>{channel ? channelName(channel) : "–"}</td>
                <td>{account || "–"}</td>
                <td>
                  <StatusWord {...OUTCOMES[outcome]}>{t.outcomes[outcome]}</StatusWord>
                  {message && <span className={`meta ${styles.message}`}>{message}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {wanted.length > limit && (
        <div>
          <Button size="sm" variant="default" onClick={() => setLimit(limit + ROWS_AT_ONCE)}>
            {t.more(Math.min(ROWS_AT_ONCE, wanted.length - limit))}
          </Button>
        </div>
      )}
    </section>
  );
}
