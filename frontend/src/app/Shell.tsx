import { Link } from "@tanstack/react-router";
import { Search, WifiOff } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { useLiveStream, useStreamStatus } from "@/api/live";
import { useMe } from "@/api/queries/session";
import { m } from "@/i18n/messages.en";
import { afterPaint } from "@/ui/afterPaint";
import { patiently } from "@/ui/patiently";
import { Navigation } from "./Navigation";
import styles from "./Shell.module.css";
import { useGlobalShortcuts } from "./useGlobalShortcuts";

const loadPalette = patiently(() => import("./Palette"));
const AccountMenu = lazy(afterPaint(() => import("./AccountMenu")));
const Palette = lazy(loadPalette);
const ShortcutHelp = lazy(patiently(() => import("./ShortcutHelp")));

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
