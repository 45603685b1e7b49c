//! Typed ids: a UUID in the database, a prefixed word on the wire (`sig_0192…`), never interchangeable.

use std::fmt;
use std::str::FromStr;

use sea_orm::DeriveValueType;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// An id that does not parse: another kind's prefix, or no UUID behind it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an id that begins with `{expected}`")]
pub struct InvalidId {
    /// The prefix that this kind of id has.
    pub expected: &'static str,
}

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
        pub struct $name(pub Uuid);

        impl $name {
            /// What this kind of id begins with on the wire.
            pub const PREFIX: &'static str = $prefix;

            /// A new, time-ordered id.
            pub fn generate() -> Self {
                Self(super::context::new_uuid())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", $prefix, self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.strip_prefix($prefix)
                    .and_then(|rest| Uuid::try_parse(rest).ok())
                    .map(Self)
                    .ok_or(InvalidId { expected: $prefix })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some(concat!("An id that begins with `", $prefix, "`.")))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )*};
}

typed_ids! {
    /// A company that pays.
    TenantId = "ten_";
    /// A person who signs in.
    UserId = "usr_";
    /// A person in one tenant, with a role.
    MemberId = "mem_";
    /// A tenant's customer.
    AccountId = "acc_";
    /// A person at an account.
    ContactId = "con_";
    /// A Slack channel as one tenant knows it.
    ChannelId = "chn_";
    /// One Slack message.
    MessageId = "msg_";
    /// What a detector found in one message.
    DetectionId = "det_";
    /// What people see.
    SignalId = "sig_";
    /// One write to one destination for one signal.
    DeliveryId = "dlv_";
    /// What failed for good and needs a person: a dead job, as people see it.
    DeadLetterId = "dl_";
    /// A unit of background work.
    JobId = "job_";
    /// A tenant's install of a connector.
    ConnectionId = "cnn_";
    /// A notice to one recipient.
    NotificationId = "ntf_";
    /// A history import.
    ImportId = "imp_";
    /// Channel history that is read back.
    BackfillId = "bkf_";
    /// A night's comparison of what we wrote with what the CRM has.
    ReconciliationId = "rec_";
    /// A key for the API.
    ApiKeyId = "key_";
    /// One entry of the audit chain.
    AuditEntryId = "aud_";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_wrote_and_refuses_other_kinds() {
        let id = SignalId::generate();
        assert_eq!(id.to_string().parse::<SignalId>(), Ok(id));
        for bad in [
            "",
            "sig_",
            "sig_zz",
            "acc_0192f0c1a2b37c4d8e9fa0b1c2d3e4f5",
            "0192f0c1a2b37c4d8e9fa0b1c2d3e4f5",
        ] {
            assert_eq!(bad.parse::<SignalId>(), Err(InvalidId { expected: "sig_" }), "{bad}");
        }
    }
}
