/**
 * How other descriptions of the chips would change the two predictions with the largest errors of silicon's factors:
 * leakage, and SNE's synaptic operation.
 */
import type { Chip, ProcessCorner, SramCell } from "../../arch/index.js";
import { bitEnergies, ihpCells } from "../../arch/memories/registers.js";
import { exp } from "../../base/math.js";
import { type Board, type Boards, NEURON_BY_NEURON, restingMw, synapticOperationPj, UNPAID } from "../../sim/recorded/published/boards.js";
import {
  entersFactors,
  type Fit,
  fitsOf,
  type LeakageAs,
  leakagesAs,
  NORMAL_95,
  type Observation,
  observationsOf,
} from "../../sim/recorded/published/calibration.js";

/** A description of the leaking chips: library / published of each, the factor, and how far another chip may be off. */
interface LeakageDesign {
  readonly title: string;
  readonly ratios: readonly (readonly [chip: string, ratio: number])[];
  readonly factor: number;
  /** Factor of the 90 % interval of another chip, in either direction. */
  readonly reach: number;
}

/** A description of SNE's states: library / published, the same on silicon with its interval, and by other netlists. */
interface SneDesign {
  readonly title: string;
  readonly ratio: number;
  readonly onSilicon: number;
  readonly low: number;
  readonly high: number;
  readonly byNetlists: number;
}

export interface SiliconDesigns {
  readonly leakage: { readonly [design in "lstp" | "lop" | "hp" | "fast" | "apart" | "potential" | "described"]: LeakageDesign };
  readonly sne: { readonly [design in "described" | "wider" | "sram" | "still"]: SneDesign };
  /** The library's pJ of SNE's operation as described, and what reads and writes of its latches take of it. */
  readonly snePj: { readonly operation: number; readonly published: number; readonly reads: number; readonly writes: number };
  readonly energyFactor: number;
  /** The factor of energy without the value that only another paper cites. */
  readonly withoutSecondHand: Fit;
}

const SECOND_HAND = "Tianjic";

export function siliconDesigns(boards: Boards): SiliconDesigns {
  const observations = observationsOf(boards);
  const measured = observations.filter(entersFactors);
  const { energy } = fitsOf(measured);
  const withoutSecondHand = fitsOf(measured.filter(({ chip }) => chip !== SECOND_HAND)).energy;
  return {
    leakage: leakageDesigns(boards, measured),
    ...sneDesigns(boards, observations, energy),
    energyFactor: energy.factor,
    withoutSecondHand,
  };
}

const at = ({ chip, precision }: Board, change: Partial<Chip["technology"]>): Board => ({
  precision,
  chip: { ...chip, silicon: null, technology: { ...chip.technology, ...change } },
});

function leakageDesigns(boards: Boards, measured: readonly Observation[]): SiliconDesigns["leakage"] {
  const others = measured.filter(({ kind }) => kind !== "leakage");
  const leakages = measured.filter(({ kind }) => kind === "leakage");
  const designOf = (title: string, made: readonly Observation[], { factor, sigma }: Fit): LeakageDesign => ({
    title,
    ratios: made.map(({ chip, library, published }) => [chip, library / published.value]),
    factor,
    reach: exp(NORMAL_95 * sigma),
  });
  const design = (title: string, made: readonly Observation[]): LeakageDesign =>
    designOf(title, made, fitsOf([...others, ...made]).leakage);
  /** Observations with other updates in TrueNorth's static power; its SRAM and logic share one factor. */
  const updated = (update: Parameters<typeof restingMw>[2]): Observation[] =>
    leakages.map((value) => {
      if (value.chip !== "TrueNorth") return value;
      const library = restingMw(at(boards[value.board], { voltageV: 0.8 }), 1000, update);
      return { ...value, library, parts: { ...value.parts, sram_energy: value.parts.sram_energy + library - value.library } };
    });
  const as = leakagesAs(boards);
  const cells = (sramCell: SramCell, corner: ProcessCorner): LeakageDesign => {
    const { observations, fit } = as.find((one) => one.sramCell === sramCell && one.corner === corner) as LeakageAs;
    return designOf(corner === "typical" ? `cells ${sramCell}` : `cells ${sramCell}, ${corner} corner`, observations, fit);
  };
  return {
    lstp: cells("lstp", "typical"),
    lop: cells("lop", "typical"),
    hp: cells("hp", "typical"),
    fast: cells("lstp", "fast"),
    apart: design("sum and potential paid apart, as this project's cores do", updated({ states: 1, readsSynapses: false })),
    potential: design("a word per neuron and tick, as the potential is the sum", updated({ states: 0, readsSynapses: false })),
    described: design("the same, and the neuron's row of synapses: as described", updated(NEURON_BY_NEURON)),
  };
}

function sneDesigns(boards: Boards, observations: readonly Observation[], energy: Fit): Pick<SiliconDesigns, "sne" | "snePj"> {
  const sne = observations.find(({ chip }) => chip === "SNE") as Observation;
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
  const netlists = fitsOf(observations.filter(({ evidence, chip }) => evidence === "synthesis" && chip !== "SNE")).energy.factor;
  const reach = exp(NORMAL_95 * energy.sigma);
  const design = (title: string, pj: number): SneDesign => {
    const ratio = pj / sne.published.value;
    const onSilicon = ratio * energy.factor;
    return { title, ratio, onSilicon, low: onSilicon / reach, high: onSilicon * reach, byNetlists: ratio * netlists };
  };
  return {
    sne: {
      described: design("as described: words of 16 bits, half of them toggle", sne.library),
      wider: design("words of 32 bits, as the adaptive neurons of the published RTL have", sne.library + reads + writes),
      sram: design("SRAM of such words, as that RTL asks for by default", synapticOperationPj(asSram, 1000, UNPAID.sharedWeights)),
      still: design(
        "no bit of a word ever toggles: a bound from below",
        sne.library - (1 - stillRead) * reads - (1 - stillWritten) * writes,
      ),
    },
    snePj: { operation: sne.library, published: sne.published.value, reads, writes },
  };
}

/** What `docs/logs/silicon-designs.txt` holds. */
export function siliconDesignsLog({ leakage, sne, energyFactor }: SiliconDesigns): string {
  const two = (value: number): string => value.toPrecision(2);
  const leaking = Object.values(leakage).map(({ title, ratios, factor, reach }) => {
    const chips = ratios.map(([chip, ratio]) => `${chip} ${two(ratio)}`).join(", ");
    return `${title.padEnd(64)} ${chips.padEnd(34)} x ${factor.toPrecision(3).padEnd(7)} ${reach.toPrecision(3)}`;
  });
  const operations = Object.values(sne).map(
    ({ title, ratio, onSilicon, low, high, byNetlists }) =>
      `${title.padEnd(68)} ${two(ratio)}   ${two(onSilicon)} (${two(low)} to ${two(high)})   ${two(byNetlists)}`,
  );
  return [
    "$ npx tsx scripts/write-silicon.ts",
    "",
    "Leakage: library / published of each chip, the factor, the 90 % interval of another chip, either way",
    ...leaking,
    "",
    `SNE: library / published, then x ${energyFactor.toPrecision(3)} with its 90 % interval, then by the other netlists' factor`,
    ...operations,
    "",
  ].join("\n");
}
