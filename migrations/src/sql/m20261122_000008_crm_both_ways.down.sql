DROP TABLE reconciliations, crm_activities, account_fields_written, crm_account_fields, field_mappings;
DROP INDEX deliveries_delivered, deliveries_account, deliveries_record, deliveries_newest;
DELETE FROM deliveries WHERE record_type = 'account_fields' OR part <> '';
UPDATE deliveries SET state = 'discarded' WHERE state = 'undone';
ALTER TABLE deliveries DROP CONSTRAINT deliveries_once;
ALTER TABLE deliveries ADD UNIQUE (tenant_id, signal_id, system, record_type, signal_detected_at);
ALTER TABLE deliveries DROP CONSTRAINT deliveries_state_check;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_state_check
    CHECK (state IN ('waiting_for_mapping', 'waiting_for_connection', 'pending', 'delivered', 'dead_letter', 'discarded', 'suppressed'));
ALTER TABLE deliveries DROP CONSTRAINT deliveries_record_type_check;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_record_type_check CHECK (record_type IN ('task', 'opportunity', 'note'));
ALTER TABLE deliveries DROP CONSTRAINT deliveries_subject;
ALTER TABLE deliveries
    DROP COLUMN found_at, DROP COLUMN found, DROP COLUMN undo_at, DROP COLUMN undo_reason, DROP COLUMN undo_state,
    DROP COLUMN outcome, DROP COLUMN record_object, DROP COLUMN detail, DROP COLUMN part, DROP COLUMN account_id, ALTER COLUMN signal_id SET NOT NULL;
ALTER TABLE signals
    DROP COLUMN status_before_conversion, DROP COLUMN crm_following_up, DROP COLUMN crm_amount_minor, DROP COLUMN crm_stage;
ALTER TABLE tenants DROP COLUMN notes_to_crm, DROP COLUMN expansion_percent, DROP COLUMN fiscal_year_start_month;
