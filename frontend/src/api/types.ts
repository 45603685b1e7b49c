import type { components } from "./schema";

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
export type NotificationItem = Schemas["Notification"];
export type NotificationPage = Schemas["NotificationPage"];
export type NotificationPreferences = Schemas["NotificationPreferences"];
export type NotificationRoutes = Schemas["NotificationRoutes"];
export type NotificationRule = Schemas["NotificationRule"];
export type DigestPurpose = Extract<Schemas["NoticePurpose"], "daily_digest" | "weekly_digest">;
/** Something with a name, as lists refer to it. */
export type NamedRef = NonNullable<Signal["account"]>;
export type Permission =
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
