import { Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { explain } from "@/api/problem";
import { channelSearchQuery } from "@/api/queries/channels";
import { notifications } from "@/i18n/en/notifications";
import { channelName } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import { ChoiceList } from "@/ui/ChoiceList";
import { useReturnFocus } from "@/ui/returnFocus";

const t = notifications.rules;

/** Only channels without outsiders: what is told there is not meant for customers. */
export default function ChannelDialog({
  onChoose,
  onClose,
}: {
  onChoose(channel: { slack_channel_id: string; name: string }): void;
  onClose(): void;
}) {
  useReturnFocus();
  const [query, setQuery] = useState("");
  const found = useQuery(channelSearchQuery(query.trim()));
  const channels = (found.data ?? []).filter(({ is_external, is_archived }) => !is_external && !is_archived);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t.channelDialog}
      closeButtonProps={{ "aria-label": m.common.close }}
    >
      <ChoiceList
        autoFocus
        label={t.findChannel}
        query={query}
        onQuery={setQuery}
        choices={channels.map(({ id, name }) => ({ id, label: channelName(name) }))}
        empty={found.isSuccess ? t.noChannel : found.isError ? explain(found.error) : ""}
        onChoose={(id) => {
          const channel = channels.find((one) => one.id === id);
          if (!channel) return;
          onClose();
          onChoose({ slack_channel_id: channel.slack_channel_id, name: channel.name });
        }}
      />
    </Modal>
  );
}
