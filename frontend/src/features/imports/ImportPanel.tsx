import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FileArchive } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { useLiveEvents } from "@/api/live";
import { explain } from "@/api/problem";
import { importsQuery, uploadExport } from "@/api/queries/imports";
import { useCan } from "@/api/queries/session";
import { useWrite } from "@/api/write";
import { imports as t } from "@/i18n/en/connections";
import { m } from "@/i18n/messages.en";
import { ProgressBar } from "@/ui/ProgressBar";
import styles from "./ImportPanel.module.css";
import { ImportRow } from "./ImportRow";

/** A Slack export becomes history and signals: choose or drop the ZIP, then watch it being read. */
export default function ImportPanel() {
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [sent, setSent] = useState(0);
  const [refused, setRefused] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const mayWrite = useCan("imports:write");
  const imports = useQuery({ ...importsQuery, enabled: useCan("imports:read") });
  const upload = useWrite({
    mutationFn: (file: File) => uploadExport(file, setSent),
    onMutate: () => setSent(0),
    onSettled: () => client.invalidateQueries({ queryKey: importsQuery.queryKey }),
  });
  useLiveEvents(({ type }) => {
    if (type === "import.updated" || type === "reset")
      void client.invalidateQueries({ queryKey: importsQuery.queryKey });
  });

  const choose = (file: File | undefined) => {
    if (!file) return;
    const isZip = file.name.toLowerCase().endsWith(".zip");
    setRefused(isZip ? null : t.notZip(file.name));
    if (isZip) upload.mutate(file);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    choose(event.dataTransfer.files[0]);
  };
  const name = upload.variables?.name ?? "";

  return (
    <section className={styles.panel} id="import" aria-labelledby="import-title">
      <h2 id="import-title">{t.title}</h2>
      <p className={styles.intro}>{t.intro}</p>
      {mayWrite ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut, the button inside does the same
        <div
          className={styles.drop}
          data-over={over || undefined}
          onDrop={onDrop}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
        >
          <FileArchive size={24} aria-hidden />
          <Button
            size="sm"
            variant="default"
            loading={upload.isPending}
            onClick={() => input.current?.click()}
          >
            {t.choose}
          </Button>
          <span className="meta">{t.drop}</span>
          <input
            ref={input}
            type="file"
            accept=".zip,application/zip"
            hidden
            aria-label={t.choose}
            onChange={(event) => {
              choose(event.currentTarget.files?.[0]);
              event.currentTarget.value = "";
            }}
          />
          {upload.isPending && <ProgressBar label={t.uploading(name, sent)} value={sent} />}
        </div>
      ) : (
        <p className="meta">{t.notAllowed}</p>
      )}
      {(refused || upload.isError) && (
        <p role="alert" className={styles.error}>
          {refused ?? `${t.failed(name)}. ${explain(upload.error)}`}
        </p>
      )}
      {imports.isError && (
        <p role="alert" className={styles.error}>
          {m.common.errorTitle(t.what)}. {explain(imports.error)}{" "}
          <Button variant="default" onClick={() => void imports.refetch()}>
            {m.common.retry}
          </Button>
        </p>
      )}
      {imports.data && imports.data.length > 0 && (
        <div className={styles.history}>
          <h3>{t.history}</h3>
          <ul>
            {imports.data.map((item) => (
              <ImportRow key={item.id} item={item} />
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
