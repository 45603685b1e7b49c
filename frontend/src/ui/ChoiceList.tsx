import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import styles from "./ChoiceList.module.css";

export interface Choice {
  id: string;
  label: string;
  /** A count or a reason at the end of the row. */
  hint?: ReactNode;
  icon?: ReactNode;
  selected?: boolean;
}

interface ChoiceListProps {
  label: string;
  query: string;
  onQuery(query: string): void;
  choices: Choice[];
  onChoose(id: string): void;
  empty: string;
  autoFocus?: boolean;
}

/** A search field with a list below it: type to narrow, arrow keys to move, Enter to choose. */
export function ChoiceList({ label, query, onQuery, choices, onChoose, empty, autoFocus }: ChoiceListProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [active, setActive] = useState(0);
  const at = Math.min(active, choices.length - 1);
  const optionId = (index: number) => `${id}-${index}`;

  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [autoFocus]);

  const move = (to: number) => {
    const next = (to + choices.length) % Math.max(1, choices.length);
    setActive(next);
    document.getElementById(optionId(next))?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") move(at + 1);
    else if (event.key === "ArrowUp") move(at - 1);
    else if (event.key === "Enter" && choices[at]) onChoose(choices[at].id);
    else return;
    event.preventDefault();
  };

  return (
    <div className={styles.box}>
      <input
        ref={input}
        className={styles.input}
        data-autofocus={autoFocus || undefined}
        role="combobox"
        aria-label={label}
        placeholder={label}
        aria-expanded
        aria-controls={id}
        aria-activedescendant={choices.length > 0 ? optionId(at) : undefined}
        autoComplete="off"
        value={query}
        onChange={(event) => {
          setActive(0);
          onQuery(event.currentTarget.value);
        }}
        onKeyDown={onKeyDown}
      />
      <div className={styles.list} role="listbox" id={id} aria-label={label}>
        {choices.map((choice, index) => (
          // The field above keeps the focus and its keys; the pointer is the only thing that comes here.
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox answers the keys
          // biome-ignore lint/a11y/useFocusableInteractive: pointed at by aria-activedescendant
          <div
            key={choice.id}
            id={optionId(index)}
            role="option"
            aria-selected={choice.selected ?? index === at}
            data-active={index === at || undefined}
            className={styles.option}
            onClick={() => onChoose(choice.id)}
            onPointerMove={() => setActive(index)}
          >
            {choice.icon}
            <span className={styles.label}>{choice.label}</span>
            {choice.selected && <span aria-hidden>✓</span>}
            {choice.hint !== undefined && <span className="meta">{choice.hint}</span>}
          </div>
        ))}
      </div>
      {choices.length === 0 && empty && (
        <p className={styles.empty} role="status">
          {empty}
        </p>
      )}
    </div>
  );
}
