/** A run of a message's text, marked when it belongs to the quote. */
export interface Piece {
  text: string;
  marked: boolean;
}

/** Splits a message around its quote. White space may differ between the two: Slack keeps line breaks, a quote does not. */
export function highlight(text: string, quote: string): Piece[] {
  const words = quote
    .replace(/^…|…$/g, "")
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const found = words.length > 0 ? new RegExp(words.join("\\s+"), "i").exec(text) : null;
  if (!found) return [{ text, marked: false }];
  const end = found.index + found[0].length;
  return [
    { text: text.slice(0, found.index), marked: false },
    { text: found[0], marked: true },
    { text: text.slice(end), marked: false },
  ].filter((piece) => piece.text !== "");
}
