/**
 * docs/mesh.md says enough to find the cycles and counters of the cores and routers of a mesh: its program, with that
 * of docs/one-core.md, steps through cycles without any code of this repository, and gives what the board gives.
 */
import { expect, test } from "vitest";
import type { Chip } from "../../arch/index.js";
import { replay } from "../../sim/index.js";
import { cases } from "../cases.js";
import { Counted } from "../counted.js";
import { meshCase } from "./described-mesh.js";
import { hasNumpy, type ProgramCase, programLines, type Spy } from "./page-program.js";
import { randomChip } from "./random-chips.js";
import type { RandomCore } from "./random-cores.js";
import { randomPort } from "./random-ports.js";
import { severalRows } from "./random-rows.js";
import { metByNetwork } from "./study-chips.js";
import { metByPort, PORT_CATEGORIES } from "./study-ports.js";
import { rowsMet } from "./study-rows.js";
import { ticked } from "./ticks.js";

const CASES = 30;
const PORTS = cases(14);
/** Seeds of cores that scan in their first cycle. */
const SCANNING_PORTS = [221, 246];
/**
 * Seeds of meshes with imported networks. Together they refute a program without the windows of a kernel's group, the
 * order of its taps, the channels of a slice, the bits of a target's number, words that stay read in a row, or
 * recurrent rows that end with the utterance.
 */
const IMPORTED = [5, 17, 24, 37, 109, 130, 135, 172, 187, 188, 223, 251, 299];
const MET = [
  ...["credits at zero", "head without a VC", "tie at the switch", "copied packet", "several slices on a core", "cut population"],
  ...["five cores and more", "cores of a tile=2", "scan=event", "scan=compressed", "scan=dense", "full=freeze", "judged=after-pop"],
  ...["system=lif", "system=alif", "system=rec-v1", "system=rec-v2", "queue=1", "output queue=1", "barrier slack=0", "flit width=9"],
  ...["routing=xy", "routing=yx", "multicast=unicast", "multicast=tree", "allocator=islip", "allocator=separable-input-first"],
  ...["virtual channels=1", "virtual channels=2", "virtual channels=3", "buffer=1", "credit delay=0", "credit delay=3", "link cycles=2"],
  ...["routing cycles=0", "routing cycles=1", "routing cycles=2", "routing cycles=3", "VC allocation cycles=2", "VC allocation cycles=3"],
  ...["switch allocation cycles=2", "switch allocation cycles=3", "switch traversal cycles=2"],
  ...["loop=single", "loop=tree", "loop=virtual", "loop=general"],
  ...["the barrier is as long as its tree", "a full queue holds a flit back", "a batch of heads", "a step of one tick"],
  "a step of several ticks",
];
const PORT_MET = [
  ...PORT_CATEGORIES.filter((category) => category !== "back-pressure of a full input queue"),
  ...["several cores behind a barrier that scan", "one core that scans", "a wave without work"],
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
const IMPORTED_MET = [
  ...["convolution", "dense", "pruned", "recurrent", "strided", "padded", "IF", "LIF", "CubaLIF", "cut population"],
  ...["convolution=shared", "convolution=unrolled", "kernel with zeros"],
];

const PORT_SPIES: readonly Spy[] = [
  {
    after: "rested = 0",
    statements: [
      says("several cores behind a barrier that scan", 'len(cores) > 1 and chip["scan"]["policy"] != "event"'),
      says("one core that scans", 'len(cores) == 1 and chip["scan"]["policy"] != "event"'),
      says("a wave without work", "now == start"),
    ],
  },
];

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

interface Drawn {
  readonly made: ProgramCase;
  readonly met: readonly string[];
}

const isLong = ({ functional }: RandomCore): boolean => functional.trace.stepStart.length !== 2;

/** A random mesh that runs one utterance; null: it is not what the page holds, runs more, or cannot be written. */
function drawnMesh(seed: number): Drawn | null {
  const point = randomChip(seed);
  if (point === null || isLong(point)) return null;
  const timed = point.run.placement.usedCores.length > 4 && seed % 2 === 0 ? drained(point) : point;
  const drawn = seed % 6 === 1 ? ticked(timed) : timed;
  const made = meshCase(drawn);
  return made === null ? null : { made, met: [...drawn.choices, ...metByNetwork(drawn), loopOf(drawn.experiment.chip)] };
}

/** The same with inputs behind a port. */
function drawnPort(seed: number): Drawn | null {
  const point = randomPort(seed);
  if (point === null || isLong(point)) return null;
  const made = meshCase(point);
  return made === null ? null : { made, met: [...point.choices, ...metByPort(point)] };
}

/** A random mesh with a network of a NIR file, whose inputs are on cores. */
function drawnImported(seed: number): Drawn | null {
  const point = severalRows(seed);
  if (point === null || isLong(point)) return null;
  const made = meshCase(point);
  return made === null ? null : { made, met: [...point.choices, ...metByNetwork(point), ...rowsMet(point)] };
}

/** The cases of the first seeds that have one. */
function firstOf(count: number, drawn: (seed: number) => Drawn | null): Drawn[] {
  const cases: Drawn[] = [];
  for (let seed = 0; cases.length < count; seed++) {
    const one = drawn(seed);
    if (one !== null) cases.push(one);
  }
  return cases;
}

/** Runs the program on cases; all must be equal, and meet everything in `wanted`. */
function compared(title: string, cases: readonly Drawn[], spies: readonly Spy[], wanted: readonly string[]): void {
  const seen = new Counted(title);
  for (const { met } of cases) seen.see(...met);
  const lines = programLines(
    "mesh.md",
    "mesh.py",
    cases.map(({ made }) => made),
    spies,
  );
  for (const line of new Set(lines)) if (line.startsWith("met: ")) seen.see(line.slice(5));
  expect(lines.filter((line) => line.includes("NOT EQUAL"))).toEqual([]);
  expect(lines.filter((line) => /^cycles: \d+ waves, equal$/.test(line))).toHaveLength(cases.length);
  expect(lines.filter((line) => /^counters: \d+, equal$/.test(line))).toHaveLength(cases.length);
  seen.expectEach(wanted);
}

const skipped = hasNumpy ? "" : " (skipped: python3 has no numpy)";

test.skipIf(!hasNumpy)(
  `the program of docs/mesh.md finds the cycles of each wave and the counters of cores and routers of ${CASES} random meshes${skipped}`,
  { tags: ["long"], timeout: 300_000 },
  () => compared("docs/mesh.md", firstOf(CASES, drawnMesh), SPIES, MET),
);

test.skipIf(!hasNumpy)(
  `it also finds those of ${PORTS} random chips whose inputs are behind a port, and the counters of the port${skipped}`,
  { tags: ["long"], timeout: 300_000 },
  () => {
    const scanning = SCANNING_PORTS.flatMap((seed) => drawnPort(seed) ?? []);
    compared("docs/mesh.md with a port", [...firstOf(PORTS - SCANNING_PORTS.length, drawnPort), ...scanning], PORT_SPIES, PORT_MET);
  },
);

test.skipIf(!hasNumpy)(
  `and those of ${IMPORTED.length} random meshes with networks of NIR files, with rows that name their targets and kernels${skipped}`,
  { tags: ["long"], timeout: 300_000 },
  () => {
    const cases = IMPORTED.flatMap((seed) => drawnImported(seed) ?? []);
    expect(cases).toHaveLength(IMPORTED.length);
    compared("docs/mesh.md with a NIR file", cases, [], IMPORTED_MET);
  },
);
