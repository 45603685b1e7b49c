import { Modal } from "@mantine/core";
import { useState } from "react";
import { notifications } from "@/i18n/en/notifications";
import { timeIn } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import { ChoiceList } from "@/ui/ChoiceList";
import { useNow } from "@/ui/clock";
import { useReturnFocus } from "@/ui/returnFocus";
import { findZones, namedOnce, zoneName } from "./model";

const t = notifications.timezone;
const ZONES = Intl.supportedValuesOf("timeZone");

export default function TimezoneDialog({
  current,
  onChoose,
  onClose,
}: {
  current: string;
  onChoose(zone: string): void;
  onClose(): void;
}) {
  useReturnFocus();
  const now = useNow();
  const [query, setQuery] = useState("");
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const found = namedOnce(query.trim() ? findZones(ZONES, query) : [current, here]);
  return (
    <Modal opened onClose={onClose} title={t.dialog} closeButtonProps={{ "aria-label": m.common.close }}>
      <ChoiceList
        autoFocus
        label={t.find}
        query={query}
        onQuery={setQuery}
        choices={found.map((zone) => ({ id: zone, label: zoneName(zone), hint: timeIn(now, zone) }))}
        empty={t.none}
        onChoose={(zone) => {
          onClose();
          onChoose(zone);
        }}
      />
    </Modal>
  );
}
