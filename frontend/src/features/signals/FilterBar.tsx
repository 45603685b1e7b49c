import { ChevronDown, ListFilter, Search, X } from "lucide-react";
import { lazy, Suspense, useEffect, useEffectEvent, useRef, useState } from "react";
import type { SignalCounts } from "@/api/types";
import { count as formatted } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import { afterPaint } from "@/ui/afterPaint";
import { Button } from "@/ui/Button";
import { KindIcon } from "@/ui/category";
import { patiently } from "@/ui/patiently";
import { useShortcuts } from "@/ui/shortcuts";
import styles from "./FilterBar.module.css";
import { choiceOf, type Facet, facets, toggled } from "./facets";
import { activeFilters, type FeedSearch, KINDS } from "./filters";

/** Menus and drawer open on a press, so their code waits until the feed stands. */
const FacetMenu = lazy(afterPaint(() => import("./FacetMenu")));
const FilterDrawer = lazy(patiently(() => import("./FilterDrawer")));

const TYPING_PAUSE_MS = 250;

interface FilterBarProps {
  search: FeedSearch;
  counts: SignalCounts | undefined;
  withRep: boolean;
  onChange(search: FeedSearch, typing?: boolean): void;
}

/** The feed's filters: kinds as buttons with counts, the rest as menus, on a narrow window all of them in one drawer. */
export function FilterBar({ search, counts, withRep, onChange }: FilterBarProps) {
  const [drawer, setDrawer] = useState(false);
  const [pressed, setPressed] = useState<Facet["name"]>();
  const all = facets(search, counts, withRep);
  const active = activeFilters(search).filter((name) => name !== "q");
  const choose = (facet: Facet, value: string) => onChange(toggled(search, facet, value));
  const clear = () => onChange({ period: search.period });
  const [kinds, ...menus] = all;

  return (
    <search className={styles.bar} aria-label={m.filters.label}>
      <div className={styles.line}>
        <SearchField q={search.q} onChange={(q) => onChange({ ...search, q }, true)} />
        <Button
          className={styles.narrow}
          size="sm"
          variant="default"
          icon={ListFilter}
          aria-haspopup="dialog"
          onClick={() => setDrawer(true)}
        >
          {m.filters.open(active.length)}
        </Button>
        <div className={styles.menus}>
          {menus.map((facet) => (
            <Suspense
              key={facet.name}
              fallback={<MenuButton facet={facet} onPress={() => setPressed(facet.name)} />}
            >
              <FacetMenu
                facet={facet}
                pressed={pressed === facet.name}
                onToggle={(value) => choose(facet, value)}
              />
            </Suspense>
          ))}
        </div>
        {activeFilters(search).length > 0 && (
          <Button variant="subtle" className={styles.wide} onClick={clear}>
            {m.feed.clear}
          </Button>
        )}
      </div>
      {kinds && (
        <div className={styles.kinds}>
          {kinds.options.map(({ value, label, count }) => (
            <button
              key={value}
              type="button"
              className={styles.chip}
              aria-pressed={kinds.selected.includes(value)}
              onClick={() => choose(kinds, value)}
            >
              <KindIcon kind={KINDS.find((kind) => kind === value) ?? "usage"} />
              {label}
              <span className={styles.count}>{count === undefined ? "" : formatted(count)}</span>
            </button>
          ))}
        </div>
      )}
      <Suspense fallback={null}>
        {drawer && (
          <FilterDrawer
            facets={all}
            total={counts?.total ?? 0}
            onToggle={choose}
            onClear={clear}
            onClose={() => setDrawer(false)}
          />
        )}
      </Suspense>
    </search>
  );
}

/** The menu before its code has come: it opens then, if somebody pressed it meanwhile. */
function MenuButton({ facet, onPress }: { facet: Facet; onPress(): void }) {
  const choice = choiceOf(facet);
  return (
    <button
      type="button"
      className={styles.menu}
      data-active={choice !== null || undefined}
      onClick={onPress}
    >
      {choice === null ? facet.label : `${facet.label}: ${choice}`}
      <ChevronDown size={14} aria-hidden />
    </button>
  );
}

function SearchField({ q, onChange }: { q: string | undefined; onChange(q: string | undefined): void }) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(q ?? "");
  const [known, setKnown] = useState(q);
  // The address can change from elsewhere: a cleared filter, the back button, a link.
  if (known !== q) {
    setKnown(q);
    if ((q ?? "") !== text.trim()) setText(q ?? "");
  }
  const tell = useEffectEvent(() => {
    const value = text.trim() || undefined;
    if (value !== q) onChange(value);
  });
  useEffect(() => {
    if (text.trim() === (q ?? "")) return;
    const timer = setTimeout(tell, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, q]);
  useShortcuts({ "/": () => input.current?.focus() });
  return (
    <div className={styles.search}>
      <Search size={16} aria-hidden />
      <input
        ref={input}
        type="search"
        aria-label={m.filters.search}
        placeholder={m.filters.search}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
      {text && (
        <button type="button" aria-label={m.filters.clear} onClick={() => setText("")}>
          <X size={14} aria-hidden />
        </button>
      )}
    </div>
  );
}
