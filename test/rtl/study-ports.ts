/**
 * Runs random chips with a port on the board, on the naive chip and in SystemVerilog, and counts the situations that
 * they met; used by the test and the script.
 */
import { candidateOf, obstaclesOf } from "../../rtl/index.js";
import { hasTwoSlicesOnACore } from "./halo.js";
import type { RandomCore } from "./random-cores.js";
import { randomPort } from "./random-ports.js";
import { type CaseResult, studyPoint } from "./study-cores.js";

export const PORT_CATEGORIES = [
  ...[
    "port's queue is full",
    "back-pressure of a full input queue",
    "step without a packet",
    "packet in one beat",
    "packet in several beats",
  ],
  ...["beats that say nothing", "a spike to several cores", "a tree from the port", "router of the port alone", "port beside a core"],
  ...["trained, one core", "imported, one core", "trained, several cores", "imported, several cores", "latency=0", "latency=40"],
  ...[
    "port queue=1",
    "packet bits=64",
    "virtual channels=2",
    "scan=compressed",
    "scan=dense",
    "a dense scan in an utterance's first cycle",
    "a step of one tick",
    "a step of several ticks",
  ],
] as const;

/** Categories that the port of a point met. */
export function metByPort({ run, experiment: { chip, workload }, functional }: RandomCore): string[] {
  const { port } = run.timing.total;
  if (port === null || chip.port === null) throw new Error("the chip has no port");
  const { placement } = run;
  const cycles = port.busyCycles / Math.max(1, port.packets);
  const used = placement.usedCores.map((id) => chip.cores[id].tile);
  const { trace } = functional;
  const populations = placement.topology.populations.length;
  const inputs = placement.topology.populations.flatMap(({ accumulators }, p) => (accumulators === 0 ? [p] : []));
  const steps = trace.stepStart[workload.timingSamples];
  const spikes = (step: number): number =>
    inputs.reduce((sum, p) => sum + trace.eventStart[step * populations + p + 1] - trace.eventStart[step * populations + p], 0);
  const startsSilent = Array.from(trace.stepStart.subarray(0, -1)).some((step) => spikes(step) === 0);
  const isTree = chip.noc.multicast === "tree";
  const found: readonly (readonly [string, boolean])[] = [
    ["port's queue is full", port.stallCycles > 0],
    ["step without a packet", Array.from({ length: steps }, (_, step) => spikes(step)).includes(0)],
    ["a dense scan in an utterance's first cycle", chip.cores[0].scan.policy === "dense" && used.length === 1 && startsSilent],
    ["packet in one beat", port.packets > 0 && cycles === 1],
    ["packet in several beats", cycles > 1],
    ["beats that say nothing", chip.port.bitsPerCycle < 1 && port.packets > 0],
    ["a spike to several cores", !isTree && port.packets > port.events],
    ["a tree from the port", isTree && used.length > 1 && port.packets > 0],
    ["router of the port alone", !used.includes(chip.port.tile)],
    ["port beside a core", used.includes(chip.port.tile)],
    ["two slices of a population on a core", hasTwoSlicesOnACore(placement)],
  ];
  return found.flatMap(([name, is]) => (is ? [name] : []));
}

/** The case of a seed, compared three ways; null: the network does not fit, or another rule refuses it. */
export function portCase(seed: number): CaseResult | null {
  const point = randomPort(seed);
  if (point === null || obstaclesOf(candidateOf(point)).length > 0) return null;
  const studied = studyPoint(point, metByPort(point));
  const isBlocked = studied.met.includes("port's queue is full") && studied.met.includes("full queue");
  return isBlocked ? { ...studied, met: [...studied.met, "back-pressure of a full input queue"] } : studied;
}
