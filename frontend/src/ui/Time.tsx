import { ago, fullDate, shortDate } from "@/i18n/format";
import { useNow } from "./clock";

/** A moment as people say it, "2 hours ago", with the whole date as its title. */
export function Ago({ iso }: { iso: string }) {
  const now = useNow();
  return (
    <time dateTime={iso} title={fullDate(iso)}>
      {ago(iso, now)}
    </time>
  );
}

/** A moment by its date and time of day, as short as it can be understood. */
export function Moment({ iso }: { iso: string }) {
  const now = useNow();
  return (
    <time dateTime={iso} title={fullDate(iso)}>
      {shortDate(iso, now)}
    </time>
  );
}
