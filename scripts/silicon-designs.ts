/**
 * `npx tsx scripts/silicon-designs.ts`: how other descriptions of the chips would change the two predictions with the
 * largest errors of silicon's factors: leakage, and SNE's synaptic operation. Per design of leakage it prints library /
 * published of each chip, the factor, and the 90 % interval of another chip, in either direction.
 */
import type { SramCell } from "../arch/chip.js";
import type { Chip } from "../arch/index.js";
import { bitEnergies, ihpCells } from "../arch/memories/registers.js";
import { exp } from "../base/math.js";
import { readPublishedChips } from "../sim/recorded/index.js";
import { boardValues } from "../sim/recorded/published/board-values.js";
import { type Board, NEURON_BY_NEURON, restingMw, synapticOperationPj, UNPAID } from "../sim/recorded/published/boards.js";
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

/** Observations of the chips with other transistors; the difference to the described ones shows what leaks. */
function flavoured(change: Partial<Chip["technology"]>): Observation[] {
  const models = boardValues();
  return leakages.map((value) => {
    const model = models.find(({ chip, quantity }) => chip === value.chip && quantity === value.quantity)?.model as (
      board: Board,
    ) => number;
    const library = model(at(boards[value.board], change));
    const sram = value.parts.sram_leakage + library - value.library; // SRAM and logic share one factor, so it does not matter in which of them this counts
    return { ...value, library, parts: { ...value.parts, sram_leakage: sram } };
  });
}

const CELLS: readonly SramCell[] = ["lstp", "lop", "hp"];
for (const sramCell of CELLS) tell(`cells ${sramCell}`, flavoured({ sramCell }));
tell("cells lstp, fast corner", flavoured({ corner: "fast" }));

/** Observations with other updates in TrueNorth's static power; its SRAM and logic share one factor. */
function updated(update: Parameters<typeof restingMw>[2]): Observation[] {
  return leakages.map((value) => {
    if (value.chip !== "TrueNorth") return value;
    const library = restingMw(at(boards[value.board], { voltageV: 0.8 }), 1000, update);
    return { ...value, library, parts: { ...value.parts, sram_energy: value.parts.sram_energy + library - value.library } };
  });
}

tell("sum and potential paid apart, as this project's cores do", updated({ states: 1, readsSynapses: false }));
tell("a word per neuron and tick, as the potential is the sum", updated({ states: 0, readsSynapses: false }));
tell("the same, and the neuron's row of synapses: as described", updated(NEURON_BY_NEURON));

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
/**
 * Macros of `evt_status_memory` with the published RTL's default parameters: 32 words of 32 bits, one pair per group.
 */
const { chip: latched, precision } = board;
const [core] = latched.cores;
const macros = { ...stateMemory, kind: "sram", sizeBits: 2 * stateMemory.sizeBits, wordBits: 2 * stateMemory.wordBits } as const;
const asSram: Board = { precision, chip: { ...latched, cores: [{ ...core, stateMemory: macros }] } };
const netlists = observationsOf(boards).filter(({ evidence, chip }) => evidence === "synthesis" && chip !== "SNE");
const { factor, sigma } = fitsOf(measured).energy;
console.log(`\nSNE: library / published, then x ${factor.toPrecision(3)} with its 90 % interval, then by the other netlists' factor`);
for (const [design, pj] of [
  ["as described: words of 16 bits, half of them toggle", sne.library],
  ["words of 32 bits, as the adaptive neurons of the published RTL have", sne.library + reads + writes],
  ["SRAM of such words, as that RTL asks for by default", synapticOperationPj(asSram, 1000, UNPAID.sharedWeights)],
  ["no bit of a word ever toggles: a bound from below", sne.library - (1 - stillRead) * reads - (1 - stillWritten) * writes],
] as const) {
  const ratio = pj / sne.published.value;
  const [low, high] = [-1, 1].map((side) => (ratio * factor * exp(side * NORMAL_95 * sigma)).toPrecision(2));
  const byNetlists = (ratio * fitsOf(netlists).energy.factor).toPrecision(2);
  console.log(`${design.padEnd(68)} ${ratio.toPrecision(2)}   ${(ratio * factor).toPrecision(2)} (${low} to ${high})   ${byNetlists}`);
}
