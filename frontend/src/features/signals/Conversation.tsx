import { useState } from "react";
import type { ContextMessage, SignalDetail } from "@/api/types";
import { initials } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import { Moment } from "@/ui/Time";
import styles from "./Conversation.module.css";
import { highlight } from "./highlight";

const t = m.signals.drawer;
/** Earlier messages shown at once; the rest is one press away, so that the quote stays in view. */
const EARLIER_SHOWN = 2;

/** The message with its quote marked, between what was said before and after it. */
export function Conversation({ signal }: { signal: SignalDetail }) {
  const [all, setAll] = useState(false);
  const { before, after } = signal.context;
  const hidden = all ? 0 : Math.max(0, before.length - EARLIER_SHOWN);
  return (
    <div className={styles.thread}>
      {hidden > 0 && (
        <button type="button" className={styles.more} onClick={() => setAll(true)}>
          {t.earlier(hidden)}
        </button>
      )}
      {before.slice(hidden).map((message) => (
        <Message key={message.id} message={message} />
      ))}
      <Message message={signal.message} quote={signal.quote} />
      {after.map((message) => (
        <Message key={message.id} message={message} />
      ))}
      {before.length + after.length === 0 && <p className="meta">{t.contextNone}</p>}
    </div>
  );
}

function Message({ message, quote }: { message: ContextMessage; quote?: string }) {
  const { author } = message;
  const pieces = quote ? highlight(message.text, quote) : [{ text: message.text, marked: false }];
  return (
    <div className={styles.message} data-main={quote !== undefined || undefined}>
      <span className={styles.avatar} data-kind={author.kind} aria-hidden>
        {initials(author.name)}
      </span>
      <div className={styles.body}>
        <p className="meta">
          <strong className={styles.name}>{author.name}</strong>
          {author.role && `, ${author.role}`} · {t[author.kind]} · <Moment iso={message.posted_at} />
          {message.is_edited && ` · ${t.edited}`}
        </p>
        {message.is_deleted ? (
          <p className={styles.deleted}>{t.deleted}</p>
        ) : (
          <p className={styles.text}>
            {pieces.map((piece) => (piece.marked ? <mark key={piece.text}>{piece.text}</mark> : piece.text))}
          </p>
        )}
      </div>
    </div>
  );
}
