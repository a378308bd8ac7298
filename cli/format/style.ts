/** Colours and symbols of the terminal. The text always has the full meaning; colour only helps the eye. */

import { styleMark } from "./terminal-text.js";

/** What the terminal can show. */
export interface Look {
  readonly colour: boolean;
  /** False: only ASCII characters are printed. */
  readonly unicode: boolean;
  /** Width of the terminal, which bounds tables; default: a pipe or a file, where nothing is cut. */
  readonly columns?: number;
}

/** Width of a terminal that does not report it. */
const USUAL_COLUMNS = 80;

export type Paint = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "magenta" | "cyan" | "inverse";

const SGR: { readonly [paint in Paint]: readonly [number, number] } = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
  inverse: [7, 27],
};

/**
 * True if the environment's locale is UTF-8; `SNN_DSE_ASCII=1` forces ASCII (other values: `process/environment.ts`).
 */
export function speaksUnicode(env: NodeJS.ProcessEnv): boolean {
  if (env.SNN_DSE_ASCII === "1") return false;
  if (env.TERM === "dumb" || env.TERM === "linux") return false;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  return locale === "" ? process.platform === "darwin" || process.platform === "win32" : /utf-?8/i.test(locale);
}

/**
 * The look of a stream: no colour with `NO_COLOR` (any non-empty value) or if the stream is not a terminal;
 * `FORCE_COLOR` forces colour.
 */
export function lookOf(stream: { readonly isTTY?: boolean; readonly columns?: number }, env: NodeJS.ProcessEnv): Look {
  const refused = (env.NO_COLOR !== undefined && env.NO_COLOR !== "") || env.FORCE_COLOR === "0";
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "" && env.FORCE_COLOR !== "0";
  const colour = !refused && (forced || (stream.isTTY === true && env.TERM !== "dumb"));
  return { colour, unicode: speaksUnicode(env), ...(stream.isTTY === true ? { columns: stream.columns || USUAL_COLUMNS } : {}) };
}

/** `text` in the given paints; plain text if the look has no colour. */
export function paint(look: Look, text: string, ...paints: readonly Paint[]): string {
  if (!look.colour || paints.length === 0) return text;
  return paints.reduceRight((inner, name) => styleMark(SGR[name][0]) + inner + styleMark(SGR[name][1]), text);
}
