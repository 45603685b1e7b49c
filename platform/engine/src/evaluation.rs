//! Measuring detection, tone and matching on labelled rows.
