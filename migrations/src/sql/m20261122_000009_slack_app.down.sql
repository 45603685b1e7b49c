DROP TABLE slack_channel_questions;
DROP TABLE slack_requests;
DROP TABLE slack_alerts;
