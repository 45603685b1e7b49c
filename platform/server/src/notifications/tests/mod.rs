mod decisions;
mod lost;
mod post;
mod sending;
mod slack;
mod wishes;
