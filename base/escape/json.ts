/** The filter of JSON, for programs, files and terminals alike. Pure. */
import { CONTROLS } from "./controls.js";
import type { Filtered } from "./filtered.js";

export type JsonText = Filtered<"json">;

/** `JSON.stringify` escapes C0 and lone surrogates itself; remaining line breaks belong to the layout. */
const LEFT = new RegExp(`(?!\n)${CONTROLS.source}`, "gu");

const unicodeEscape = (text: string): string =>
  Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`).join("");

/** JSON of a value, with every control character as `\uXXXX`; `end` is a line end for files. */
export function jsonText(value: unknown, indent = 0, end: "" | "\n" = ""): JsonText {
  return (JSON.stringify(value, null, indent).replace(LEFT, unicodeEscape) + end) as JsonText;
}

/** JSON of an object with a list of any length as last key: one line per item, one piece of text per `every` items. */
export function* jsonWithList<T>(head: object, key: string, items: Iterable<T>, every: number): Generator<JsonText> {
  let [text, count] = [`${jsonText(head).slice(0, -1)}${Object.keys(head).length === 0 ? "" : ","}${jsonText(key)}:[`, 0];
  for (const item of items) {
    text += `${count === 0 ? "" : ","}\n${jsonText(item)}`;
    count++;
    if (count % every > 0) continue;
    yield text as JsonText;
    text = "";
  }
  yield `${text}\n]}\n` as JsonText;
}
