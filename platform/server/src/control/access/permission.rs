//! The permissions, each with a type of its own for handlers' signatures.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A permission as a type: the `P` of [`super::Granted`].
pub trait Permit: 'static {
    /// The permission.
    const PERMISSION: Permission;
    /// Its name, for the API description: `extensions(("x-permission" = json!(SignalsRead::NAME)))`.
    const NAME: &'static str = Self::PERMISSION.as_str();
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        /// Something that a role allows: `object:action`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Permission { $($(#[$doc])* $name,)* }

        impl Permission {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// `object:action`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }

        $($(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Permit for $name {
            const PERMISSION: Permission = Permission::$name;
        })*
    };
}

permissions! {
    /// See accounts.
    AccountsRead = "accounts:read";
    /// See all accounts and their signals, not only the assigned ones.
    AccountsSeeAll = "accounts:see_all";
    /// Create accounts and assign them.
    AccountsWrite = "accounts:write";
    /// See API keys, never their secret.
    ApiKeysRead = "api_keys:read";
    /// Make and revoke API keys.
    ApiKeysWrite = "api_keys:write";
    /// Read who did and saw what.
    AuditRead = "audit:read";
    /// See channels and their mappings.
    ChannelsRead = "channels:read";
    /// Watch channels and map them to accounts.
    ChannelsWrite = "channels:write";
    /// See how the connections to other systems are.
    ConnectionsRead = "connections:read";
    /// Connect and disconnect other systems.
    ConnectionsWrite = "connections:write";
    /// See what failed for good.
    DeadLettersRead = "dead_letters:read";
    /// Retry or discard what failed for good.
    DeadLettersWrite = "dead_letters:write";
    /// See what was written to other systems.
    DeliveriesRead = "deliveries:read";
    /// Write again, preview, undo and discard what is written to other systems.
    DeliveriesWrite = "deliveries:write";
    /// See which fields of the CRM stand for ours.
    FieldMappingsRead = "field_mappings:read";
    /// Choose which fields of the CRM stand for ours, and what is written there.
    FieldMappingsWrite = "field_mappings:write";
    /// See imports.
    ImportsRead = "imports:read";
    /// Import history.
    ImportsWrite = "imports:write";
    /// See the people of the tenant.
    MembersRead = "members:read";
    /// Invite people, change their roles.
    MembersWrite = "members:write";
    /// Set how others are notified, and who is told of what.
    NotificationsAdmin = "notifications:admin";
    /// See how one is notified, and what one was told.
    NotificationsRead = "notifications:read";
    /// Choose how one is notified.
    NotificationsWrite = "notifications:write";
    /// See what each role may do.
    RolesRead = "roles:read";
    /// Handle, snooze, dismiss, assign signals.
    SignalsAct = "signals:act";
    /// See signals.
    SignalsRead = "signals:read";
}

impl Permission {
    /// The object and the action of `object:action`.
    pub fn parts(self) -> (&'static str, &'static str) {
        self.as_str().split_once(':').unwrap_or((self.as_str(), ""))
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Permission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Permission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let known = Self::ALL.iter().find(|permission| permission.as_str() == text);
        known
            .copied()
            .ok_or_else(|| serde::de::Error::custom(format!("there is no permission `{text}`")))
    }
}

impl utoipa::PartialSchema for Permission {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(Self::ALL.iter().map(|permission| permission.as_str())))
            .into()
    }
}

impl utoipa::ToSchema for Permission {
    fn name() -> std::borrow::Cow<'static, str> {
        "Permission".into()
    }
}
