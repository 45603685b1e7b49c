import { Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Building2, CornerDownRight, Search } from "lucide-react";
import { useState } from "react";
import { accountSearchQuery } from "@/api/queries/accounts";
import { useCan } from "@/api/queries/session";
import { shortcuts } from "@/i18n/en/shortcuts";
import { m } from "@/i18n/messages.en";
import { type Choice, ChoiceList } from "@/ui/ChoiceList";
import { useReturnFocus } from "@/ui/returnFocus";
import { usePlaces } from "./places";

/** Ctrl+K: jump to a page or to an account's signals, or search the feed. */
export default function Palette({ onClose }: { onClose: () => void }) {
  useReturnFocus();
  const navigate = useNavigate();
  const [query, setQuery] = useState("");
  const needle = query.trim();
  const mayAccounts = useCan("accounts:read");
  const accounts = useQuery({ ...accountSearchQuery(needle), enabled: mayAccounts && needle !== "" });

  const choices: (Choice & { go: () => void })[] = [
    ...usePlaces()
      .filter(({ label }) => label.toLowerCase().includes(needle.toLowerCase()))
      .map(({ to, label }) => ({
        id: to,
        label,
        icon: <CornerDownRight size={16} aria-hidden />,
        go: () => void navigate({ to }),
      })),
    ...(needle ? (accounts.data ?? []) : []).map(({ id, name }) => ({
      id,
      label: name,
      hint: m.nav.accounts,
      icon: <Building2 size={16} aria-hidden />,
      go: () => void navigate({ to: "/", search: { account: id } }),
    })),
    ...(needle
      ? [
          {
            id: "search",
            label: m.filters.search,
            hint: `“${needle}”`,
            icon: <Search size={16} aria-hidden />,
            go: () => void navigate({ to: "/", search: { q: needle } }),
          },
        ]
      : []),
  ];

  return (
    <Modal.Root opened onClose={onClose} yOffset="12vh">
      <Modal.Overlay />
      <Modal.Content aria-label={shortcuts.palette}>
        <Modal.Body p="sm">
          <ChoiceList
            autoFocus
            label={m.nav.search}
            query={query}
            onQuery={setQuery}
            choices={choices}
            empty={shortcuts.paletteEmpty}
            onChoose={(id) => {
              onClose();
              choices.find((choice) => choice.id === id)?.go();
            }}
          />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
