mod decisions;
mod post;
mod sending;
mod wishes;
