import { Button, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { explain } from "@/api/problem";
import { accountOptionsQuery } from "@/api/queries/channels";
import type { Channel, NamedRef } from "@/api/types";
import { channels as texts } from "@/i18n/en/channels";
import { m } from "@/i18n/messages.en";
import { ChoiceList } from "@/ui/ChoiceList";
import { useReturnFocus } from "@/ui/returnFocus";
import styles from "./dialogs.module.css";

const t = texts.picker;

interface AccountDialogProps {
  channels: Pick<Channel, "name" | "account" | "suggestion">[];
  onChoose(account: NamedRef | null): void;
  onClose(): void;
}

/** Chooses the account of one channel or of several at once: type to narrow, arrows and Enter, or a click. */
export default function AccountDialog({ channels, onChoose, onClose }: AccountDialogProps) {
  useReturnFocus();
  const [query, setQuery] = useState("");
  const needle = query.trim();
  const options = useQuery(accountOptionsQuery(needle));
  const [first] = channels;
  const guess = channels.length === 1 && !needle && !first?.account ? first?.suggestion : null;
  const accounts: NamedRef[] = options.data ?? [];
  const choose = (account: NamedRef | null) => {
    onClose();
    onChoose(account);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={channels.length === 1 && first ? t.one(first.name) : t.many(channels.length)}
      closeButtonProps={{ "aria-label": m.common.close }}
    >
      <div className={styles.stack}>
        <p className="meta">{t.hint}</p>
        <ChoiceList
          autoFocus
          label={t.find}
          query={query}
          onQuery={setQuery}
          choices={[
            ...(guess
              ? [
                  {
                    id: guess.account.id,
                    label: guess.account.name,
                    hint: texts.sureBecause(guess.confidence, guess.reason),
                  },
                ]
              : []),
            ...(options.data ?? [])
              .filter(({ id }) => id !== guess?.account.id)
              .map(({ id, name, domain }) => ({ id, label: name, hint: domain ?? undefined })),
          ]}
          empty={options.isSuccess ? t.none : options.isError ? explain(options.error) : ""}
          onChoose={(id) => {
            const account = guess?.account.id === id ? guess.account : accounts.find((one) => one.id === id);
            if (account) choose(account);
          }}
        />
        {channels.some(({ account }) => account) && (
          <Button size="sm" variant="default" onClick={() => choose(null)}>
            {t.unmap}
          </Button>
        )}
      </div>
    </Modal>
  );
}
