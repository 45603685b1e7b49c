DROP FUNCTION ensure_month_partitions(timestamptz);
DROP TABLE imports, deliveries, signal_activities, detections, signals, detection_configs, messages, slack_users,
    channel_mappings, channels, contacts, accounts;
