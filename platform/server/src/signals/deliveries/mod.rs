//! What goes to the CRM: one row for each signal, system and kind of record (each note is one of its own), and one for
//! each write of an account's fields, whatever happens how often.
//!
//! Invariants:
//! - A delivery and the job that makes it are stored in one transaction, in the lane of its connection and account.
//! - What was undone stays undone: no retry and no second request writes it again.

mod again;
mod fields;
mod listing;
mod model;
mod request;

pub use again::{Filter as AgainFilter, Gone, discard, of_filter, retry};
pub use fields::request_fields;
pub use listing::{
    Delivery, DeliveryErrorInfo, DeliveryFilter, DeliverySignal, DeliveryUndo, FoundInCrm, Place, UndoPossibility,
    of_ids, of_signal, page,
};
pub use model::{
    CRM_SYNC_QUEUE, CrmSyncJob, DeliveryJob, JobKind, NoteDetail, QUEUE, RecordType, Requested, request_sync,
};
pub use request::{enqueue, enqueue_kind, release_waiting, request, request_note, revive, suppress};
