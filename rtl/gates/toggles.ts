/**
 * Counts how often each net of a simulation changed between 0 and 1, from the simulator's value-change dump. The dump
 * is read in pieces, because it is larger than the longest text. A simulation without delays has no glitches within a
 * cycle.
 */
import { inputError } from "../../base/errors.js";

const [LINE, ZERO, ONE, X] = [10, 48, 49, 120];

/** Code of a net in the dump, as a number. */
function codeOf(bytes: Uint8Array, from: number, end: number): number {
  let code = 0;
  for (let i = from; i < end; i++) code = code * 128 + bytes[i];
  return code;
}

/** Counts the changes of one-bit nets in one scope. */
export class ToggleCounter {
  private readonly toggles: Float64Array;
  private readonly values: Uint8Array;
  private readonly nets = new Map<number, number[]>();
  private readonly scopes: string[] = [];
  private isHead = true;
  private rest: Uint8Array = new Uint8Array(0);

  /** `netOfName`: number of each net by its name in the scope, e.g. `bench.dut`. */
  constructor(
    private readonly netOfName: ReadonlyMap<string, number>,
    private readonly scope: string,
  ) {
    const nets = [...netOfName.values()].reduce((most, net) => Math.max(most, net + 1), 0);
    this.toggles = new Float64Array(nets);
    this.values = new Uint8Array(nets).fill(X);
  }

  take(more: Uint8Array): void {
    const bytes = this.rest.length === 0 ? more : Buffer.concat([this.rest, more]);
    let from = 0;
    for (let end = bytes.indexOf(LINE); end >= 0; end = bytes.indexOf(LINE, from)) {
      if (this.isHead) this.declare(Buffer.from(bytes.subarray(from, end)).toString("latin1"));
      else this.change(bytes, from, end);
      from = end + 1;
    }
    this.rest = bytes.slice(from);
  }

  private declare(line: string): void {
    const [word, , name = "", code = "", net = ""] = line.trim().split(/\s+/);
    if (word === "$scope") this.scopes.push(name);
    if (word === "$upscope") this.scopes.pop();
    if (word === "$enddefinitions") this.isHead = false;
    const number = this.netOfName.get(net);
    if (word !== "$var" || number === undefined || name !== "1" || this.scopes.join(".") !== this.scope) return;
    const key = codeOf(Buffer.from(code, "latin1"), 0, code.length);
    this.nets.set(key, [...(this.nets.get(key) ?? []), number]);
  }

  /** Lines of vectors, times and comments do not begin with the value of a bit. */
  private change(bytes: Uint8Array, from: number, end: number): void {
    const value = bytes[from];
    const nets = this.nets.get(codeOf(bytes, from + 1, end));
    if (nets === undefined) return;
    for (const net of nets) {
      const before = this.values[net];
      if ((value === ONE && before === ZERO) || (value === ZERO && before === ONE)) this.toggles[net]++;
      this.values[net] = value;
    }
  }

  /** Number of changes by net. @throws InputError if the dump has none of the nets */
  end(file: string): Float64Array {
    if (this.nets.size === 0) throw inputError(file, `is no dump with nets of ${this.scope}`, "run it again");
    return this.toggles;
  }
}
