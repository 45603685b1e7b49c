import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Building2, Cable, Inbox, type LucideIcon, MailX, Search, UserRound, WifiOff } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { useLiveStream, useStreamStatus } from "@/api/live";
import { connectionsQuery } from "@/api/queries/connections";
import { useCan, useMe } from "@/api/queries/session";
import { count } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import styles from "./Shell.module.css";
import { useGlobalShortcuts } from "./useGlobalShortcuts";

const loadPalette = () => import("./Palette");
const AccountMenu = lazy(() => import("./AccountMenu"));
const Palette = lazy(loadPalette);
const ShortcutHelp = lazy(() => import("./ShortcutHelp"));

/** Long enough after the first paint not to compete with it. */
const PALETTE_DELAY_MS = 2_000;

/** The frame of every signed-in page: navigation, search, the member's menu and the notice about a lost stream. */
export function Shell({ children }: { children: ReactNode }) {
  const [layer, setLayer] = useState<"palette" | "help" | null>(null);
  const { tenant } = useMe();
  useLiveStream();
  // Whoever presses Ctrl+K types on at once: its code must be there before.
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette().catch(() => {}), PALETTE_DELAY_MS);
    return () => clearTimeout(timer);
  }, []);
  useGlobalShortcuts({ onPalette: () => setLayer("palette"), onHelp: () => setLayer("help") });

  return (
    <div className={styles.shell}>
      <a href="#content" className={styles.skip}>
        {m.common.skip}
      </a>
      <header className={styles.bar}>
        <Link to="/" className={styles.brand}>
          {m.common.product}
        </Link>
        <span className={styles.tenant} title={tenant.name}>
          {tenant.name}
          {tenant.is_demo && <span className={styles.demo}>{m.nav.demo}</span>}
        </span>
        <button
          type="button"
          className={styles.search}
          onClick={() => setLayer("palette")}
          aria-keyshortcuts="Control+K"
        >
          <Search size={16} aria-hidden />
          <span className={styles.searchText}>{m.nav.search}</span>
          <kbd className={styles.kbd}>Ctrl K</kbd>
        </button>
        <span className={styles.account}>
          <Suspense fallback={null}>
            <AccountMenu onHelp={() => setLayer("help")} />
          </Suspense>
        </span>
      </header>
      <Navigation />
      <main id="content" tabIndex={-1} className={styles.main}>
        <StreamNotice />
        {children}
      </main>
      <Suspense fallback={null}>
        {layer === "palette" && <Palette onClose={() => setLayer(null)} />}
        {layer === "help" && <ShortcutHelp onClose={() => setLayer(null)} />}
      </Suspense>
    </div>
  );
}

function Navigation() {
  const deadLetters = useDeadLetterCount();
  return (
    <nav className={styles.nav} aria-label={m.nav.label}>
      <NavLink to="/" icon={Inbox} label={m.nav.feed} exact />
      <NavLink to="/mine" icon={UserRound} label={m.nav.mine} short={m.nav.mineShort} />
      {useCan("accounts:read") && <NavLink to="/accounts" icon={Building2} label={m.nav.accounts} />}
      {useCan("connections:read") && <NavLink to="/connectors" icon={Cable} label={m.nav.connections} />}
      {useCan("dead_letters:read") && (
        <NavLink to="/dead-letters" icon={MailX} label={m.nav.deadLetters} badge={deadLetters} />
      )}
    </nav>
  );
}

interface NavLinkProps {
  to: "/" | "/mine" | "/accounts" | "/connectors" | "/dead-letters";
  icon: LucideIcon;
  label: string;
  short?: string;
  badge?: number;
  exact?: boolean;
}

function NavLink({ to, icon: Icon, label, short = label, badge = 0, exact = false }: NavLinkProps) {
  return (
    <Link to={to} className={styles.link} activeOptions={{ exact, includeSearch: false }}>
      <Icon size={18} aria-hidden />
      <span className={styles.long}>{label}</span>
      <span className={styles.short} aria-hidden={short !== label || undefined}>
        {short}
      </span>
      {badge > 0 && (
        <span className={styles.badge}>
          {count(badge)}
          <span className="sr-only"> {m.nav.deadLetterCount(badge)}</span>
        </span>
      )}
    </Link>
  );
}

function useDeadLetterCount(): number {
  const { data } = useQuery({ ...connectionsQuery, enabled: useCan("connections:read") });
  return data?.reduce((sum, connection) => sum + connection.dead_letters, 0) ?? 0;
}

function StreamNotice() {
  const status = useStreamStatus();
  const lost = status === "offline" || status === "polling";
  return (
    <div role="status">
      {lost && (
        <p className={styles.notice}>
          <WifiOff size={16} aria-hidden />
          {m.nav.stream[status]}
        </p>
      )}
    </div>
  );
}
