/**
 * The terminal while the dashboard owns it: alternate screen, hidden cursor, frames written as differences of lines.
 * Ink renders into `sink` in its debug mode, which hands over whole frames; this file alone moves the cursor. Reason: the
 * incremental writer of ink 6.8 is one line off whenever a frame is lower than the screen.
 */
import { writeSync } from "node:fs";
import { Writable } from "node:stream";

const ENTER = "\u001b[?1049h\u001b[?25l\u001b[2J\u001b[H";
const LEAVE = "\u001b[0m\u001b[?25h\u001b[?1049l";
const SYNC_START = "\u001b[?2026h";
const SYNC_END = "\u001b[?2026l";

/** What changes on the screen from one frame to the next; the empty text when nothing does. Pure. */
export function frameDifference(before: readonly string[], after: readonly string[]): string {
  let text = "";
  for (let row = 0; row < Math.max(before.length, after.length); row++) {
    if (before[row] === after[row]) continue;
    text += `\u001b[${row + 1};1H${after[row] ?? ""}\u001b[0m\u001b[K`;
  }
  return text;
}

/** A stream that Ink takes for its terminal; each chunk is one whole frame. */
export class FrameSink extends Writable {
  private shown: readonly string[] = [];
  private open = false;
  /** Bytes written and frames that changed something, for measurements. */
  written = { frames: 0, bytes: 0 };
  /** Called after each frame. */
  onFrame: () => void = () => {};

  constructor(private readonly terminal: NodeJS.WriteStream & { readonly fd: number }) {
    super({ decodeStrings: false });
    terminal.on("resize", this.resized);
  }

  get columns(): number {
    return this.terminal.columns || 80;
  }

  get rows(): number {
    return this.terminal.rows || 24;
  }

  /** Takes the terminal over. */
  enter(): void {
    this.open = true;
    this.terminal.write(ENTER);
  }

  /** Gives it back as it was; synchronous, so that it works while the process dies. Harmless when called twice. */
  leave(): void {
    if (!this.open) return;
    this.open = false;
    this.terminal.off("resize", this.resized);
    writeSync(this.terminal.fd, LEAVE);
  }

  private readonly resized = (): void => {
    if (this.open) this.terminal.write("\u001b[0m\u001b[2J");
    this.shown = [];
    this.emit("resize");
  };

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.open) {
      const frame = chunk.toString().replace(/\n$/, "").split("\n").slice(0, this.rows);
      const difference = frameDifference(this.shown, frame);
      this.shown = frame;
      if (difference !== "") {
        const text = `${SYNC_START}${difference}${SYNC_END}`;
        this.written = { frames: this.written.frames + 1, bytes: this.written.bytes + text.length };
        this.terminal.write(text);
      }
      this.onFrame();
    }
    done();
  }
}
