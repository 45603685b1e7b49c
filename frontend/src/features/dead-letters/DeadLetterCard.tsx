import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { RotateCcw } from "lucide-react";
import { explain } from "@/api/problem";
import { useDiscardDeadLetter, useRetryDeadLetter } from "@/api/queries/deadLetters";
import type { DeadLetter } from "@/api/types";
import { deadLetters as t } from "@/i18n/en/deadLetters";
import { systemName } from "@/ui/crm";
import { DiscardButton } from "@/ui/DiscardButton";
import { Ago } from "@/ui/Time";
import { failToast, toast } from "@/ui/toast";
import { VendorWords } from "@/ui/VendorWords";
import styles from "./DeadLetterCard.module.css";

export function DeadLetterCard({ letter, mayWrite }: { letter: DeadLetter; mayWrite: boolean }) {
  const destination = letter.destination && systemName(letter.destination);
  return (
    <article className={styles.card} aria-labelledby={letter.id}>
      <header>
        <h2 id={letter.id} className={styles.title}>
          {letter.title}
        </h2>
        <p className="meta">
          {[t.kinds[letter.kind], letter.kind === "delivery" && destination && t.to(destination)]
            .filter(Boolean)
            .join(" ")}
          {letter.account && ` · ${letter.account.name}`} · {t.tried(letter.attempts)}, {t.failed}{" "}
          <Ago iso={letter.failed_at} />
        </p>
      </header>
      <p>{letter.reason}</p>
      {letter.vendor_message && (
        <VendorWords
          intro={t.vendorSaid(destination ?? t.vendor)}
          code={letter.vendor_code}
          message={letter.vendor_message}
        />
      )}
      <p>
        <strong>{t.whatToDo}:</strong> {letter.what_to_do}
      </p>
      <footer className={styles.actions}>
        {mayWrite && (
          <>
            <Retry letter={letter} />
            <Discard letter={letter} />
          </>
        )}
        {letter.signal && (
          <Link to="/signals/$id" params={{ id: letter.signal.id }} title={letter.signal.title}>
            {t.openSignal}
          </Link>
        )}
      </footer>
    </article>
  );
}

function Retry({ letter }: { letter: DeadLetter }) {
  const retry = useRetryDeadLetter();
  const run = () =>
    retry.mutate(letter.id, {
      onSuccess: () => toast(t.retried),
      onError: (error) => failToast(t.retryFailed, explain(error)),
    });
  return (
    <Button
      size="sm"
      variant="default"
      disabled={retry.isPending}
      leftSection={<RotateCcw size={16} aria-hidden />}
      onClick={run}
    >
      {retry.isPending ? t.retrying : t.retry}
    </Button>
  );
}

function Discard({ letter }: { letter: DeadLetter }) {
  const discard = useDiscardDeadLetter();
  return (
    <DiscardButton
      what={letter.title}
      title={t.discardTitle}
      busy={discard.isPending}
      onDiscard={(reason, done) =>
        discard.mutate(
          { id: letter.id, reason },
          {
            onSuccess: () => {
              done();
              toast(t.discarded);
            },
            onError: (error) => failToast(t.discardFailed, explain(error)),
          },
        )
      }
    />
  );
}
