/**
 * Text that has passed the filter of one door. Only the filters of this folder make it, and a door takes nothing else,
 * so that no command can forget one. `weaver` joins it with the program's own words: a template takes filtered text and
 * numbers, never plain text. Pure.
 */
declare const filter: unique symbol;

export type Filtered<Door extends string> = string & { readonly [filter]: Door };

/** The whole content of a file: text of one of the formats, or bytes. */
export type FileContent = Filtered<"csv" | "json" | "markdown" | "markup" | "plain" | "tex"> | Uint8Array;

type Weaver<Text extends string> = (words: TemplateStringsArray, ...values: readonly (Text | number | "")[]) => Text;

/** The template of one door: its words are the program's, its values have passed the filter. */
export function weaver<Text extends Filtered<string>>(): Weaver<Text> {
  return (words, ...values) => {
    let text = words[0];
    for (const [i, value] of values.entries()) text += value + words[i + 1];
    return text as Text;
  };
}

/** Filtered texts in a row, with words of the program between them. */
export function joined<Text extends Filtered<string>>(texts: readonly (Text | number)[], between: string): Text {
  return texts.join(between) as Text;
}
