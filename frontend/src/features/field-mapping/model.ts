import type { CrmField, FieldChoice, FieldKind, FieldMapping, MappedField } from "@/api/types";
import { fieldMapping as t } from "@/i18n/en/fieldMapping";

/** Which kinds of CRM field can hold a value of ours, as the server takes them: what is written can be written as text. */
const HOLDS: Record<MappedField["direction"], Partial<Record<FieldKind, FieldKind[]>>> = {
  read: { currency: ["currency", "number"], date: ["date"] },
  write: { number: ["number", "text"], date_time: ["date_time", "date", "text"] },
};

function holds({ direction, kind }: MappedField, theirs: FieldKind): boolean {
  return (HOLDS[direction][kind] ?? [kind]).includes(theirs);
}

/** What somebody has chosen and not saved yet, by our field's name. */
export type Draft = Record<string, Partial<Pick<MappedField, "crm_field" | "wins">>>;

export interface Offer {
  fits: CrmField[];
  unfit: { field: CrmField; why: string }[];
}

/** The CRM's fields that our field can use, and why it cannot use the others; both by their labels. */
export function offer(ours: MappedField, crmFields: CrmField[]): Offer {
  const sorted = [...crmFields].sort((a, b) => a.label.localeCompare(b.label));
  const found: Offer = { fits: [], unfit: [] };
  for (const field of sorted) {
    if (!holds(ours, field.kind)) {
      found.unfit.push({ field, why: t.why.kind(field.label, t.kinds[field.kind], t.kinds[ours.kind]) });
    } else if (ours.direction === "write" && !field.is_writable) {
      found.unfit.push({ field, why: t.why.readOnly(field.label) });
    } else {
      found.fits.push(field);
    }
  }
  return found;
}

export function withDraft(mapping: FieldMapping, draft: Draft): MappedField[] {
  return mapping.fields.map((field) => ({ ...field, ...draft[field.momentum_field] }));
}

/** How many of our fields would be saved differently. */
export function changeCount(mapping: FieldMapping, fields: MappedField[]): number {
  return fields.filter((field, index) => {
    const saved = mapping.fields[index];
    return saved?.crm_field !== field.crm_field || saved?.wins !== field.wins;
  }).length;
}

/** What is wrong with each field as it is chosen now, by our field's name. Only these keep a mapping from being saved. */
export function faults(fields: MappedField[], crmFields: CrmField[]): Map<string, string> {
  const found = new Map<string, string>();
  // Until the CRM was asked for its fields, nobody can say that one is missing.
  if (crmFields.length === 0) return found;
  for (const ours of fields) {
    if (!ours.crm_field) continue;
    const theirs = crmFields.find(({ name }) => name === ours.crm_field);
    // One field may be read by several of ours, but nothing that is written may share it.
    const other = fields.find(
      (each) =>
        each !== ours &&
        each.crm_field === ours.crm_field &&
        (each.direction === "write" || ours.direction === "write"),
    );
    if (!theirs) found.set(ours.momentum_field, t.missing);
    else if (!holds(ours, theirs.kind))
      found.set(ours.momentum_field, t.wrongKind(t.kinds[theirs.kind], t.kinds[ours.kind]));
    else if (ours.direction === "write" && !theirs.is_writable) found.set(ours.momentum_field, t.notWritable);
    else if (other) found.set(ours.momentum_field, t.taken(other.label));
  }
  return found;
}

/** A share in whole percent as somebody typed it: null for nothing, undefined for what is none. */
export function readPercent(text: string): number | null | undefined {
  const typed = text.replace("%", "").trim();
  if (typed === "") return null;
  const percent = /^\d{1,3}$/.test(typed) ? Number(typed) : 0;
  return percent >= 1 && percent <= 500 ? percent : undefined;
}

export function choices(fields: MappedField[]): FieldChoice[] {
  return fields.map(({ momentum_field, crm_field, wins }) => ({ momentum_field, crm_field, wins }));
}
