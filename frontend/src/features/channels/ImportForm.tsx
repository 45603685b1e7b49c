import { Button, Textarea } from "@mantine/core";
import { Download, FileSpreadsheet } from "lucide-react";
import { type DragEvent, type FormEvent, useRef, useState } from "react";
import { channels as texts } from "@/i18n/en/channels";
import { saveFile } from "@/ui/saveFile";
import styles from "./ChannelImportPage.module.css";

const t = texts.import;
/** The server's limit for one list, in bytes. */
const MAX_BYTES = 1_048_576;
const SAMPLE =
  "channel,account,domain\r\nacme-customer,Acme Corp,acme.com\r\nglobex-support,Globex,globex.com\r\n";

interface ImportFormProps {
  csv: string;
  busy: boolean;
  onCsv(csv: string): void;
  onCheck(): void;
}

/** Takes the list as a file, dropped or chosen, or as pasted text. */
export function ImportForm({ csv, busy, onCsv, onCheck }: ImportFormProps) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const [missing, setMissing] = useState(false);
  const take = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > MAX_BYTES) return setRefused(t.tooBig(file.name));
    try {
      onCsv(await file.text());
      setRefused(null);
      setMissing(false);
    } catch {
      setRefused(t.unreadable(file.name));
    }
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (csv.trim()) onCheck();
    else setMissing(true);
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <p className={styles.intro}>{t.intro}</p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut, the button inside does the same */}
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
        <FileSpreadsheet size={24} aria-hidden />
        <Button size="sm" variant="default" onClick={() => input.current?.click()}>
          {t.file}
        </Button>
        <span className="meta">{t.drop}</span>
        <Button
          variant="subtle"
          className={styles.sample}
          leftSection={<Download size={14} aria-hidden />}
          onClick={() => saveFile(t.sampleName, "text/csv", SAMPLE)}
        >
          {t.sample}
        </Button>
        <input
          ref={input}
          type="file"
          accept=".csv,text/csv,text/plain"
          hidden
          aria-label={t.file}
          onChange={(event) => {
            void take(event.currentTarget.files?.[0]);
            event.currentTarget.value = "";
          }}
        />
      </div>
      {refused && (
        <p role="alert" className={styles.error}>
          {refused}
        </p>
      )}
      <Textarea
        label={t.paste}
        description={t.pasteHint}
        rows={10}
        spellCheck={false}
        classNames={{ input: styles.text }}
        value={csv}
        error={missing ? t.empty : undefined}
        onChange={(event) => {
          setMissing(false);
          onCsv(event.currentTarget.value);
        }}
      />
      <div>
        <Button size="sm" type="submit" loading={busy}>
          {t.check}
        </Button>
      </div>
    </form>
  );
}
