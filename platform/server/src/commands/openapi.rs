//! `momentum openapi`

/// Prints the description that `/api/v1/openapi.json` serves.
pub fn run() -> anyhow::Result<()> {
    println!("{}", crate::app::openapi().to_pretty_json()?);
    Ok(())
}
