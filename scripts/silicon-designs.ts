/**
 * `npx tsx scripts/silicon-designs.ts`: what other descriptions of the chips would make of the two predictions that
 * silicon's factors do worst: leakage, and SNE's synaptic operation. Every other design of leakage: library / published
 * of each chip, the factor, and the 90 % interval of another chip, either way.
 */
import type { SramCell } from "../arch/chip.js";
import type { Chip, Topology } from "../arch/index.js";
import { bitEnergies, ihpCells } from "../arch/memories/registers.js";
import { exp } from "../base/math.js";
import { runTiming } from "../sim/board/index.js";
import { price } from "../sim/energy.js";
import { placement } from "../sim/mapping/index.js";
import { readPublishedChips } from "../sim/recorded/index.js";
import { boardValues } from "../sim/recorded/published/board-values.js";
import { type Board, firstCorePrices, synapticOperationPj } from "../sim/recorded/published/boards.js";
import { fitsOf, NORMAL_95, type Observation, observationsOf } from "../sim/recorded/published/calibration.js";

const { boards } = readPublishedChips();
const measured = observationsOf(boards).filter(({ evidence, scalingSigma }) => evidence === "silicon" && scalingSigma === 0);
const others = measured.filter(({ kind }) => kind !== "leakage");
const leakages = measured.filter(({ kind }) => kind === "leakage");
const at = ({ chip, precision }: Board, change: Partial<Chip["technology"]>): Board => ({
  precision,
  chip: { ...chip, silicon: null, technology: { ...chip.technology, ...change } },
});

function tell(design: string, made: readonly Observation[]): void {
  const { factor, sigma } = fitsOf([...others, ...made]).leakage;
  const ratios = made.map(({ chip, library, published }) => `${chip} ${(library / published.value).toPrecision(2)}`);
  console.log(
    `${design.padEnd(64)} ${ratios.join(", ").padEnd(34)} x ${factor.toPrecision(3).padEnd(7)} ${exp(NORMAL_95 * sigma).toPrecision(3)}`,
  );
}

/** The chips with other transistors; parts that leak are found by the difference to the flavour as described. */
function flavoured(change: Partial<Chip["technology"]>): Observation[] {
  const models = boardValues();
  return leakages.map((value) => {
    const model = models.find(({ chip, quantity }) => chip === value.chip && quantity === value.quantity)?.model as (
      board: Board,
    ) => number;
    const library = model(at(boards[value.board], change));
    const sram = value.parts.sram_leakage + library - value.library; // one factor holds for SRAM and logic: where it is counted does not matter
    return { ...value, library, parts: { ...value.parts, sram_leakage: sram } };
  });
}

const CELLS: readonly SramCell[] = ["lstp", "lop", "hp"];
for (const sramCell of CELLS) tell(`cells ${sramCell}`, flavoured({ sramCell }));
tell("cells lstp, fast corner", flavoured({ corner: "fast" }));

/**
 * Energy of a tick of TrueNorth's 256 neurons at 0.8 V, pJ, by lines of the breakdown; `states` 0: the potential is the
 * sum.
 */
function tickPj(states: 0 | 1): (line: RegExp) => number {
  const update = { requantises: 0, multiplies: 0, additions: 0, lutReads: 0 };
  const plain = { rests: true, update };
  const topology: Topology = {
    populations: [
      { ...plain, name: "input", neurons: 1, accumulators: 0, states: 0, depth: 0, payloadBits: 1 },
      { ...plain, name: "layer", neurons: 256, accumulators: 1, states, depth: 1, payloadBits: 0 },
    ],
    projections: [{ source: 0, target: 1, recurrent: false, sparse: null }],
  };
  const slices = [1, 256].map((neurons, population) => ({ population, firstNeuron: 0, neurons, core: 0 }));
  const { chip, precision } = at(boards["truenorth-board"], { voltageV: 0.8 });
  const nothing = { neuron: new Uint16Array(), payload: new Int16Array() };
  const trace = { ...nothing, topology, stepStart: Uint32Array.of(0, 1), eventStart: Uint32Array.of(0, 0, 0), key: "rest" };
  const { total } = runTiming(chip, placement(topology, "manual", slices), precision, trace);
  const { rows } = price(chip, precision, topology, total);
  return (line) => rows.reduce((sum, row) => sum + (line.test(row.component) ? (row.energyPj ?? 0) : 0), 0);
}

const UPDATE = /^(state memory (reads|writes)|state wires|write queue pushes|control$)/;
const QUEUES = /^write queue pushes/;
const MW_PER_PJ = 1000 * 1e-9;
const twice = tickPj(1)(UPDATE) * MW_PER_PJ;
/** TrueNorth with other updates in its static power; their SRAM and logic have one factor. */
function updated(updatesMw: number): Observation[] {
  return leakages.map((value) => {
    if (value.chip !== "TrueNorth") return value;
    const less = updatesMw - twice;
    return { ...value, library: value.library + less, parts: { ...value.parts, sram_energy: value.parts.sram_energy + less } };
  });
}

const once = tickPj(0);
const { chip: trueNorth, precision } = at(boards["truenorth-board"], { voltageV: 0.8 });
const synapses = 256 * firstCorePrices({ chip: trueNorth, precision }).synapse_memory_read_pj.value;
tell("a word per neuron and tick: the potential is the sum", updated(once(UPDATE) * MW_PER_PJ));
tell("the same, written before the next is read: no write queue", updated((once(UPDATE) - once(QUEUES)) * MW_PER_PJ));
tell("the same, and each tick reads all 410 bits of a row", updated((once(UPDATE) - once(QUEUES) + synapses) * MW_PER_PJ));

const sne = observationsOf(boards).find(({ chip }) => chip === "SNE") as Observation;
const board = at(boards[sne.board], {});
const lines = (unpaid: RegExp): number => synapticOperationPj(board, 1000, unpaid);
const reads = sne.library - lines(/^(synapse memory|state memory reads)/);
const writes = sne.library - lines(/^(synapse memory|state memory writes)/);
const { "flip-flop": flop, latch, "multiplexer of 4": multiplexer } = ihpCells();
const [{ stateMemory }] = board.chip.cores;
const words = stateMemory.sizeBits / stateMemory.wordBits / stateMemory.banks;
const written = flop.clockPj + flop.outputPj / 2;
const { read, write } = bitEnergies("latches", words);
const stillRead = (((words - 1) / 3) * multiplexer.selectPj) / written / read;
const stillWritten = (flop.clockPj + latch.clockPj) / written / write;
const netlists = observationsOf(boards).filter(({ evidence, chip }) => evidence === "synthesis" && chip !== "SNE");
const { factor, sigma } = fitsOf(measured).energy;
console.log(`\nSNE: library / published, then x ${factor.toPrecision(3)} with its 90 % interval, then by the other netlists' factor`);
for (const [design, pj] of [
  ["as described: words of 16 bits, half of them toggle", sne.library],
  ["words of 32 bits, as the adaptive neurons of the published RTL have", sne.library + reads + writes],
  ["no bit of a word ever toggles: a bound from below", sne.library - (1 - stillRead) * reads - (1 - stillWritten) * writes],
] as const) {
  const ratio = pj / sne.published.value;
  const [low, high] = [-1, 1].map((side) => (ratio * factor * exp(side * NORMAL_95 * sigma)).toPrecision(2));
  const byNetlists = (ratio * fitsOf(netlists).energy.factor).toPrecision(2);
  console.log(`${design.padEnd(68)} ${ratio.toPrecision(2)}   ${(ratio * factor).toPrecision(2)} (${low} to ${high})   ${byNetlists}`);
}
