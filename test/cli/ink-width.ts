/** The width of text by which Ink lays out: `string-width`, as Ink itself imports it. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const beside = createRequire(createRequire(import.meta.url).resolve("ink"));
const { default: width } = (await import(pathToFileURL(beside.resolve("string-width")).href)) as {
  readonly default: (text: string) => number;
};

export const widthOf = (text: string): number => width(text);
