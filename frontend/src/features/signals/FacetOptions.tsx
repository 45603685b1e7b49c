import { useState } from "react";
import { count as formatted } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import { ChoiceList } from "@/ui/ChoiceList";
import { KindIcon } from "@/ui/category";
import styles from "./FacetOptions.module.css";
import type { Facet } from "./facets";
import { KINDS } from "./filters";

/** With more options than this a search field helps more than a longer list. */
const SEARCH_FROM = 9;
const MOST_SHOWN = 50;

/** The options of one filter with their counts. */
export function FacetOptions({ facet, onToggle }: { facet: Facet; onToggle(value: string): void }) {
  const [query, setQuery] = useState("");
  if (facet.options.length >= SEARCH_FROM) {
    const needle = query.trim().toLowerCase();
    const found = facet.options.filter(({ label }) => label.toLowerCase().includes(needle));
    return (
      <ChoiceList
        label={m.filters.find(facet.label)}
        query={query}
        onQuery={setQuery}
        empty={m.filters.none}
        onChoose={onToggle}
        choices={found.slice(0, MOST_SHOWN).map(({ value, label, count }) => ({
          id: value,
          label,
          selected: facet.selected.includes(value),
          hint: count === undefined ? undefined : formatted(count),
        }))}
      />
    );
  }
  if (facet.options.length === 0) return <p className="meta">{m.filters.none}</p>;
  return (
    <div className={styles.options}>
      {facet.options.map(({ value, label, count }) => {
        const kind = KINDS.find((known) => known === value);
        return (
          <button
            key={value}
            type="button"
            className={styles.option}
            aria-pressed={facet.selected.includes(value)}
            onClick={() => onToggle(value)}
          >
            {kind && <KindIcon kind={kind} />}
            <span className={styles.label}>{label}</span>
            {facet.selected.includes(value) && <span aria-hidden>✓</span>}
            {count !== undefined && <span className="meta">{formatted(count)}</span>}
          </button>
        );
      })}
    </div>
  );
}
