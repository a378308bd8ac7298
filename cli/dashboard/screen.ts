/**
 * The terminal while the dashboard owns it: alternate screen, hidden cursor, frames written as differences of cells.
 * Effects: writes to the terminal.
 */
import { writeSync } from "node:fs";
import { joined } from "../../base/escape/filtered.js";
import { cellsOf, isNarrow } from "../format/cells.js";
import { charactersOf, filteredRuns, type TerminalText, terminal } from "../format/terminal-text.js";

const ENTER = terminal`\u001b[?1049h\u001b[?25l\u001b[2J\u001b[H`;
const LEAVE = terminal`\u001b[0m\u001b[?25h\u001b[?1049l`;
const CLEAR = terminal`\u001b[0m\u001b[2J`;
const RESET = terminal`\u001b[0m`;
/** Up to this many unchanged cells between two changes are written: jumping over them would cost more bytes. */
const GAP = 6;

/** One column of the screen. */
interface Cell {
  /** With its marks; empty in the second column of a wide character. */
  readonly character: TerminalText;
  /** SGR codes in force, joined by `;`. */
  readonly style: TerminalText;
}
const PLAIN = terminal``;
const BLANK: Cell = { character: terminal` `, style: PLAIN };

/** Codes that switch styles off, and which codes each ends. */
const ENDS: { readonly [code: string]: (code: string) => boolean } = {
  "0": () => true,
  "22": (code) => code === "1" || code === "2",
  "27": (code) => code === "7",
  "39": (code) => code.length === 2 && code.startsWith("3"),
};

/**
 * A line as cells, each with its style. A cell without a character differs from an equal column of another line only if
 * the cell before it does, so no difference begins in the middle of a wide character. Pure.
 */
function columnsOf(line: string): readonly Cell[] {
  const cells: Cell[] = [];
  let codes: readonly TerminalText[] = [];
  let style = PLAIN;
  for (const [i, run] of filteredRuns(line).entries()) {
    if (i % 2 === 0) {
      const narrow = isNarrow(run);
      for (const character of charactersOf(run)) {
        if (narrow) cells.push({ character, style });
        else addCharacter(cells, character, style);
      }
      continue;
    }
    const ended = ENDS[run];
    codes = ended === undefined ? [...codes, run] : codes.filter((one) => !ended(one));
    style = joined(codes, ";");
  }
  return cells;
}

function addCharacter(cells: Cell[], character: TerminalText, style: TerminalText): void {
  const width = cellsOf(character);
  if (width > 0) cells.push({ character, style });
  for (let i = 1; i < width; i++) cells.push({ character: PLAIN, style });
  if (width > 0) return;
  // a mark belongs to the character before it
  const base = cells.findLastIndex((cell) => cell.character !== PLAIN);
  if (base >= 0) cells[base] = { ...cells[base], character: terminal`${cells[base].character}${character}` };
}

/**
 * The text that turns one frame into the next; equal lines are skipped first, then equal cells. Empty if nothing
 * changes. Pure.
 */
export function frameDifference(before: readonly string[], after: readonly string[]): TerminalText {
  const parts: TerminalText[] = [];
  for (let row = 0; row < Math.max(before.length, after.length); row++) {
    const [old, now] = [before[row] ?? "", after[row] ?? ""];
    if (old !== now) addLine(parts, row, columnsOf(old), columnsOf(now));
  }
  return joined(parts, "");
}

const placed = (row: number, column: number): TerminalText => terminal`\u001b[${row + 1};${column + 1}H`;

function addLine(parts: TerminalText[], row: number, old: readonly Cell[], now: readonly Cell[]): void {
  const length = Math.max(old.length, now.length);
  const changed = (i: number): boolean => {
    const [a, b] = [old[i] ?? BLANK, now[i] ?? BLANK];
    return a.character !== b.character || a.style !== b.style;
  };
  for (let i = 0; i < length; i++) {
    if (!changed(i)) continue;
    let end = i + 1;
    for (let k = end; k < length && k - end < GAP; k++) if (changed(k)) end = k + 1;
    parts.push(placed(row, i));
    let style = PLAIN;
    for (; i < end; i++) {
      const cell = now[i] ?? BLANK;
      if (cell.style !== style) parts.push(cell.style === PLAIN ? RESET : terminal`\u001b[0;${cell.style}m`);
      style = cell.style;
      parts.push(cell.character);
      // Terminals disagree about the width of a character with marks, so what follows gets its own place.
      if (charactersOf(cell.character).length > 1) parts.push(placed(row, i + 1));
    }
    if (style !== PLAIN) parts.push(RESET);
  }
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A terminal that shows frames. */
export class Screen {
  private shown: readonly string[] = [];
  private open = false;
  private current: Size;
  private readonly listeners = new Set<() => void>();
  /** Bytes written and frames that changed something, for measurements. */
  written = { frames: 0, bytes: 0 };

  constructor(private readonly terminal: NodeJS.WriteStream & { readonly fd: number }) {
    this.current = this.measured();
  }

  /** The size of frames; a new object whenever it changes. */
  readonly size = (): Size => this.current;

  /** Calls `changed` when the size changes. Returns a function that ends this. */
  readonly subscribe = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };

  /** Takes the terminal over and shows the last frame again. */
  enter(): void {
    this.open = true;
    this.terminal.on("resize", this.resized);
    // If the terminal disappears (a lost connection), writes fail; the handler of the hang-up signal decides.
    if (this.terminal.listenerCount("error") === 0) this.terminal.on("error", () => {});
    this.write(ENTER);
    this.renewed();
  }

  /** Restores the terminal; synchronous, so that it works while the process ends. Harmless when called twice. */
  leave(): void {
    if (!this.open) return;
    this.open = false;
    this.terminal.off("resize", this.resized);
    try {
      writeSync(this.terminal.fd, LEAVE);
    } catch {
      // The terminal is gone: there is nothing to restore.
    }
  }

  show(frame: readonly string[]): void {
    if (this.open) this.draw(this.shown, frame);
    this.shown = frame;
  }

  private draw(before: readonly string[], frame: readonly string[]): void {
    const difference = frameDifference(before, frame);
    if (difference === PLAIN) return;
    const text = terminal`\u001b[?2026h${difference}\u001b[?2026l`;
    this.written = { frames: this.written.frames + 1, bytes: this.written.bytes + Buffer.byteLength(text) };
    this.write(text);
  }

  private write(text: TerminalText): void {
    this.terminal.write(text);
  }

  private measured(): Size {
    return { columns: this.terminal.columns || 80, rows: this.terminal.rows || 24 };
  }

  private readonly resized = (): void => {
    this.write(CLEAR);
    this.renewed();
  };

  /**
   * After the terminal was cleared: if the size is the same, draws the last frame again; else the listeners make a new
   * one.
   */
  private renewed(): void {
    const { columns, rows } = this.measured();
    const frame = this.shown;
    if (columns === this.current.columns && rows === this.current.rows) {
      this.draw([], frame);
      return;
    }
    this.shown = [];
    this.current = { columns, rows };
    for (const listener of this.listeners) listener();
  }
}
