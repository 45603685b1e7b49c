//! Likeness of names by their character n-grams, for typos and dropped words.

use std::collections::{BTreeMap, HashMap};

use super::names;

/// How many of the n-gram neighbours are compared letter by letter.
const RERANKED: usize = 12;

/// "Income Fund II" is not "Income Fund III", however alike they are written.
const ANOTHER_OF_THE_SERIES: f64 = 60.0;
/// A lead this small over the next name is none.
const NO_LEAD: f64 = 0.02;

/// An inverted index of n-grams, weighted by how rare they are (TF-IDF).
#[derive(Debug, Default)]
pub struct Likeness {
    names: Vec<String>,
    series: Vec<String>,
    postings: HashMap<String, Vec<u32>>,
    norms: Vec<f32>,
}

impl Likeness {
    /// Adds the next account's name.
    pub fn add(&mut self, core: &[String]) {
        let at = self.names.len() as u32;
        let name = names::squash(core);
        for gram in grams(&name) {
            let accounts = self.postings.entry(gram).or_default();
            if accounts.last() != Some(&at) {
                accounts.push(at);
            }
        }
        self.names.push(name);
        self.series.push(names::series_numbers(core).join(" "));
    }

    /// Computes the norms; to be called once after the last name.
    pub fn finish(&mut self) {
        let mut squares = vec![0.0_f32; self.names.len()];
        for accounts in self.postings.values() {
            let weight = self.rarity(accounts.len());
            for at in accounts {
                squares[*at as usize] += weight * weight;
            }
        }
        self.norms = squares.into_iter().map(f32::sqrt).collect();
    }

    fn rarity(&self, holders: usize) -> f32 {
        (1.0 + self.names.len() as f32 / (1.0 + holders as f32)).ln()
    }

    /// The names written most like this one, with how likely each is meant (0 to 100).
    ///
    /// N-grams propose; the edit distance over the whole name decides; the lead over the next one counts, because among
    /// near twins nobody can tell which was meant.
    pub fn closest(&self, core: &[String], limit: usize) -> Vec<(usize, f64)> {
        let name = names::squash(core);
        let mut scores: BTreeMap<u32, f32> = BTreeMap::new();
        let mut norm = 0.0_f32;
        for gram in grams(&name) {
            let accounts = self.postings.get(&gram).map(Vec::as_slice).unwrap_or_default();
            let weight = self.rarity(accounts.len());
            norm += weight * weight;
            for at in accounts {
                *scores.entry(*at).or_default() += weight * weight;
            }
        }
        let mut neighbours: Vec<(u32, f32)> = scores
            .into_iter()
            .map(|(at, dot)| (at, dot / (norm.sqrt() * self.norms[at as usize]).max(f32::MIN_POSITIVE)))
            .collect();
        neighbours.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        neighbours.truncate(RERANKED);
        let mut alike: Vec<(usize, f64)> = neighbours
            .into_iter()
            .map(|(at, cosine)| (at as usize, self.blend(&name, at as usize, f64::from(cosine))))
            .collect();
        alike.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let second = alike.get(1).map_or(0.0, |(_, score)| *score);
        alike.truncate(limit);
        let length = name.chars().count();
        let series = names::series_numbers(core).join(" ");
        let likely = |rank: usize, at: usize, score: f64| {
            let likelihood = likelihood(score, if rank == 0 { score - second } else { 0.0 }, length);
            if self.series[at] == series {
                likelihood
            } else {
                likelihood.min(ANOTHER_OF_THE_SERIES)
            }
        };
        alike
            .iter()
            .enumerate()
            .map(|(rank, (at, score))| (*at, likely(rank, *at, *score)))
            .filter(|(_, confidence)| *confidence >= 20.0)
            .collect()
    }

    fn blend(&self, name: &str, at: usize, cosine: f64) -> f64 {
        let edits = strsim::normalized_damerau_levenshtein(name, &self.names[at]);
        0.35 * cosine + 0.65 * edits
    }
}

/// From likeness, lead and length to a percentage; the curve was fitted on `fixtures/eval/accounts_queries_dev.jsonl`. Only long
/// names with one or two letters wrong and a clear lead come to 90 and more.
fn likelihood(score: f64, lead: f64, length: usize) -> f64 {
    let twin = if lead < NO_LEAD { -1.5 } else { 0.0 };
    let logit = 14.0 * (score - 0.80) + 9.0 * lead.min(0.25) + 0.12 * (length.min(16) as f64 - 9.0) + twin;
    (100.0 / (1.0 + (-logit).exp())).min(95.0)
}

/// Runs of two and three characters, with the ends marked.
fn grams(name: &str) -> Vec<String> {
    let padded: Vec<char> = std::iter::once('^')
        .chain(name.chars().take(64))
        .chain(std::iter::once('$'))
        .collect();
    let runs = |length: usize| {
        padded
            .windows(length)
            .map(|window| window.iter().collect::<String>())
            .collect::<Vec<_>>()
    };
    let mut all = runs(2);
    all.extend(runs(3));
    all.sort_unstable();
    all.dedup();
    all
}
