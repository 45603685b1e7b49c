import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { Menu } from "lucide-react";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { connectionsQuery } from "@/api/queries/connections";
import { useCan } from "@/api/queries/session";
import { count } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import styles from "./Navigation.module.css";
import { type Place, usePlaces } from "./places";

/** A rail beside the page; in a narrow window a few tabs below it, and a sheet above them with all the rest. */
export function Navigation() {
  const places = usePlaces();
  const deadLetters = useDeadLetterCount();
  const id = useId();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [openedOn, setOpenedOn] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  // The sheet belongs to the page it was opened on: going anywhere closes it.
  const isOpen = openedOn === path;
  const rest = places.filter(({ tab }) => !tab);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !isOpen) return;
    setOpenedOn(null);
    button.current?.focus();
  };
  const badge = (to: Place["to"]) => (to === "/dead-letters" ? deadLetters : 0);

  return (
    <nav className={styles.nav} aria-label={m.nav.label} onKeyDown={onKeyDown}>
      {places.map((place) => place.tab && <PlaceLink key={place.to} place={place} />)}
      {rest.length > 0 && (
        <button
          ref={button}
          type="button"
          className={`${styles.link} ${styles.more}`}
          aria-expanded={isOpen}
          aria-controls={id}
          data-here={rest.some(({ to }) => path.startsWith(to)) || undefined}
          onClick={() => setOpenedOn(isOpen ? null : path)}
        >
          <Menu size={18} aria-hidden />
          {m.nav.more}
          <Badge value={deadLetters} />
        </button>
      )}
      <div id={id} className={styles.rest} data-open={isOpen || undefined}>
        {rest.map((place) => (
          <PlaceLink key={place.to} place={place} badge={badge(place.to)} onClick={() => setOpenedOn(null)} />
        ))}
      </div>
    </nav>
  );
}

interface PlaceLinkProps {
  place: Place;
  badge?: number;
  onClick?: () => void;
}

function PlaceLink({
  place: { to, icon: Icon, label, tab, exact = false },
  badge = 0,
  onClick,
}: PlaceLinkProps) {
  const short = tab?.label ?? label;
  return (
    <Link to={to} className={styles.link} activeOptions={{ exact, includeSearch: false }} onClick={onClick}>
      <Icon size={18} aria-hidden />
      <span className={tab && styles.long}>{label}</span>
      {tab && (
        <span className={styles.short} aria-hidden={short !== label || undefined}>
          {short}
        </span>
      )}
      <Badge value={badge} />
    </Link>
  );
}

function Badge({ value }: { value: number }) {
  if (value === 0) return null;
  return (
    <span className={styles.badge}>
      {count(value)}
      <span className="sr-only"> {m.nav.deadLetterCount(value)}</span>
    </span>
  );
}

function useDeadLetterCount(): number {
  const { data } = useQuery({ ...connectionsQuery, enabled: useCan("connections:read") });
  return data?.reduce((sum, connection) => sum + connection.dead_letters, 0) ?? 0;
}
