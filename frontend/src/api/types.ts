import type { components } from "./schema";

export type {
  DigestPurpose,
  NotificationItem,
  NotificationPage,
  NotificationPreferences,
  NotificationRoutes,
  NotificationRule,
  Weekday,
} from "./contract/notifications";

type Schemas = components["schemas"];

export type Account = Schemas["Account"];
export type AccountPage = Schemas["AccountPage"];
export type AccountStatus = Schemas["AccountStatus"];
export type AccountSuggestion = Schemas["AccountSuggestion"];
export type ChannelClass = Schemas["ChannelClass"];
export type ChannelMapping = Schemas["ChannelMapping"];
export type ContextMessage = Schemas["ContextMessage"];
export type DeadLetter = Schemas["DeadLetter"];
export type DeadLetterPage = Schemas["DeadLetterPage"];
export type Delivery = Schemas["Delivery"];
export type DeliveryState = Schemas["DeliveryState"];
export type DismissReason = Schemas["DismissReason"];
export type Evidence = Schemas["Evidence"];
export type Import = Schemas["Import"];
export type Me = Schemas["Me"];
export type Member = Schemas["Member"];
/** Something with a name, as lists refer to it. */
export type NamedRef = NonNullable<Signal["account"]>;
export type Permission =
  | Me["permissions"][number]
  | "notifications:admin"
  | "notifications:read"
  | "notifications:write";
export type Problem = Schemas["Problem"];
export type RelatedRecord = Schemas["RelatedRecord"];
export type Role = Schemas["Role"];
export type Sentiment = Schemas["Sentiment"];
export type Signal = Schemas["Signal"];
export type SignalAction = Schemas["SignalAction"];
export type SignalCounts = Schemas["SignalCounts"];
export type SignalDetail = Schemas["SignalDetail"];
export type SignalKind = Schemas["SignalKind"];
export type SignalPage = Schemas["SignalPage"];
export type SignalStatus = Schemas["SignalStatus"];
export type AccountOption = Schemas["AccountOption"];
export type Backfill = Schemas["Backfill"];
export type BackfillState = Schemas["BackfillState"];
export type BulkMapping = Schemas["BulkMapped"];
export type Channel = Schemas["Channel"];
export type ChannelPage = Schemas["ChannelPage"];
export type ImportOutcome = Schemas["ImportOutcome"];
export type JoinState = Schemas["JoinState"];
export type MappingImport = Schemas["ImportedMappings"];
export type MappingImportRow = Schemas["ImportedMapping"];
export type UnmappedChannel = Schemas["UnmappedChannel"];
export type UnmappedPage = Schemas["UnmappedChannelPage"];
export type Connection = Schemas["Connection"];
export type CrmField = Schemas["MappableField"];
export type CrmSettings = Schemas["CrmSettings"];
export type FieldChoice = Schemas["FieldChoice"];
export type FieldKind = Schemas["ValueKind"];
export type FieldMapping = Schemas["ConnectionMapping"];
export type HistoryProfile = Schemas["HistoryProfile"];
export type MappedField = Schemas["MappedField"];
export type PlannedWrite = Schemas["PlannedWrite"];
export type Quota = Schemas["Quota"];
export type Reconciliation = Schemas["Reconciliation"];
export type RecordType = Schemas["RecordType"];
export type UndoOutcome = Schemas["UndoOutcome"];
export type Vendor = Schemas["Vendor"];
export type VendorOffer = Schemas["VendorOffer"];
/** What to take back: these records, or everything written in a stretch of time, by one rule if it names one. */
export type UndoScope = Omit<Schemas["UndoDeliveries"], "dry_run">;
/** What made Momentum write. */
export type WritingRule = NonNullable<UndoScope["rule"]>;
