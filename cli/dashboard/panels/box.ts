/** The frame around a panel, and text cut or filled to an exact width with its styles kept whole. Pure. */
import { type Look, paint } from "../../format/style.js";
import { runsOf, styleMark } from "../../format/terminal-text.js";

export interface Panel {
  readonly title: string;
  readonly lines: readonly string[];
}

const RESET = styleMark(0);

/** `text` in exactly `width` cells. Every character is one cell wide. */
export function exactly(text: string, width: number): string {
  let cells = 0;
  let kept = "";
  for (const [i, run] of runsOf(text).entries()) {
    if (i % 2 === 1) {
      kept += styleMark(run);
      continue;
    }
    const characters = [...run];
    if (cells + characters.length > width) return kept + characters.slice(0, width - cells).join("") + (i === 0 ? "" : RESET);
    kept += run;
    cells += characters.length;
  }
  return cells < width ? kept + " ".repeat(width - cells) : kept;
}

/** A box of exactly `width` x `height`; lines beyond it are left out. A focused box says so by `>` and by weight. */
export function boxLines(
  look: Look,
  title: string,
  lines: readonly string[],
  width: number,
  height: number,
  focused = false,
): readonly string[] {
  const [tl, tr, bl, br, h, v] = look.unicode ? [..."╭╮╰╯─│"] : ["+", "+", "+", "+", "-", "|"];
  const heading = ` ${focused ? "> " : ""}${title} `.slice(0, Math.max(0, width - 4));
  const fill = h.repeat(Math.max(0, width - 3 - heading.length));
  const edge = (text: string): string => paint(look, text, focused ? "cyan" : "dim");
  const top =
    edge(`${tl}${h}`) + paint(look, heading, ...(focused ? (["bold", "cyan"] as const) : (["bold"] as const))) + edge(`${fill}${tr}`);
  const body = Array.from({ length: Math.max(0, height - 2) }, (_, i) => edge(v) + exactly(lines[i] ?? "", width - 2) + edge(v));
  return [top, ...body, edge(`${bl}${(h).repeat(Math.max(0, width - 2))}${br}`)];
}

/** Blocks side by side; each block's lines must already have its exact width. */
export function beside(left: readonly string[], right: readonly string[]): readonly string[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => (left[i] ?? "") + (right[i] ?? ""));
}
