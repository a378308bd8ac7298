/**
 * Text that is safe to write in one output format. Only the filters of this folder make it, and functions that write
 * output accept nothing else, so no command can forget the filter. `weaver` makes templates of the program's own words,
 * whose values are filtered text or numbers, never plain text. Pure.
 */
declare const filter: unique symbol;

/** Text that a filter made for the format `Door`; a text like any other to its readers. */
export type Filtered<Door extends string> = string & { readonly [filter]: Door };

/** The whole content of a file: text of one of the formats, or bytes. */
export type FileContent = Filtered<"csv" | "json" | "markdown" | "markup" | "plain" | "tex"> | Uint8Array;

type Weaver<Text extends string> = (words: TemplateStringsArray, ...values: readonly (Text | number | "")[]) => Text;

/** Makes the template tag of one format: the words are the program's, the values have passed the filter. */
export function weaver<Text extends Filtered<string>>(): Weaver<Text> {
  return (words, ...values) => {
    let text = words[0];
    for (const [i, value] of values.entries()) text += value + words[i + 1];
    return text as Text;
  };
}

/** Joins filtered texts by a separator of the program's own. */
export function joined<Text extends Filtered<string>>(texts: readonly (Text | number)[], between: string): Text {
  return texts.join(between) as Text;
}
