import { CircleCheck, CircleX } from "lucide-react";
import type { VendorOffer } from "@/api/types";
import { connections } from "@/i18n/en/connections";
import styles from "./Scopes.module.css";

interface ScopesProps {
  title: string;
  scopes: VendorOffer["scopes"];
  missing?: string[];
}

/** Every right that is asked for, and why: an admin who approves them wants both. */
export function Scopes({ title, scopes, missing = [] }: ScopesProps) {
  return (
    <details className={styles.scopes}>
      <summary>{title}</summary>
      <ul>
        {scopes.map(({ scope, why }) => {
          const isMissing = missing.includes(scope);
          const Icon = isMissing ? CircleX : CircleCheck;
          return (
            <li key={scope} data-missing={isMissing || undefined}>
              <Icon size={14} aria-hidden />
              <span>
                <code>{isMissing ? connections.missingScope(scope) : scope}</code>
                <span className="meta">{why}</span>
              </span>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
