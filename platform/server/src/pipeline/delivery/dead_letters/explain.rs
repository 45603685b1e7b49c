//! The vendors' errors in plain words, and what a person can do. The codes are Salesforce's (REST API, status codes of
//! `sObject` calls), HubSpot's (categories of its error answers) and our connectors' own.

/// What happened and what to do.
pub(super) struct Explanation {
    pub reason: String,
    pub what_to_do: String,
}

/// Explains a delivery to `system` that failed with `code` on `field`; `words` are what the job kept.
pub(super) fn delivery(system: &str, code: Option<&str>, field: Option<&str>, words: &str) -> Explanation {
    let field = field.map(|field| format!(" (field {field})")).unwrap_or_default();
    let (reason, what_to_do) = match code.unwrap_or_default() {
        "FIELD_CUSTOM_VALIDATION_EXCEPTION" | "VALIDATION_ERROR" => (
            format!("A validation rule of your Salesforce refused the record{field}."),
            "Ask your Salesforce administrator to except Momentum's user from the rule or to relax it, then retry.",
        ),
        "REQUIRED_FIELD_MISSING" => (
            format!("Your Salesforce requires a field that Momentum does not fill{field}."),
            "Give the field a default in Salesforce, or make it optional for Momentum's user, then retry.",
        ),
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" | "APEX_ERROR" => (
            "An automation in your Salesforce (a trigger or a flow) failed on the record.".to_owned(),
            "Show the vendor's words below to your Salesforce administrator. Once the automation is mended, retry.",
        ),
        "INSUFFICIENT_ACCESS_OR_READONLY"
        | "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
        | "INSUFFICIENT_ACCESS"
        | "MISSING_SCOPES" => (
            "Momentum's user in Salesforce may not write this record.".to_owned(),
            "Give that user the right to create tasks and to see the account, then retry.",
        ),
        "INVALID_FIELD" | "INVALID_FIELD_FOR_INSERT_UPDATE" => (
            format!("Momentum's user in Salesforce may not write a field{field}."),
            "Check the field's permissions for that user in Salesforce, then retry.",
        ),
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST" => (
            format!("Your Salesforce does not have a value that Momentum writes{field}."),
            "Add the value to the picklist in Salesforce, then retry.",
        ),
        "INVALID_CROSS_REFERENCE_KEY"
        | "ENTITY_IS_DELETED"
        | "INVALID_CROSS_REFERENCE_TYPE_FOR_FIELD"
        | "OBJECT_NOT_FOUND" => (
            "The account, contact or owner that the record belongs to is no longer in Salesforce.".to_owned(),
            "Map the channel to the account that took its place, then retry; or discard this.",
        ),
        "ENTITY_IS_LOCKED" => (
            "The account is locked in Salesforce, for example by an approval.".to_owned(),
            "Retry once the approval is through.",
        ),
        "INVALID_OPERATION_WITH_EXPIRED_PASSWORD"
        | "INACTIVE_OWNER_OR_USER"
        | "OPERATION_WITH_INVALID_USER_TYPE_EXCEPTION" => (
            "The user who should own the record is no longer active in Salesforce.".to_owned(),
            "Give the account to an active owner in Salesforce, then retry.",
        ),
        "STORAGE_LIMIT_EXCEEDED" => (
            "Your Salesforce has no storage left.".to_owned(),
            "Free or buy storage in Salesforce, then retry all.",
        ),
        "DUPLICATES_DETECTED" | "DUPLICATE_VALUE" | "CONFLICT" => (
            "Your Salesforce took the record for a duplicate and refused it.".to_owned(),
            "Look in Salesforce whether the record is there. If it is, discard this; if not, relax the duplicate rule and retry.",
        ),
        "STRING_TOO_LONG" => (
            format!("A text is longer than your Salesforce allows{field}."),
            "Make the field longer in Salesforce, then retry.",
        ),
        "API_DISABLED_FOR_ORG" | "API_CURRENTLY_DISABLED" => (
            "The API of your Salesforce is switched off.".to_owned(),
            "Ask your Salesforce administrator to switch the API on for Momentum's user, then retry all.",
        ),
        "" => (
            format!("It was tried until there was no point in trying again: {words}"),
            "See under Connections whether the system answers again, then retry.",
        ),
        _ => (
            format!("The other system refused the record{field}."),
            "Read the vendor's words below, mend what they name, then retry; or discard this.",
        ),
    };
    let name = |text: &str| match system {
        "hubspot" => text.replace("Salesforce", "HubSpot"),
        _ => text.to_owned(),
    };
    Explanation {
        reason: name(&reason),
        what_to_do: name(what_to_do),
    }
}

/// Explains work that is no delivery.
pub(super) fn job(queue: &str, words: &str) -> Explanation {
    let what_to_do = match queue {
        "ingest" => {
            "Retry. If it fails again, tell support the id of this dead letter; the event is kept until somebody discards it."
        }
        _ => "See under Connections whether the system answers, then retry.",
    };
    Explanation {
        reason: words.to_owned(),
        what_to_do: what_to_do.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_a_sentence_and_says_what_to_do() {
        let rows = [
            (
                Some("FIELD_CUSTOM_VALIDATION_EXCEPTION"),
                Some("Subject"),
                "(field Subject)",
            ),
            (Some("REQUIRED_FIELD_MISSING"), Some("Region__c"), "Region__c"),
            (Some("SOMETHING_NEW"), None, "refused"),
            (None, None, "timed out"),
        ];
        for (code, field, expected) in rows {
            let explained = delivery("salesforce", code, field, "the CRM timed out");
            assert!(explained.reason.contains(expected), "{}", explained.reason);
            assert!(explained.what_to_do.ends_with('.'), "{}", explained.what_to_do);
        }
        let theirs = delivery("hubspot", Some("VALIDATION_ERROR"), None, "");
        assert!(theirs.reason.contains("HubSpot") && !theirs.what_to_do.contains("Salesforce"));
        assert!(job("ingest", "it broke").what_to_do.contains("Retry"));
    }
}
