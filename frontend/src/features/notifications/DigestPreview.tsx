import { Button, SegmentedControl, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { explain } from "@/api/problem";
import { previewQuery } from "@/api/queries/notifications";
import type { DigestPurpose } from "@/api/types";
import { notifications } from "@/i18n/en/notifications";
import { m } from "@/i18n/messages.en";
import styles from "./DigestPreview.module.css";
import { mailFrame } from "./mailFrame";

const t = notifications.preview;
const PURPOSES = ["daily_digest", "weekly_digest"] as const;

/** The digest as it would come now, made from what truly happened. */
export function DigestPreview() {
  const [purpose, setPurpose] = useState<DigestPurpose>("daily_digest");
  const [form, setForm] = useState<"html" | "text">("html");
  const query = useQuery(previewQuery(purpose));
  return (
    <section className={styles.preview} aria-labelledby="preview">
      <h2 id="preview">{t.title}</h2>
      <div className={styles.choices}>
        <SegmentedControl
          aria-label={t.purpose}
          value={purpose}
          onChange={(value) => setPurpose(PURPOSES.find((one) => one === value) ?? purpose)}
          data={PURPOSES.map((value) => ({ value, label: t.purposes[value] }))}
        />
        <SegmentedControl
          aria-label={t.form}
          value={form}
          onChange={(value) => setForm(value === "text" ? "text" : "html")}
          data={[
            { value: "html", label: t.html },
            { value: "text", label: t.text },
          ]}
        />
      </div>
      {query.isError ? (
        <p role="alert" className={styles.error}>
          {m.common.errorTitle(t.what)}. {explain(query.error)}{" "}
          <Button variant="default" onClick={() => void query.refetch()}>
            {m.common.retry}
          </Button>
        </p>
      ) : query.isPending ? (
        <div role="status" aria-label={m.common.loading}>
          <Skeleton height={516} radius={8} />
        </div>
      ) : (
        <>
          <p>
            <span className="meta">{t.subject}</span> <strong>{query.data.subject}</strong>
          </p>
          {form === "html" ? (
            <Mail html={query.data.html} />
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
            <pre className={styles.text} tabIndex={0}>
              {query.data.text}
            </pre>
          )}
        </>
      )}
    </section>
  );
}

function Mail({ html }: { html: string }) {
  const framed = useMemo(() => {
    const nonce = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
    return mailFrame(html, nonce);
  }, [html]);
  return <iframe className={styles.frame} title={t.frame} sandbox="" srcDoc={framed} />;
}
