import { TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";

const TYPING_PAUSE_MS = 250;

/** A search field whose words live elsewhere, as a rule in the address: it tells of a change when the typing pauses. */
export function SearchField({
  label,
  className,
  q,
  onChange,
}: {
  label: string;
  className?: string;
  q: string | undefined;
  onChange(q: string | undefined): void;
}) {
  const [text, setText] = useState(q ?? "");
  const [known, setKnown] = useState(q);
  if (known !== q) {
    setKnown(q);
    if ((q ?? "") !== text.trim()) setText(q ?? "");
  }
  const tell = useEffectEvent(() => onChange(text.trim() || undefined));
  useEffect(() => {
    if (text.trim() === (q ?? "")) return;
    const timer = setTimeout(tell, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, q]);
  return (
    <TextInput
      className={className}
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<Search size={16} aria-hidden />}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
