//! History: what was said before the tenant came, and (later) what a rule would have done with it.

pub mod backfill;
pub mod imports;
