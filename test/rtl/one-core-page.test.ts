/**
 * docs/one-core.md says enough to find the cycles and counters of a core: its program, which is all in the page, packs
 * words and steps through cycles without any code of this repository, and gives what the board gives.
 */
import { expect, test } from "vitest";
import { candidateOf, emit, obstaclesOf } from "../../rtl/index.js";
import { replay } from "../../sim/index.js";
import { Counted } from "../counted.js";
import { describedCore, trainedHere } from "./described-core.js";
import { hasNumpy, type ProgramCase, programLines, type Spy } from "./page-program.js";
import { type RandomCore, randomCore } from "./random-cores.js";
import { ticked } from "./ticks.js";

const CASES = 40;
const MET = [
  ...["system=lif", "system=alif", "system=rec-v1", "system=rec-v2", "ports=1rw", "ports=1r1w", "full=freeze", "judged=after-pop"],
  ...["scan=event", "scan=compressed", "scan=dense"],
  ...[
    "leak=shift",
    "queue=1",
    "units=3",
    "interval=5",
    "task=frames",
    "barrier slack=0",
    "state word=16",
    "synapse word=17",
    "narrow synapse words",
    "a step of one tick",
    "a step of several ticks",
  ],
];

const says = (what: string, when: string): string => `if ${when}: print("met: ${what}")`;
/** What a random core may seldom meet. */
const SPIES: readonly Spy[] = [
  {
    after: "by_axon = {message",
    statements: [
      says("a scan without spikes", "not self.kept"),
      says("a compressed scan of several chunks", 'not is_dense and len(axons) > self.scan["chunk_bits"]'),
    ],
  },
  { after: "while at < beat or ticket[0]:", statements: [says("a scan waits for its accumulators", "at == beat")] },
  {
    after: "used = self.rows(axon[0]",
    statements: [says("a dense scan without recurrent rows", "0 < len(used) < len(self.rows(axon[0], False))")],
  },
  { after: "groups, _, reads = self.row(at)", statements: [says("unused rows of long beats", "groups[0][1] > 1")] },
];
const MET_INSIDE = [
  ...["a scan without spikes", "a compressed scan of several chunks", "a scan waits for its accumulators"],
  ...["a dense scan without recurrent rows", "unused rows of long beats"],
];

/** The same core with weights in words of a few bits, so that a group of weights can take several cycles. */
function narrow({ seed, ...point }: RandomCore): RandomCore {
  const { chip } = point.experiment;
  const cores = chip.cores.map((core) => ({
    ...core,
    synapseMemory: { ...core.synapseMemory, wordBits: 3 + (seed % 4), banks: 1 + (seed % 3) },
  }));
  const experiment = { ...point.experiment, chip: { ...chip, cores } };
  return { ...point, seed, experiment, run: replay(experiment, point.functional.trace) };
}

/** A random core that runs one utterance; null: it runs more, or cannot be written. */
function drawn(seed: number): { readonly made: ProgramCase; readonly met: readonly string[] } | null {
  const wide = randomCore(seed);
  const network = trainedHere(wide);
  const isOne = wide.functional.trace.stepStart.length === 2;
  if (network === null || !isOne || obstaclesOf(candidateOf(wide)).length > 0) return null;
  const isNarrow = seed % 4 === 0;
  const isTicked = seed % 6 === 1;
  const untimed = isNarrow ? narrow(wide) : wide;
  const point = isTicked ? ticked(untimed) : untimed;
  const choices = isNarrow ? [...point.choices.filter((choice) => !choice.startsWith("synapse ")), "narrow synapse words"] : point.choices;
  const { perCoreCycles } = point.experiment.chip.barrier;
  const described = {
    ...describedCore(point, network),
    // where the description has the shortest barrier, the program must find it
    barrier: { base_cycles: 0, per_core_cycles: choices.includes("barrier slack=0") ? 0 : perCoreCycles },
  };
  const files = { ...emit(point).files, "core.json": JSON.stringify(described) };
  return { made: { network, files, words: ["core.json"] }, met: choices };
}

test.skipIf(!hasNumpy)(
  `the program of docs/one-core.md finds the cycles of each wave and 26 counters of ${CASES} random cores${hasNumpy ? "" : " (skipped: python3 has no numpy)"}`,
  () => {
    const cases = [];
    for (let seed = 0; cases.length < CASES; seed++) {
      const one = drawn(seed);
      if (one !== null) cases.push(one);
    }
    const seen = new Counted("docs/one-core.md");
    for (const { met } of cases) seen.see(...met);
    const lines = programLines(
      "one-core.md",
      "core.py",
      cases.map(({ made }) => made),
      SPIES,
    );
    for (const line of new Set(lines)) if (line.startsWith("met: ")) seen.see(line.slice(5));
    expect(lines.filter((line) => line.includes("NOT EQUAL"))).toEqual([]);
    expect(lines.filter((line) => /^cycles: \d+ waves, equal$/.test(line))).toHaveLength(CASES);
    expect(lines.filter((line) => line === "counters: 26, equal")).toHaveLength(CASES);
    seen.expectEach([...MET, ...MET_INSIDE]);
  },
  300_000,
);
