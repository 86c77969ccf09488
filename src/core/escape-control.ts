// Control characters, line ends, what turns the direction of writing, halves of a character.
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu;

/** Returns a name on one line, with control characters written as `\u000a`. */
export function escapeControl(name: string): string {
  return name.replaceAll(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same for a text of several lines, which stay lines. JSON stays JSON, and says the same. */
export function escapeLines(text: string): string {
  return text.replaceAll(/[^\n\t]+/g, escapeControl);
}
