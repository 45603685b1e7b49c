import { useQuery } from "@tanstack/react-query";
import { explain } from "@/api/problem";
import { useAssignOwner } from "@/api/queries/accounts";
import { membersQuery } from "@/api/queries/members";
import { useCan } from "@/api/queries/session";
import type { Account } from "@/api/types";
import { accounts } from "@/i18n/en/accounts";
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
        onSuccess: () => toast(accounts.saved(account.name, name)),
        onError: (error) => failToast(accounts.saveFailed(account.name), explain(error)),
      },
    );
  };
  const options = [
    { value: "", label: accounts.noOwner },
    ...(owner && !people.some(({ id }) => id === owner.id) ? [{ value: owner.id, label: owner.name }] : []),
    ...people.map(({ id, name }) => ({ value: id, label: name })),
  ];
  return (
    <QuietSelect
      label={accounts.assignOwner(account.name)}
      value={assign.isPending ? (assign.variables.memberId ?? "") : (owner?.id ?? "")}
      options={options}
      disabled={assign.isPending}
      onChange={choose}
    />
  );
}
