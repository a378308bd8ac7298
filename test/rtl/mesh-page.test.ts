/**
 * docs/mesh.md says enough to find the cycles and counters of the cores and routers of a mesh: its program, with that
 * of docs/one-core.md, steps through cycles without any code of this repository, and gives what the board gives.
 */
import { expect, test } from "vitest";
import type { Chip } from "../../arch/index.js";
import { candidateOf, emit, obstaclesOf } from "../../rtl/index.js";
import { replay } from "../../sim/index.js";
import { nocSpec } from "../../sim/noc/chip-noc.js";
import { Counted } from "../counted.js";
import { describedCore, trainedHere } from "./described-core.js";
import { hasNumpy, type ProgramCase, printedProgram, programLines, type Spy } from "./page-program.js";
import { randomChip } from "./random-chips.js";
import type { RandomCore } from "./random-cores.js";
import { metByNetwork } from "./study-chips.js";

const CASES = 40;
const MET = [
  ...["credits at zero", "head without a VC", "tie at the switch", "copied packet", "several slices on a core", "cut population"],
  ...["five cores and more", "cores of a tile=2", "scan=event", "scan=compressed", "scan=dense", "full=freeze", "judged=after-pop"],
  ...["system=lif", "system=alif", "system=rec-v1", "system=rec-v2", "queue=1", "output queue=1", "barrier slack=0", "flit width=9"],
  ...["routing=xy", "routing=yx", "multicast=unicast", "multicast=tree", "allocator=islip", "allocator=separable-input-first"],
  ...["virtual channels=1", "virtual channels=2", "virtual channels=3", "buffer=1", "credit delay=0", "credit delay=3", "link cycles=2"],
  ...["routing cycles=0", "routing cycles=1", "routing cycles=2", "routing cycles=3", "VC allocation cycles=2", "VC allocation cycles=3"],
  ...["switch allocation cycles=2", "switch allocation cycles=3", "switch traversal cycles=2"],
  ...["loop=single", "loop=tree", "loop=virtual", "loop=general"],
  ...["the barrier is as long as its tree", "a full queue holds a flit back", "a batch of heads"],
];
const says = (what: string, when: string): string => `if ${when}: print("met: ${what}")`;
/** What a random mesh may seldom meet. */
const SPIES: readonly Spy[] = [
  {
    after: "least = max(2 * levels",
    statements: [says("the barrier is as long as its tree", "2 * levels > max(core.least_barrier() for core in cores.values())")],
  },
  { after: "def step_sink(", statements: [says("a full queue holds a flit back", "core in cores and not accepts and self.sinks[core]")] },
  {
    after: "if router.routing is not None and",
    statements: [says("a batch of heads", "noc['routing_delay_cycles'] > 1 and len(router.routing[1]) > 1")],
  },
];

const meshOf = ({ noc }: Chip) => ({
  ...{
    multicast: noc.multicast,
    routing: noc.routing,
    allocator: noc.allocator,
    width: noc.width,
    height: noc.height,
    flit_width_bits: noc.flitWidthBits,
    header_bits: noc.headerBits,
  },
  ...{ virtual_channels: noc.virtualChannels, vc_buffer_flits: noc.vcBufferFlits, link_cycles: noc.linkCycles },
  ...{ routing_delay_cycles: noc.routingDelayCycles, vc_allocation_delay_cycles: noc.vcAllocationDelayCycles },
  switch_allocation_delay_cycles: noc.switchAllocationDelayCycles,
  switch_traversal_delay_cycles: noc.switchTraversalDelayCycles,
  credit_delay_cycles: noc.creditDelayCycles,
});

/** The loop of the compiled network that steps this one (noc-places.part.as.ts). */
function loopOf({ noc }: Chip): string {
  if (noc.routingDelayCycles > 1 || noc.vcAllocationDelayCycles > 1) return "loop=general";
  const isTree = noc.multicast === "tree";
  if (noc.virtualChannels === 1) return isTree ? "loop=tree" : "loop=single";
  return isTree ? "loop=general" : "loop=virtual";
}

/** The same chip with units that need no time to drain, so that the tree of its shortest barrier takes longest. */
function drained(point: RandomCore): RandomCore {
  const { chip } = point.experiment;
  const cores = chip.cores.map((core) => ({
    ...core,
    accumulateDepthCycles: core.neuronUpdate.pipelineDepthCycles,
    neuronUpdate: { ...core.neuronUpdate, units: 1 },
  }));
  const experiment = { ...point.experiment, chip: { ...chip, cores, barrier: { baseCycles: 0, perCoreCycles: 0 } } };
  const choices = [
    ...point.choices.filter((choice) => !/^(units|barrier slack|accumulate depth)=/.test(choice)),
    "units=1",
    "barrier slack=0",
  ];
  return { ...point, experiment, choices, run: replay(experiment, point.functional.trace) };
}

/** A random mesh that runs one utterance; null: it is not what the page holds, runs more, or cannot be written. */
function drawn(seed: number): { readonly made: ProgramCase; readonly met: readonly string[] } | null {
  const made = randomChip(seed);
  if (made === null || made.functional.trace.stepStart.length !== 2) return null;
  const point = made.run.placement.usedCores.length > 4 && seed % 2 === 0 ? drained(made) : made;
  const { choices } = point;
  const network = trainedHere(point);
  if (network === null || obstaclesOf(candidateOf(point)).length > 0) return null;
  const { chip } = point.experiment;
  const described = {
    ...describedCore(point, network),
    // where the description has the shortest barrier, the program must find it
    barrier: {
      base_cycles: choices.includes("barrier slack=0") ? 0 : chip.barrier.baseCycles,
      per_core_cycles: chip.barrier.perCoreCycles,
    },
    noc: meshOf(chip),
    output_queue: { depth: chip.cores[0].outputQueue.depth },
    cores_of_tile: nocSpec(chip).coresPerRouter,
    slices: point.run.placement.slices.map(({ core, population, firstNeuron, neurons }) => [core, population, firstNeuron, neurons]),
  };
  const files = { ...emit(point).files, "chip.json": JSON.stringify(described), "core.py": printedProgram("one-core.md", "core.py") };
  return { made: { network, files, words: ["chip.json"] }, met: [...choices, ...metByNetwork(point), loopOf(chip)] };
}

test.skipIf(!hasNumpy)(
  `the program of docs/mesh.md finds the cycles of each wave and the counters of cores and routers of ${CASES} random meshes${hasNumpy ? "" : " (skipped: python3 has no numpy)"}`,
  () => {
    const cases = [];
    for (let seed = 0; cases.length < CASES; seed++) {
      const one = drawn(seed);
      if (one !== null) cases.push(one);
    }
    const seen = new Counted("docs/mesh.md");
    for (const { met } of cases) seen.see(...met);
    const lines = programLines(
      "mesh.md",
      "mesh.py",
      cases.map(({ made }) => made),
      SPIES,
    );
    for (const line of new Set(lines)) if (line.startsWith("met: ")) seen.see(line.slice(5));
    expect(lines.filter((line) => line.includes("NOT EQUAL"))).toEqual([]);
    expect(lines.filter((line) => /^cycles: \d+ waves, equal$/.test(line))).toHaveLength(CASES);
    expect(lines.filter((line) => /^counters: \d+, equal$/.test(line))).toHaveLength(CASES);
    seen.expectEach(MET);
  },
  300_000,
);
