import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { explain } from "@/api/problem";
import { useUpdateConnection } from "@/api/queries/connections";
import type { Connection } from "@/api/types";
import { connections } from "@/i18n/en/connections";
import { channelName } from "@/i18n/format";
import { failToast, toast } from "@/ui/toast";
import styles from "./ConnectionCard.module.css";
import { joiningPattern, matchesEverything, PROFILES, readPatterns, wrongPattern } from "./model";

const t = connections.slack;
/** Right for every app, until somebody says that theirs may read faster. */
const SLOWEST = "throttled";

/** Which public channels are joined without asking, and how fast older messages are read. */
export function SlackSettings({ connection }: { connection: Connection }) {
  const { auto_join, history_profile } = connection.settings;
  const update = useUpdateConnection();
  const [text, setText] = useState<string | null>(null);
  const [profile, setProfile] = useState<string | null>(null);
  const [name, setName] = useState("");
  const shown = text ?? auto_join.join("\n");
  const patterns = readPatterns(shown);
  const wrong = wrongPattern(patterns);
  const chosen = PROFILES.find((each) => each === profile) ?? history_profile ?? SLOWEST;
  const isChanged = patterns.join() !== auto_join.join() || (profile !== null && chosen !== history_profile);

  const save = (event: FormEvent) => {
    event.preventDefault();
    if (wrong) return;
    update.mutate(
      { id: connection.id, auto_join: patterns, history_profile: chosen },
      {
        onSuccess: () => {
          setText(null);
          setProfile(null);
          toast(t.saved);
        },
        onError: (error) => failToast(t.saveFailed, explain(error)),
      },
    );
  };
  return (
    <details className={styles.settings}>
      <summary>{t.title}</summary>
      <form onSubmit={save} noValidate>
        <Textarea
          label={t.autoJoin}
          description={t.autoJoinHint}
          autosize={false}
          rows={4}
          spellCheck={false}
          value={shown}
          error={wrong ? t.wrongPattern(wrong) : undefined}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {patterns.length === 0 && <p className="meta">{t.autoJoinNone}</p>}
        {matchesEverything(patterns) && <p className={styles.warning}>{t.everything}</p>}
        <TextInput
          label={t.tryName}
          value={name}
          spellCheck={false}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <p className="meta" role="status">
          {name.trim() && !wrong && <Verdict patterns={patterns} name={name} />}
        </p>
        <NativeSelect
          label={t.profile}
          description={t.profileHints[chosen]}
          value={chosen}
          data={PROFILES.map((value) => ({ value, label: t.profiles[value] }))}
          onChange={(event) => setProfile(event.currentTarget.value)}
        />
        <Button size="sm" type="submit" disabled={!isChanged || wrong !== null} loading={update.isPending}>
          {t.save}
        </Button>
      </form>
    </details>
  );
}

function Verdict({ patterns, name }: { patterns: string[]; name: string }) {
  const plain = name.trim().replace(/^#/, "").toLowerCase();
  const pattern = joiningPattern(patterns, plain);
  return pattern ? t.joins(channelName(plain), pattern) : t.ignores(channelName(plain));
}
