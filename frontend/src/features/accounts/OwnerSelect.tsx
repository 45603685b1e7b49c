import { useQuery } from "@tanstack/react-query";
import { explain } from "@/api/problem";
import { useAssignOwner } from "@/api/queries/accounts";
import { membersQuery } from "@/api/queries/members";
import { useCan } from "@/api/queries/session";
import type { Account } from "@/api/types";
import { m } from "@/i18n/messages.en";
import { QuietSelect } from "@/ui/QuietSelect";
import { failToast, toast } from "@/ui/toast";

/** Chooses who owns an account; whose account it is decides who sees its signals under "My signals". */
export function OwnerSelect({ account }: { account: Account }) {
  const members = useQuery({ ...membersQuery, enabled: useCan("members:read") });
  const assign = useAssignOwner();
  const people = members.data ?? [];
  const owner = account.owner;
  const choose = (memberId: string) => {
    const name = people.find(({ id }) => id === memberId)?.name ?? null;
    assign.mutate(
      { id: account.id, memberId: memberId || null },
      {
        onSuccess: () => toast(m.accounts.saved(account.name, name)),
        onError: (error) => failToast(m.accounts.saveFailed(account.name), explain(error)),
      },
    );
  };
  const options = [
    { value: "", label: m.accounts.noOwner },
    ...(owner && !people.some(({ id }) => id === owner.id) ? [{ value: owner.id, label: owner.name }] : []),
    ...people.map(({ id, name }) => ({ value: id, label: name })),
  ];
  return (
    <QuietSelect
      label={m.accounts.assignOwner(account.name)}
      value={assign.isPending ? (assign.variables.memberId ?? "") : (owner?.id ?? "")}
      options={options}
      disabled={assign.isPending}
      onChange={choose}
    />
  );
}
