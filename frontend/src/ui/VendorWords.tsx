import type { ReactNode } from "react";
import styles from "./VendorWords.module.css";

interface VendorWordsProps {
  /** Who said it and, if known, when. */
  intro: ReactNode;
  code?: string | null;
  message: string;
  /** The field that the words are about. */
  field?: string | null;
}

/** What the other side answered, in its own words: whoever asks its support needs them unchanged. */
export function VendorWords({ intro, code, message, field }: VendorWordsProps) {
  return (
    <blockquote className={styles.words}>
      <span className="meta">{intro}</span>
      <code>
        {code && `${code}: `}
        {message}
        {field && ` [${field}]`}
      </code>
    </blockquote>
  );
}
