/**
 * Counts how often each net of a simulation changed between 0 and 1, and in which states of the gates, from the
 * simulator's value-change dump. The dump is read in pieces, because it is larger than the longest text. A simulation
 * without delays has no glitches within a cycle: a net changes once in a step of time, and all changes of a step are at
 * once.
 */
import { inputError } from "../../base/errors.js";
import type { Activity } from "./gate-energy.js";
import type { GateGraph } from "./gate-graph.js";
import { StateEdges } from "./state-edges.js";

const [LINE, ZERO, ONE, X, TIME] = [10, 48, 49, 120, 35];

/** Code of a net in the dump, as a number. */
function codeOf(bytes: Uint8Array, from: number, end: number): number {
  let code = 0;
  for (let i = from; i < end; i++) code = code * 128 + bytes[i];
  return code;
}

/** Counts the changes of one-bit nets in one scope. */
export class ToggleCounter {
  private readonly toggles: Float64Array;
  private readonly states: StateEdges;
  /** Values before the step of time, and now. */
  private readonly before: Uint8Array;
  private readonly values: Uint8Array;
  /** Nets that the step named. */
  private readonly named: number[] = [];
  private readonly nets = new Map<number, number[]>();
  private readonly scopes: string[] = [];
  private isHead = true;
  private rest: Uint8Array = new Uint8Array(0);

  /** `scope`: where the dump has the nets' names, e.g. `bench.dut`. */
  constructor(
    private readonly graph: Pick<GateGraph, "gates" | "nets" | "netOfName">,
    private readonly scope: string,
  ) {
    this.states = new StateEdges(graph);
    this.toggles = new Float64Array(graph.nets);
    this.before = new Uint8Array(graph.nets).fill(X);
    this.values = new Uint8Array(graph.nets).fill(X);
  }

  take(more: Uint8Array): void {
    const bytes = this.rest.length === 0 ? more : Buffer.concat([this.rest, more]);
    let from = 0;
    for (let end = bytes.indexOf(LINE); end >= 0; end = bytes.indexOf(LINE, from)) {
      if (this.isHead) this.declare(Buffer.from(bytes.subarray(from, end)).toString("latin1"));
      else if (bytes[from] === TIME) this.step();
      else this.change(bytes, from, end);
      from = end + 1;
    }
    // a copy: the caller fills its piece again
    this.rest = new Uint8Array(bytes.subarray(from));
  }

  private declare(line: string): void {
    const [word, , name = "", code = "", net = ""] = line.trim().split(/\s+/);
    if (word === "$scope") this.scopes.push(name);
    if (word === "$upscope") this.scopes.pop();
    if (word === "$enddefinitions") this.isHead = false;
    const number = this.graph.netOfName.get(net);
    if (word !== "$var" || number === undefined || name !== "1" || this.scopes.join(".") !== this.scope) return;
    const key = codeOf(Buffer.from(code, "latin1"), 0, code.length);
    this.nets.set(key, [...(this.nets.get(key) ?? []), number]);
  }

  /** Lines of vectors and comments do not begin with the value of a bit. */
  private change(bytes: Uint8Array, from: number, end: number): void {
    const nets = this.nets.get(codeOf(bytes, from + 1, end));
    if (nets === undefined) return;
    for (const net of nets) {
      this.values[net] = bytes[from];
      this.named.push(net);
    }
  }

  /** Ends a step of time. */
  private step(): void {
    const { before, values, named } = this;
    const changed = [...new Set(named)].filter((net) => before[net] !== values[net]);
    for (const net of changed) {
      const isRise = values[net] === ONE && before[net] === ZERO;
      if (!isRise && !(values[net] === ZERO && before[net] === ONE)) continue;
      this.toggles[net]++;
      this.states.count(net, isRise, before, values);
    }
    for (const net of changed) before[net] = values[net];
    named.length = 0;
  }

  /** What was counted. @throws InputError if the dump has none of the nets */
  end(file: string): Activity {
    if (this.nets.size === 0) throw inputError(file, `is no dump with nets of ${this.scope}`, "run it again");
    this.step();
    return { toggles: this.toggles, states: this.states };
  }
}
