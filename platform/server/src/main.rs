//! The binary `momentum`.

fn main() {}
