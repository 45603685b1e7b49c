import { Popover } from "@mantine/core";
import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { FacetOptions } from "./FacetOptions";
import styles from "./FilterBar.module.css";
import { choiceOf, type Facet } from "./facets";

interface FacetMenuProps {
  facet: Facet;
  /** Whether somebody pressed the button that stood here before. */
  pressed: boolean;
  onToggle(value: string): void;
}

/** One filter as a button that says what is chosen and opens the options. */
export default function FacetMenu({ facet, pressed, onToggle }: FacetMenuProps) {
  const [opened, setOpened] = useState(pressed);
  const choice = choiceOf(facet);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={280} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={styles.menu}
          data-active={choice !== null || undefined}
          onClick={() => setOpened(!opened)}
        >
          {choice === null ? facet.label : `${facet.label}: ${choice}`}
          <ChevronDown size={14} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={facet.label} p={8}>
        <FacetOptions
          facet={facet}
          onToggle={(value) => {
            if (!facet.multiple) setOpened(false);
            onToggle(value);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
