//! What a message means.
