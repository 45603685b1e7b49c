import { NativeSelect } from "@mantine/core";
import { ArrowLeft, ArrowRight, CircleX, TriangleAlert } from "lucide-react";
import type { CrmField, MappedField } from "@/api/types";
import { fieldMapping as t } from "@/i18n/en/fieldMapping";
import table from "@/ui/table.module.css";
import styles from "./FieldMappingPage.module.css";
import { offer } from "./model";

interface MappingTableProps {
  fields: MappedField[];
  crmFields: CrmField[];
  faults: Map<string, string>;
  mayWrite: boolean;
  onChange(field: string, change: Partial<Pick<MappedField, "crm_field" | "wins">>): void;
}

/** A row a field of ours: where it lives in the CRM, which way it goes and who is right. */
export function MappingTable({ fields, crmFields, faults, mayWrite, onChange }: MappingTableProps) {
  return (
    <div className={table.frame}>
      <table className={`${table.table} ${styles.table}`}>
        <thead>
          <tr>
            <th scope="col">{t.columns.ours}</th>
            <th scope="col">{t.columns.theirs}</th>
            <th scope="col">{t.columns.wins}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field.momentum_field}>
              <th scope="row" className={styles.ours}>
                <strong>{field.label}</strong>
                <Direction field={field} />
              </th>
              <td data-label={t.columns.theirs} className={styles.theirs}>
                <FieldSelect
                  field={field}
                  crmFields={crmFields}
                  disabled={!mayWrite}
                  onChange={(crm_field) => onChange(field.momentum_field, { crm_field })}
                />
                <Note fault={faults.get(field.momentum_field)} warning={field.warning ?? null} />
              </td>
              <td data-label={t.columns.wins}>
                {!field.crm_field || field.direction === "read" ? (
                  <span className="meta">{!field.crm_field ? "–" : t.winsRead}</span>
                ) : (
                  <NativeSelect
                    aria-label={t.winsFor(field.label)}
                    value={field.wins}
                    disabled={!mayWrite}
                    data={[
                      { value: "crm", label: t.wins.crm },
                      { value: "momentum", label: t.wins.momentum },
                    ]}
                    onChange={(event) =>
                      onChange(field.momentum_field, {
                        wins: event.currentTarget.value === "momentum" ? "momentum" : "crm",
                      })
                    }
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Direction({ field: { direction, kind } }: { field: MappedField }) {
  const Icon = direction === "read" ? ArrowLeft : ArrowRight;
  return (
    <span className={`meta ${styles.direction}`}>
      <Icon size={12} aria-hidden />
      {t.kinds[kind]}, {t.directions[direction]}
    </span>
  );
}

interface FieldSelectProps {
  field: MappedField;
  crmFields: CrmField[];
  disabled: boolean;
  onChange(crmField: string | null): void;
}

/** Only what fits can be chosen; the others are listed with the reason, so that nobody looks for them in vain. */
function FieldSelect({ field, crmFields, disabled, onChange }: FieldSelectProps) {
  const { fits, unfit } = offer(field, crmFields);
  const chosen = field.crm_field;
  const isListed = !chosen || fits.some(({ name }) => name === chosen);
  const known = crmFields.find(({ name }) => name === chosen)?.label;
  const name = ({ label, is_custom }: CrmField) => (is_custom ? t.custom(label) : label);
  return (
    <NativeSelect
      aria-label={t.fieldFor(field.label)}
      value={chosen ?? ""}
      disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    >
      <option value="">{t.none[field.direction]}</option>
      {!isListed && chosen && <option value={chosen}>{known ?? t.gone(chosen)}</option>}
      {fits.length > 0 && (
        <optgroup label={t.fits}>
          {fits.map((each) => (
            <option key={each.name} value={each.name}>
              {name(each)}
            </option>
          ))}
        </optgroup>
      )}
      {unfit.length > 0 && (
        <optgroup label={t.fitsNot}>
          {unfit.map(({ field: { name: unfitName }, why }) => (
            <option key={unfitName} disabled>
              {why}
            </option>
          ))}
        </optgroup>
      )}
    </NativeSelect>
  );
}

function Note({ fault, warning }: { fault: string | undefined; warning: string | null }) {
  const text = fault ?? warning;
  if (!text) return null;
  const Icon = fault ? CircleX : TriangleAlert;
  return (
    <p className={styles.note} data-fault={fault !== undefined || undefined}>
      <Icon size={14} aria-hidden />
      {text}
    </p>
  );
}
