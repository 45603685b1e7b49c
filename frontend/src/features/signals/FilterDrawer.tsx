import { Button, Drawer } from "@mantine/core";
import { m } from "@/i18n/messages.en";
import { useReturnFocus } from "@/ui/returnFocus";
import { FacetOptions } from "./FacetOptions";
import styles from "./FilterBar.module.css";
import type { Facet } from "./facets";

interface FilterDrawerProps {
  facets: Facet[];
  total: number;
  onToggle(facet: Facet, value: string): void;
  onClear(): void;
  onClose(): void;
}

/** All filters at once, for narrow windows; the list below changes with every choice. */
export default function FilterDrawer({ facets, total, onToggle, onClear, onClose }: FilterDrawerProps) {
  useReturnFocus();
  return (
    <Drawer
      opened
      onClose={onClose}
      title={m.filters.label}
      position="bottom"
      size="85dvh"
      closeButtonProps={{ "aria-label": m.common.close }}
    >
      {facets.map((facet) => (
        <section key={facet.name} className={styles.section}>
          <h3>{facet.label}</h3>
          <FacetOptions facet={facet} onToggle={(value) => onToggle(facet, value)} />
        </section>
      ))}
      <div className={styles.drawerFoot}>
        <Button size="sm" variant="default" onClick={onClear}>
          {m.feed.clear}
        </Button>
        <Button size="sm" onClick={onClose}>
          {m.filters.show(total)}
        </Button>
      </div>
    </Drawer>
  );
}
