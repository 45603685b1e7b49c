import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { accountSearchQuery } from "@/api/queries/accounts";
import type { NamedRef, Signal, SignalDetail } from "@/api/types";
import { triage as t } from "@/i18n/en/triage";
import { channelName } from "@/i18n/format";
import { ChoiceList } from "@/ui/ChoiceList";
import styles from "./Questions.module.css";
import { useTriage } from "./useTriage";

/** Asks what only a person can tell: is this the topic of an earlier signal again? */
export function Continuation({
  signal,
  question,
}: {
  signal: SignalDetail;
  question: NonNullable<Signal["continuation_question"]>;
}) {
  const { run } = useTriage();
  const [busy, setBusy] = useState(false);
  const answer = async (answer: "new" | "continuation") => {
    setBusy(true);
    await run(signal, { action: "continuation", answer });
    setBusy(false);
  };
  return (
    <section className={styles.question}>
      <h3>{t.continuationTitle}</h3>
      <p>
        {t.continuationText(
          question.parent_title,
          question.similarity <= 1 ? question.similarity * 100 : question.similarity,
        )}
      </p>
      <div className={styles.answers}>
        <Button size="sm" variant="default" disabled={busy} onClick={() => void answer("new")}>
          {t.continuationNew}
        </Button>
        <Button size="sm" variant="default" disabled={busy} onClick={() => void answer("continuation")}>
          {t.continuationSame}
        </Button>
      </div>
    </section>
  );
}

/** Asks which account a channel belongs to: the likely ones first, then any by name. */
export function Mapping({ signal }: { signal: SignalDetail }) {
  const { run } = useTriage();
  const [busy, setBusy] = useState(false);
  const [query, setQuery] = useState("");
  const needle = query.trim();
  const found = useQuery({ ...accountSearchQuery(needle), enabled: needle !== "" });
  const choose = async (account: NamedRef) => {
    setBusy(true);
    await run(signal, { action: "map_account", account_id: account.id }, account);
    setBusy(false);
  };
  const accounts = needle ? (found.data ?? []) : [];
  return (
    <section className={styles.question}>
      <h3>{t.mappingTitle}</h3>
      <p>{t.mappingText(channelName(signal.channel.name))}</p>
      {signal.suggested_accounts.map(({ account, confidence, reason }) => (
        <div key={account.id} className={styles.suggestion}>
          <span>
            <strong>{account.name}</strong>{" "}
            <span className="meta">
              {t.mappingSuggested(confidence)}: {reason}
            </span>
          </span>
          <Button
            variant="default"
            className={styles.choose}
            disabled={busy}
            onClick={() => void choose(account)}
            aria-label={`${t.mappingChoose} ${account.name}`}
          >
            {t.mappingChoose}
          </Button>
        </div>
      ))}
      <ChoiceList
        label={t.mappingFind}
        query={query}
        onQuery={setQuery}
        choices={accounts.map(({ id, name, domain }) => ({ id, label: name, hint: domain ?? undefined }))}
        empty={needle && !found.isFetching ? t.mappingNone : ""}
        onChoose={(id) => {
          const account = accounts.find((candidate) => candidate.id === id);
          if (account) void choose(account);
        }}
      />
    </section>
  );
}
