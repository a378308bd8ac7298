/**
 * A Value Change Dump of signals and their changes, for any recording.
 * Source of the format: IEEE 1364-2001, section 18. Time unit: 1 ps.
 */

export interface VcdSignal {
  readonly scope: string;
  readonly name: string;
  readonly bits: number;
}

/** In cycle `cycle` signal number `signal` takes the value `value`; the last change in a cycle counts. */
export type VcdChange = readonly [cycle: number, signal: number, value: number];

/** Short printable identifiers: ! to ~. */
function identifier(index: number): string {
  let text = "";
  let rest = index;
  do {
    text = String.fromCharCode(33 + (rest % 94)) + text;
    rest = Math.floor(rest / 94) - 1;
  } while (rest >= 0);
  return text;
}

/**
 * Pieces of the file. `changes` ascend by cycle; every signal is 0 before its first change. `endCycle`: the end of the
 * run, where the file ends even if nothing changes then; 0: the file ends with the last change.
 */
export function* vcdFile(
  signals: readonly VcdSignal[],
  changes: Iterable<VcdChange>,
  periodPs: number,
  endCycle: number,
): Iterable<string> {
  const ids = signals.map((_, i) => identifier(i));
  const show = (signal: number, value: number): string =>
    signals[signal].bits === 1 ? `${value}${ids[signal]}\n` : `b${value.toString(2)} ${ids[signal]}\n`;
  yield "$version snn-dse $end\n$timescale 1 ps $end\n";
  for (const scope of new Set(signals.map((signal) => signal.scope))) {
    yield `$scope module ${scope} $end\n`;
    for (const [i, { name, bits, scope: of }] of signals.entries()) {
      if (of === scope) yield `$var wire ${bits} ${ids[i]} ${name}${bits > 1 ? ` [${bits - 1}:0]` : ""} $end\n`;
    }
    yield "$upscope $end\n";
  }
  yield "$enddefinitions $end\n#0\n$dumpvars\n";
  for (const i of signals.keys()) yield show(i, 0);
  yield "$end\n";
  const values = new Float64Array(signals.length);
  let written = 0;
  let cycle = 0;
  let now = new Map<number, number>();
  function* news(): Iterable<string> {
    const changed = [...now].filter(([signal, value]) => values[signal] !== value);
    now = new Map();
    if (changed.length === 0) return;
    if (cycle > 0) yield `#${cycle * periodPs}\n`;
    written = cycle;
    for (const [signal, value] of changed) {
      values[signal] = value;
      yield show(signal, value);
    }
  }
  for (const [at, signal, value] of changes) {
    if (at !== cycle) yield* news();
    cycle = at;
    now.set(signal, value);
  }
  yield* news();
  if (endCycle > written) yield `#${endCycle * periodPs}\n`;
}
