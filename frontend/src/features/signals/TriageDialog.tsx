import { Button, Modal, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { membersQuery } from "@/api/queries/members";
import { useCan, useMe } from "@/api/queries/session";
import type { DismissReason, Signal } from "@/api/types";
import { triage as t } from "@/i18n/en/triage";
import { shortDate } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import { ChoiceList } from "@/ui/ChoiceList";
import { useReturnFocus } from "@/ui/returnFocus";
import styles from "./TriageDialog.module.css";
import { nameOf, snoozePresets } from "./triage";
import { type Question, useTriage } from "./useTriage";

const TITLES = { snooze: t.snoozeTitle, dismiss: t.dismissTitle, assign: t.assignTitle };
const REASONS = Object.entries(t.dismissReasons) as [DismissReason, string][];

/** What an action needs to know before it can be done. The usual answers are one press away. */
export default function TriageDialog({
  question,
  signal,
  onClose,
}: {
  question: Question;
  signal: Signal;
  onClose: () => void;
}) {
  useReturnFocus();
  const Body = { snooze: Snooze, dismiss: Dismiss, assign: Assign }[question];
  return (
    <Modal
      opened
      onClose={onClose}
      title={TITLES[question](nameOf(signal))}
      closeButtonProps={{ "aria-label": m.common.close }}
    >
      <Body signal={signal} onClose={onClose} />
    </Modal>
  );
}

interface BodyProps {
  signal: Signal;
  onClose(): void;
}

function Snooze({ signal, onClose }: BodyProps) {
  const { run } = useTriage();
  const [now] = useState(() => new Date());
  const [other, setOther] = useState("");
  const [past, setPast] = useState(false);
  const snooze = (until: Date) => {
    onClose();
    void run(signal, { action: "snooze", until: until.toISOString() });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const until = new Date(other);
    if (until.getTime() > Date.now()) snooze(until);
    else setPast(true);
  };
  return (
    <div className={styles.stack}>
      {snoozePresets(now).map(({ label, until }, index) => (
        <Button
          key={label}
          data-autofocus={index === 0 || undefined}
          size="sm"
          variant="default"
          justify="space-between"
          rightSection={<span className="meta">{shortDate(until.toISOString(), now.getTime())}</span>}
          onClick={() => snooze(until)}
        >
          {label}
        </Button>
      ))}
      <form className={styles.other} onSubmit={submit}>
        <label className={styles.field}>
          {t.snoozeOther}
          <input
            type="datetime-local"
            value={other}
            aria-invalid={past}
            aria-describedby={past ? "snooze-past" : undefined}
            onChange={(event) => {
              setPast(false);
              setOther(event.currentTarget.value);
            }}
          />
        </label>
        <Button type="submit" size="sm">
          {t.snooze}
        </Button>
      </form>
      {past && (
        <p id="snooze-past" role="alert" className={styles.error}>
          {t.snoozePast}
        </p>
      )}
    </div>
  );
}

function Dismiss({ signal, onClose }: BodyProps) {
  const { run } = useTriage();
  const [note, setNote] = useState("");
  const dismiss = (reason: DismissReason) => {
    onClose();
    void run(signal, { action: "dismiss", reason, ...(note.trim() ? { note: note.trim() } : {}) });
  };
  return (
    <div className={styles.stack}>
      <Textarea
        label={t.dismissNote}
        rows={2}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <p className="meta">{t.dismissIntro}</p>
      {REASONS.map(([reason, label], index) => (
        <Button
          key={reason}
          data-autofocus={index === 0 || undefined}
          size="sm"
          variant="default"
          justify="flex-start"
          onClick={() => dismiss(reason)}
        >
          {label}
        </Button>
      ))}
    </div>
  );
}

function Assign({ signal, onClose }: BodyProps) {
  const { run } = useTriage();
  const me = useMe();
  const [query, setQuery] = useState("");
  const mayList = useCan("members:read");
  const members = useQuery({ ...membersQuery, enabled: mayList });
  const self = { id: me.member.id, name: me.user.name };
  const people = mayList && members.data ? members.data : [self];
  const choices = people
    .filter(({ name }) => name.toLowerCase().includes(query.trim().toLowerCase()))
    .map(({ id, name }) => ({
      id,
      label: id === self.id ? t.assignMe(name) : name,
      selected: signal.owner?.id === id,
    }))
    .sort((a, b) => Number(b.id === self.id) - Number(a.id === self.id));
  return (
    <div className={styles.stack}>
      <ChoiceList
        autoFocus
        label={t.assignFind}
        query={query}
        onQuery={setQuery}
        choices={choices}
        empty={t.assignNone}
        onChoose={(id) => {
          const member = people.find((person) => person.id === id);
          onClose();
          if (member) void run(signal, { action: "assign", member_id: id }, { id, name: member.name });
        }}
      />
      {!mayList && <p className="meta">{t.assignOnlyMe}</p>}
    </div>
  );
}
