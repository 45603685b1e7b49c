//! A ZIP from a stranger: opened only when nothing in its table of contents is a trick, and read with a lid on everything.
//!
//! Nothing is ever unpacked to disk and no archive inside the archive is opened, so a path can do no harm here; tricks with paths are
//! refused all the same, because an export that has them is not Slack's.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use zip::{CompressionMethod, ZipArchive};

use super::error::ExportError;

/// What an archive may have at most. The defaults are far above Slack's largest exports and far below what hurts.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Entries, folders included. A workspace of 500 channels has about 180,000 day files in a year.
    pub entries: u64,
    /// Bytes of one entry once inflated: `users.json` of 100,000 people has about 150 MB.
    pub entry_bytes: u64,
    /// Bytes of all entries once inflated.
    pub total_bytes: u64,
    /// Inflated bytes for each byte of the file. Slack's indented JSON shrinks to a fifteenth; a bomb to a thousandth.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 1_000_000,
            entry_bytes: 512 << 20,
            total_bytes: 32 << 30,
            ratio: 150,
        }
    }
}

/// Below this inflated size no ratio is suspicious: small files of one repeated character are harmless.
const RATIO_MATTERS_FROM: u64 = 4 << 20;
/// No name in an export is longer.
const LONGEST_NAME: usize = 1024;

/// An export's archive whose table of contents was found harmless.
pub struct Archive {
    zip: ZipArchive<BufReader<File>>,
    /// Entry by its name, the enclosing folder of a re-packed export taken off.
    entries: HashMap<String, Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    index: usize,
    declared_bytes: u64,
}

impl Archive {
    /// Opens an archive and looks at every entry's name, kind and declared size.
    pub fn open(path: &Path, limits: &Limits) -> Result<Self, ExportError> {
        let mut file = BufReader::new(File::open(path)?);
        let file_bytes = file.seek(SeekFrom::End(0))?;
        check_entry_count(&mut file, file_bytes, limits)?;
        file.rewind()?;
        let mut zip = ZipArchive::new(file).map_err(ExportError::NotAZip)?;
        check_no_name_twice(&mut zip, path)?;

        let mut entries = HashMap::with_capacity(zip.len());
        let mut total = 0u64;
        for index in 0..zip.len() {
            let entry = zip.by_index_raw(index).map_err(ExportError::NotAZip)?;
            let name = String::from_utf8(entry.name_raw().to_vec()).unwrap_or_else(|_| entry.name().to_owned());
            let forbid = |reason| {
                Err(ExportError::Forbidden {
                    entry: shortened(&name),
                    reason,
                })
            };
            if let Some(reason) = trick_in_name(&name) {
                return forbid(reason);
            }
            if entry.unix_mode().is_some_and(|mode| mode & 0o170_000 == 0o120_000) {
                return forbid("is a symbolic link");
            }
            if entry.encrypted() {
                return forbid("is encrypted");
            }
            if !matches!(
                entry.compression(),
                CompressionMethod::Stored | CompressionMethod::Deflated
            ) {
                return forbid("is compressed in a way that exports are not");
            }
            let (declared_bytes, packed) = (entry.size(), entry.compressed_size());
            if declared_bytes > limits.entry_bytes {
                return too_large(
                    format!("`{}` inflates to {declared_bytes} bytes", shortened(&name)),
                    limits.entry_bytes,
                );
            }
            if declared_bytes > RATIO_MATTERS_FROM && declared_bytes / packed.max(1) > limits.ratio {
                return too_large(
                    format!(
                        "`{}` inflates {}-fold",
                        shortened(&name),
                        declared_bytes / packed.max(1)
                    ),
                    limits.ratio,
                );
            }
            total = total.saturating_add(declared_bytes);
            if !name.ends_with('/') && entries.insert(name.clone(), Entry { index, declared_bytes }).is_some() {
                return forbid("is there twice");
            }
        }
        if total > limits.total_bytes {
            return too_large(format!("it inflates to {total} bytes"), limits.total_bytes);
        }
        // Catches entries that share one another's packed bytes: each is modest, all together are not.
        if total > RATIO_MATTERS_FROM && total / file_bytes.max(1) > limits.ratio {
            return too_large(format!("it inflates {}-fold", total / file_bytes.max(1)), limits.ratio);
        }
        Ok(Self {
            zip,
            entries: without_enclosing_folder(entries),
        })
    }

    /// The names of all files.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Whether there is such a file.
    pub fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// A file's content as a stream that fails as soon as there is more than the table of contents says. `None` when there is no such
    /// file.
    pub fn read<'a>(&'a mut self, name: &str) -> Result<Option<impl Read + use<'a>>, ExportError> {
        let Some(entry) = self.entries.get(name).copied() else {
            return Ok(None);
        };
        let unreadable = |error| ExportError::Unreadable {
            entry: shortened(name),
            reason: format!("{error}"),
        };
        let file = self.zip.by_index(entry.index).map_err(unreadable)?;
        Ok(Some(Lidded {
            inner: BufReader::new(file),
            left: entry.declared_bytes,
        }))
    }
}

/// Fails instead of giving more bytes than were declared.
struct Lidded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Lidded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = (self.left.checked_sub(read as u64))
            .ok_or_else(|| std::io::Error::other("it inflates to more than the archive declares"))?;
        Ok(read)
    }
}

fn too_large<T>(what: String, limit: u64) -> Result<T, ExportError> {
    Err(ExportError::TooLarge {
        what,
        limit: limit.to_string(),
    })
}

/// For messages: names come from a stranger and may be long or hold control characters.
pub(super) fn shortened(name: &str) -> String {
    let clean = name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c });
    let mut short: String = clean.take(120).collect();
    if name.chars().count() > 120 {
        short.push('…');
    }
    short
}

fn trick_in_name(name: &str) -> Option<&'static str> {
    let path = name.strip_suffix('/').unwrap_or(name);
    if name.len() > LONGEST_NAME {
        Some("has a name longer than 1024 bytes")
    } else if name.starts_with('/') || name.get(1..2) == Some(":") {
        Some("has an absolute path")
    } else if name.contains('\\') || name.contains('\0') {
        Some("has a backslash or a NUL in its name")
    } else if path
        .split('/')
        .any(|part| part.is_empty() || part == "." || part == "..")
    {
        Some("has a path that leaves or repeats its folder")
    } else {
        None
    }
}

/// Exports that were unpacked and packed again stand in a folder of their own, beside macOS's `__MACOSX`.
fn without_enclosing_folder(mut entries: HashMap<String, Entry>) -> HashMap<String, Entry> {
    entries.retain(|name, _| !name.starts_with("__MACOSX/") && !name.ends_with(".DS_Store"));
    if entries.contains_key("channels.json") || entries.contains_key("groups.json") {
        return entries;
    }
    let folder = entries.keys().find_map(|name| {
        name.strip_suffix("channels.json")
            .filter(|folder| folder.matches('/').count() == 1)
    });
    match folder.map(str::to_owned) {
        Some(folder) => (entries.into_iter())
            .filter_map(|(name, entry)| Some((name.strip_prefix(&folder)?.to_owned(), entry)))
            .collect(),
        None => entries,
    }
}

const END_OF_DIRECTORY: [u8; 4] = *b"PK\x05\x06";
const END_OF_DIRECTORY_64: [u8; 4] = *b"PK\x06\x06";
const DIRECTORY_ENTRY: [u8; 4] = *b"PK\x01\x02";
/// The end record without its comment, and the longest comment.
const END_BYTES: u64 = 22;
const LONGEST_COMMENT: u64 = u16::MAX as u64;

/// Refuses a table of contents that is too long before anybody reads it into memory: every record that could be the archive's end must
/// name a bearable number of entries.
fn check_entry_count(file: &mut (impl Read + Seek), file_bytes: u64, limits: &Limits) -> Result<(), ExportError> {
    // Room for the ZIP64 records, which stand right before the ordinary end record.
    let tail_begins = file_bytes.saturating_sub(END_BYTES + LONGEST_COMMENT + 76);
    file.seek(SeekFrom::Start(tail_begins))?;
    let mut tail = Vec::new();
    file.take(END_BYTES + LONGEST_COMMENT + 76).read_to_end(&mut tail)?;
    let little_endian = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0u64, |number, byte| (number << 8) | u64::from(*byte))
    };
    for at in 0..tail.len().saturating_sub(3) {
        let record = &tail[at..];
        let count = match record[..4].try_into() {
            Ok(END_OF_DIRECTORY) => record.get(10..12).map(little_endian),
            Ok(END_OF_DIRECTORY_64) => record.get(32..40).map(little_endian),
            _ => None,
        };
        if let Some(count) = count.filter(|count| *count > limits.entries) {
            return too_large(format!("it has {count} entries"), limits.entries);
        }
    }
    Ok(())
}

/// The library keeps the last of several entries with one name; a second reader of the file might keep the first. So none may repeat:
/// there must be as many entries in the table of contents as there are names.
fn check_no_name_twice(zip: &mut ZipArchive<BufReader<File>>, path: &Path) -> Result<(), ExportError> {
    let mut directory = BufReader::new(File::open(path)?);
    directory.seek(SeekFrom::Start(zip.central_directory_start()))?;
    let mut count = 0usize;
    let mut fixed = [0u8; 46];
    while directory.read_exact(&mut fixed).is_ok() && fixed[..4] == DIRECTORY_ENTRY {
        let length = |at: usize| i64::from(u16::from_le_bytes([fixed[at], fixed[at + 1]]));
        directory.seek_relative(length(28) + length(30) + length(32))?;
        count += 1;
    }
    if count == zip.len() {
        return Ok(());
    }
    Err(ExportError::TooLarge {
        what: format!("{count} entries share {} names", zip.len()),
        limit: "one each".to_owned(),
    })
}
