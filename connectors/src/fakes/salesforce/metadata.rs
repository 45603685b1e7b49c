//! The objects and fields the simulated org has: Salesforce's standard ones as far as we meet them, and custom ones by the seed.

use serde_json::{Value, json};

use crate::{crm::ExternalIdField, fakes::SalesforceSeed, salesforce::EXTERNAL_ID_FIELD};

/// An object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sobject {
    pub name: &'static str,
    pub prefix: &'static str,
    /// Set-up tables and users cannot be written by the API here.
    pub writable: bool,
    fields: &'static [Field],
}

/// A field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
    pub writable: bool,
    pub external_id: bool,
    pub unique: bool,
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Id,
    /// Text up to so many characters.
    Text(usize),
    /// Long text, which no filter may use.
    Long(usize),
    /// An amount of money.
    Number,
    /// A plain number.
    Double,
    Flag,
    Date,
    Instant,
    /// Another record, of one of these objects.
    Reference(&'static [&'static str]),
    /// One of these values; only these when restricted.
    Picklist {
        values: &'static [&'static str],
        restricted: bool,
    },
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        required: false,
        writable: true,
        external_id: false,
        unique: false,
    }
}

const fn required(name: &'static str, kind: Kind) -> Field {
    Field {
        required: true,
        ..field(name, kind)
    }
}

const fn system(name: &'static str, kind: Kind) -> Field {
    Field {
        writable: false,
        ..field(name, kind)
    }
}

const fn picklist(name: &'static str, values: &'static [&'static str], restricted: bool) -> Field {
    field(name, Kind::Picklist { values, restricted })
}

const USER: &[&str] = &["User"];

/// Fields every record has.
const EVERYWHERE: &[Field] = &[
    system("Id", Kind::Id),
    system("IsDeleted", Kind::Flag),
    system("CreatedDate", Kind::Instant),
    system("CreatedById", Kind::Reference(USER)),
    system("LastModifiedDate", Kind::Instant),
    system("LastModifiedById", Kind::Reference(USER)),
    system("SystemModstamp", Kind::Instant),
];

/// Salesforce's default task statuses, the closed one last but two; "Open" is none of them.
pub(super) const TASK_STATUSES: &[(&str, bool)] = &[
    ("Not Started", false),
    ("In Progress", false),
    ("Completed", true),
    ("Waiting on someone else", false),
    ("Deferred", false),
];

/// Salesforce's default stages: name, closed, won.
pub(super) const STAGES: &[(&str, bool, bool)] = &[
    ("Prospecting", false, false),
    ("Qualification", false, false),
    ("Needs Analysis", false, false),
    ("Value Proposition", false, false),
    ("Proposal/Price Quote", false, false),
    ("Negotiation/Review", false, false),
    ("Closed Won", true, true),
    ("Closed Lost", true, false),
];

const OBJECTS: &[Sobject] = &[
    Sobject {
        name: "Account",
        prefix: "001",
        writable: true,
        fields: &[
            required("Name", Kind::Text(255)),
            field("Website", Kind::Text(255)),
            picklist(
                "Type",
                &[
                    "Prospect",
                    "Customer - Direct",
                    "Customer - Channel",
                    "Partner",
                    "Other",
                ],
                false,
            ),
            field("Industry", Kind::Text(255)),
            field("AnnualRevenue", Kind::Number),
            field("Description", Kind::Long(32_000)),
            field("OwnerId", Kind::Reference(USER)),
            system("MasterRecordId", Kind::Reference(&["Account"])),
            field("ARR__c", Kind::Number),
            field("Renewal_Date__c", Kind::Date),
            field("Health_Score__c", Kind::Double),
            field("Adoption_Score__c", Kind::Double),
            field("Open_Risk_Signals__c", Kind::Double),
            field("Open_Expansion_Signals__c", Kind::Double),
            field("Last_Signal_At__c", Kind::Instant),
            field("Has_Open_Risk__c", Kind::Flag),
            picklist("Segment__c", &["Enterprise", "Mid-Market", "SMB"], true),
        ],
    },
    Sobject {
        name: "Contact",
        prefix: "003",
        writable: true,
        fields: &[
            field("FirstName", Kind::Text(40)),
            required("LastName", Kind::Text(80)),
            system("Name", Kind::Text(121)),
            field("Email", Kind::Text(80)),
            field("Title", Kind::Text(128)),
            field("AccountId", Kind::Reference(&["Account"])),
            field("OwnerId", Kind::Reference(USER)),
            system("MasterRecordId", Kind::Reference(&["Contact"])),
        ],
    },
    Sobject {
        name: "Lead",
        prefix: "00Q",
        writable: true,
        fields: &[
            required("LastName", Kind::Text(80)),
            required("Company", Kind::Text(255)),
            field("Email", Kind::Text(80)),
            field("OwnerId", Kind::Reference(USER)),
        ],
    },
    Sobject {
        name: "Task",
        prefix: "00T",
        writable: true,
        fields: &[
            field("Subject", Kind::Text(255)),
            field("Description", Kind::Long(32_000)),
            field("WhatId", Kind::Reference(&["Account", "Opportunity"])),
            field("WhoId", Kind::Reference(&["Contact", "Lead"])),
            field("OwnerId", Kind::Reference(USER)),
            picklist(
                "Status",
                &[
                    "Not Started",
                    "In Progress",
                    "Completed",
                    "Waiting on someone else",
                    "Deferred",
                ],
                true,
            ),
            picklist("Priority", &["High", "Normal", "Low"], true),
            picklist("Type", &["Call", "Email", "Meeting", "Other"], false),
            field("ActivityDate", Kind::Date),
            system("IsClosed", Kind::Flag),
            system("AccountId", Kind::Reference(&["Account"])),
        ],
    },
    Sobject {
        name: "Opportunity",
        prefix: "006",
        writable: true,
        fields: &[
            required("Name", Kind::Text(120)),
            field("Description", Kind::Long(32_000)),
            field("AccountId", Kind::Reference(&["Account"])),
            field("OwnerId", Kind::Reference(USER)),
            Field {
                required: true,
                ..picklist(
                    "StageName",
                    &[
                        "Prospecting",
                        "Qualification",
                        "Needs Analysis",
                        "Value Proposition",
                        "Proposal/Price Quote",
                        "Negotiation/Review",
                        "Closed Won",
                        "Closed Lost",
                    ],
                    true,
                )
            },
            required("CloseDate", Kind::Date),
            field("Amount", Kind::Number),
            system("IsClosed", Kind::Flag),
            system("IsWon", Kind::Flag),
        ],
    },
    Sobject {
        name: "User",
        prefix: "005",
        writable: false,
        fields: &[
            system("Name", Kind::Text(121)),
            system("Email", Kind::Text(128)),
            system("Username", Kind::Text(80)),
            system("IsActive", Kind::Flag),
            system("UserType", Kind::Text(40)),
        ],
    },
    Sobject {
        name: "Organization",
        prefix: "00D",
        writable: false,
        fields: &[system("Name", Kind::Text(80)), system("IsSandbox", Kind::Flag)],
    },
    Sobject {
        name: "TaskStatus",
        prefix: "01J",
        writable: false,
        fields: &[
            system("ApiName", Kind::Text(255)),
            system("MasterLabel", Kind::Text(255)),
            system("IsClosed", Kind::Flag),
            system("IsDefault", Kind::Flag),
            system("SortOrder", Kind::Number),
        ],
    },
    Sobject {
        name: "OpportunityStage",
        prefix: "01J",
        writable: false,
        fields: &[
            system("ApiName", Kind::Text(255)),
            system("MasterLabel", Kind::Text(255)),
            system("IsActive", Kind::Flag),
            system("IsClosed", Kind::Flag),
            system("IsWon", Kind::Flag),
            system("SortOrder", Kind::Number),
        ],
    },
];

/// An object by name, in any case, as Salesforce takes it.
pub(super) fn sobject(name: &str) -> Option<&'static Sobject> {
    OBJECTS.iter().find(|object| object.name.eq_ignore_ascii_case(name))
}

/// The object an id belongs to.
pub(super) fn sobject_of(id: &str) -> Option<&'static Sobject> {
    OBJECTS.iter().find(|object| id.starts_with(object.prefix))
}

pub(super) fn all() -> &'static [Sobject] {
    OBJECTS
}

impl Sobject {
    /// Its fields in this org.
    pub(super) fn fields(&self, seed: &SalesforceSeed) -> Vec<Field> {
        let mut fields: Vec<Field> = EVERYWHERE.iter().chain(self.fields).copied().collect();
        if ["Task", "Opportunity"].contains(&self.name) && seed.external_id_field != ExternalIdField::Missing {
            fields.push(Field {
                external_id: seed.external_id_field != ExternalIdField::PlainField,
                unique: seed.external_id_field == ExternalIdField::Unique,
                ..field(EXTERNAL_ID_FIELD, Kind::Text(80))
            });
        }
        fields
    }

    /// A field by name, in any case.
    pub(super) fn field(&self, name: &str, seed: &SalesforceSeed) -> Option<Field> {
        self.fields(seed)
            .into_iter()
            .find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// The answer of `…/describe`.
    pub(super) fn describe(&self, seed: &SalesforceSeed) -> Value {
        json!({
            "name": self.name, "label": self.name, "keyPrefix": self.prefix, "custom": false, "createable": self.writable,
            "updateable": self.writable, "queryable": true,
            "fields": self.fields(seed).iter().map(|field| field.describe(self.writable)).collect::<Vec<_>>(),
        })
    }
}

impl Field {
    /// The relationship that leads to the referenced record: `OwnerId` to `Owner`.
    pub(super) fn relationship(&self) -> Option<&'static str> {
        matches!(self.kind, Kind::Reference(_))
            .then(|| self.name.strip_suffix("Id"))
            .flatten()
    }

    fn describe(&self, object_writable: bool) -> Value {
        let (kind, length) = match self.kind {
            Kind::Id => ("id", 18),
            Kind::Text(length) => ("string", length),
            Kind::Long(length) => ("textarea", length),
            Kind::Number => ("currency", 0),
            Kind::Double => ("double", 0),
            Kind::Flag => ("boolean", 0),
            Kind::Date => ("date", 0),
            Kind::Instant => ("datetime", 0),
            Kind::Reference(_) => ("reference", 18),
            Kind::Picklist { .. } => ("picklist", 255),
        };
        let (values, restricted) = match self.kind {
            Kind::Picklist { values, restricted } => (values, restricted),
            _ => (&[][..], false),
        };
        let default = values.first().copied();
        let values: Vec<Value> = values
            .iter()
            .map(|value| json!({"value": value, "label": value, "active": true, "defaultValue": Some(*value) == default}))
            .collect();
        let targets = if let Kind::Reference(targets) = self.kind {
            targets
        } else {
            &[]
        };
        let writable = self.writable && object_writable;
        json!({
            "name": self.name, "label": self.name, "type": kind, "length": length, "custom": self.name.ends_with("__c"),
            "nillable": !self.required, "createable": writable, "updateable": writable, "externalId": self.external_id,
            "unique": self.unique, "idLookup": self.external_id || self.name == "Id", "filterable": !matches!(self.kind, Kind::Long(_)),
            "sortable": !matches!(self.kind, Kind::Long(_)), "restrictedPicklist": restricted, "picklistValues": values,
            "referenceTo": targets, "relationshipName": self.relationship(), "defaultedOnCreate": !self.required,
        })
    }
}
