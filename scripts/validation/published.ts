/**
 * What documents say of the published chips, from runs: tables and words of docs/validation.md, passages of
 * docs/prices.md, a row of docs/measured.md. Effects: reads the package's descriptions and tables.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ANECDOTAL_BELOW, factorErrors } from "../../arch/silicon.js";
import { sramMacro } from "../../arch/sram.js";
import { nominalVoltageV } from "../../arch/voltage.js";
import { exp, log, square } from "../../base/math.js";
import { packageRoot } from "../../base/package-root.js";
import {
  BASES,
  calibrationOf,
  heldText,
  isHeld,
  isWithin,
  type Misses,
  missesOf,
  type NodeRatio,
  nodeRatios,
  type PublishedRow,
  siliconMisses,
} from "../../sim/recorded/index.js";
import { type Boards, firstCorePrices, sharedLeakageMw } from "../../sim/recorded/published/boards.js";
import { CAUSES, type Cause, entersFactors, NORMAL_95 } from "../../sim/recorded/published/calibration.js";
import type { PublishedChips } from "../../sim/recorded/published/published.js";
import { shippedBoard } from "../../sim/recorded/shipped-chip.js";
import type { Passage } from "../passages.js";
import type { GateRow } from "../rtl-gates/row.js";
import { markdownTable, shortNumber } from "./markdown.js";
import { type SiliconDesigns, siliconDesigns, siliconDesignsLog } from "./silicon-designs.js";

const two = (value: number): string => value.toPrecision(2);
function rangeOf(values: readonly number[]): string {
  const [least, most] = [two(Math.min(...values)), two(Math.max(...values))];
  return least === most ? least : `${least} to ${most}`;
}

function difference({ model, published, tolerance, unit }: PublishedRow): string {
  if (tolerance === null) return `x${two(model / published)}`;
  const delta = model - published;
  const sign = delta < 0 ? "" : "+";
  return "absolute" in tolerance ? `${sign}${delta} ${unit}` : `${sign}${((100 * delta) / published).toFixed(2)} %`;
}

function allowed({ tolerance, unit }: PublishedRow): string {
  if (tolerance === null) return "none: a result";
  return "percent" in tolerance ? `${tolerance.percent} %` : `${tolerance.absolute} ${unit}`;
}

const VERDICTS = new Map([
  [true, "within"],
  [false, "**outside**"],
  [null, ""],
]);

function chipsTable(rows: readonly PublishedRow[]): string {
  const cells = rows.map((entry) => [
    ...[entry.chip, entry.quantity, `${shortNumber(entry.published)} ${entry.unit}`, `${shortNumber(entry.model)} ${entry.unit}`],
    ...[difference(entry), allowed(entry), entry.basis, VERDICTS.get(isWithin(entry)) ?? "", entry.source],
  ]);
  return markdownTable(["chip", "quantity", "published", "model", "error", "tolerance", "basis", "result", "source"], cells);
}

function summaryOf(rows: readonly PublishedRow[]): string {
  const counts = BASES.map((basis) => `${rows.filter((entry) => entry.basis === basis).length} ${basis}`).join(", ");
  const misses = missesOf(rows).map(({ kind, evidence, geometricMean }) => `${kind} (${evidence}) x${two(geometricMean)}`);
  return `${counts}; predictions, model / published in the geometric mean: ${misses.join(", ")}`;
}

const missesTable = (misses: readonly Misses[], of: string): string =>
  markdownTable(
    ["predicted", "evidence", "rows", `geometric mean of ${of} / published`, "least", "largest"],
    misses.map(({ kind, evidence, count, geometricMean, least, largest }) => [
      ...[kind, evidence, count, two(geometricMean), two(least), two(largest)],
    ]),
  );

/** Boards: the ratio by the library's prices, by those of silicon, and the interval. */
function siliconTable(rows: readonly PublishedRow[]): string {
  const cells = rows.flatMap((row) => {
    const { silicon, published, model } = row;
    if (silicon === null) return [];
    const ratio = (value: number): string => two(value / published);
    const onSilicon = silicon.leftOut === null ? `${ratio(silicon.value)} (seen)` : ratio(silicon.leftOut);
    const held = isHeld(row) === true ? "yes" : "**no**";
    return [
      [row.chip, row.kind, row.quantity, row.evidence, ratio(model), onSilicon, `${ratio(silicon.low)} to ${ratio(silicon.high)}`, held],
    ];
  });
  return markdownTable(["chip", "kind", "quantity", "evidence", "library / published", "silicon / published", "90 % of it", "held"], cells);
}

/**
 * The leakages that the factor was fitted to, predicted with it / published: the interval follows from these, not from
 * library / published, in which TrueNorth's updates are without the factor of energy.
 */
function seenLeakages(rows: readonly PublishedRow[]): { readonly ratios: string; readonly apart: string } {
  const ratios = rows.flatMap(({ kind, silicon, published }) =>
    kind === "leakage" && silicon?.leftOut === null ? [silicon.value / published] : [],
  );
  return { ratios: ratios.map(two).join(" and "), apart: two(Math.max(...ratios) / Math.min(...ratios)) };
}

function validationSection(rows: readonly PublishedRow[], designs: SiliconDesigns): string {
  const { leakage, sne } = designs;
  const seen = seenLeakages(rows);
  const others = designs.withoutSecondHand;
  const odinClock = 1 / beyondLibrary(rows, "clock")[0];
  const flavours = [leakage.lop, leakage.hp, leakage.fast].map(({ reach }) => reach);
  return `${chipsTable(rows)}

Each number of a model has one of these bases. **Identity**: the paper's own formula with its own constants. **Calibrated**: a price or a spike count of the model was chosen to match this number. **Reimplementation**: the rules of another simulator. **Predicted**: by the component library, or by a law from other measurements, without use of this number. Only predictions show how good prices are:

${missesTable(missesOf(rows), "model")}

The boards with silicon prices: the library times measured factors. Where three or more other chips were measured, a chip is predicted with factors that were fitted without it
(\`prices.basis\`, [prices.md](prices.md)). The geometric mean of the numbers that give the factors is near 1 by construction; the smallest and the largest ratio show how good the factors are. Their 90 %
intervals hold ${heldText(rows)}: those are marked (seen), and the next table leaves them out.

${missesTable(siliconMisses(rows), "silicon")}

${siliconTable(rows)}

- Boards (\`arch/chips/*-board.yaml\`): published chips, described by their published sizes as a user would describe them, without own prices. Values that are not published are guesses and are marked as such. By the library alone areas and energies of an action come out at half of silicon's and less, leakage at a third and less, the clock of ODIN at ${two(odinClock)} times; the table
  above has them on silicon, too. Dendrites of Tianjic and reuse in SENECA keep sums in registers: their operations read no state.
- TrueNorth: static power and energy of an operation from the first and the last point at 0.8 V; the others are predicted, over the supply by the
  library's laws at 28 nm.
- Tianjic's energy is second hand: SENECA's table of other chips cites Deng et al. 2020 for it, without how it was measured. The same table has 2.5 pJ for TrueNorth, which is
  power over rate and so holds clock and leakage. Without it ${WORDS[others.n]} chips give a factor of ${two(others.factor)} instead of ${two(designs.energyFactor)}.
- ODIN's two powers: energy of an operation, leakage and clock power are its authors' separate measurements; the rate comes from the cycle model.
- Leakage ([log](logs/silicon-designs.txt)): two chips give the factor; with it they are predicted at ${seen.ratios} times their published values, ${seen.apart} times apart, so its
  interval is ${two(leakage.described.reach)} either way. TrueNorth's static power holds the updates of every tick. Its token controller takes the 256 neurons one by one and reads the neuron's row of the core's
  memory once: synapses to itself, parameters and potential to the neuron block, which keeps one potential and no sum beside it (Akopyan et al. 2015); RANC's RTL
  of the same core reads that word whole and writes it once per neuron and tick, before the next (its recorded runs count it). So the board pays one word read and
  written and the crossbar's row read, and no write queue. Paid for sum and potential apart, as this project's cores are, the factor would be ${leakage.apart.factor.toPrecision(3)} instead of ${leakage.described.factor.toPrecision(3)}
  and the interval ${two(leakage.apart.reach)}; without the crossbar's row ${leakage.potential.factor.toPrecision(3)} and ${two(leakage.potential.reach)}. Other transistors in the description do not narrow it: with \`lop\`, \`hp\` or a fast
  corner on both chips it is ${rangeOf(flavours)}, as one law brings both to their supplies. But the factor itself would be ${leakage.lop.factor.toPrecision(2)}, ${leakage.hp.factor.toPrecision(2)} or ${leakage.fast.factor.toPrecision(2)}, and no paper
  in our sources says which flavours its chip has. So it multiplies \`lstp\` only, and the interval of other families and corners reaches to their own factor ([prices.md](prices.md)). Loihi's
  static power, which no factor has seen, is held.
- SNE: the board misses its published energy by a factor of ${two(sne.described.onSilicon)}, though that is the reciprocal of its 4.5 TOP/s/W, power over rate, and so holds clock and leakage,
  too, which the board's operation does not. No description of its memories brings it into the interval. If no bit of a word ever toggled, the library would say
  ${two(sne.still.ratio)} of the published energy, and with the factor ${two(sne.still.onSilicon)}; words of 32 bits, as the adaptive neurons of its published RTL have, are further off in latches
  (${two(sne.wider.onSilicon)}) and in SRAM (${two(sne.sram.onSilicon)}), which that RTL asks for unless told otherwise. It is the factor, measured on chips with SRAM, that does not fit a netlist of
  latches: without it, and with half of the bits toggling, the library is ${two(sne.described.ratio)} times off.
- Loihi: energies of an action are published; the number of input spikes of a query is not in our sources and is fitted.
- SNN-DSE: spike counts are printed for a few steps only; the data file (\`arch/published/snn-dse-spikes.yaml\`) says which rows fix the rest.`;
}

/** Published / library of the boards' measured rows of a kind. */
const beyondLibrary = (rows: readonly PublishedRow[], kind: Cause): readonly number[] =>
  rows
    .filter((row) => row.kind === kind && row.evidence === "silicon" && row.silicon !== null)
    .map(({ published, model }) => published / model);

const FACTORS: {
  readonly [cause in Cause]: readonly [of: string, groups: string, supplies: readonly (readonly [chip: string, at: string])[]];
} = {
  area: ["area", "SRAM, logic", []],
  energy: ["energy of an action", "SRAM, logic, network", []],
  leakage: [
    ...(["leakage at the chip's own supply", "SRAM, logic"] as const),
    [
      ["ODIN", " at 0.55 V"],
      ["TrueNorth", " at 0.8 V"],
    ],
  ],
  clock: ["clock", "trees and registers", [["ODIN", " at 0.55 V"]]],
};

function factorsTable({ fits, checks }: ReturnType<typeof calibrationOf>): string {
  const rows = (Object.keys(CAUSES) as Cause[]).map((cause) => {
    const [of, groups, supplies] = FACTORS[cause];
    const { factor, n, chips } = fits.silicon[cause];
    const own = checks.filter(({ value }) => value.kind === cause && entersFactors(value));
    const library = own.map(({ value }) => value.library / value.published.value);
    const leftOut = own.flatMap(({ value, leftOut: without }) => (without === null ? [] : [without / value.published.value]));
    const names = chips.map((chip) => {
      const values = own.filter(({ value }) => value.chip === chip).length;
      return `${chip}${supplies.find(([name]) => name === chip)?.[1] ?? ""}${values > 1 ? ` (${values})` : ""}`;
    });
    const byLibrary = library.length > 2 ? rangeOf(library) : library.map((ratio) => two(ratio)).join(" and ");
    return [
      ...[`${of}, x ${factor < 10 ? two(factor) : factor.toPrecision(3)}`, groups, `${names.join(", ")} (n ${n})`, byLibrary],
      [...(leftOut.length === 0 ? [] : [rangeOf(leftOut)]), ...(n < ANECDOTAL_BELOW ? ["anecdotal"] : [])].join("; "),
    ];
  });
  return markdownTable(["factor", "groups of prices", "measured on", "library / published", "left out: silicon / published"], rows);
}

/** The RAM of Speck 2e at rest, uW. Source: synsense/sinabs 904eb89, docs/speck/notebooks/power_monitoring.ipynb. */
const SPECK_RAM_UW = 52;
/**
 * Leakage of its memories by the library, uW; its potentials take half of the state memory described (speck-like.yaml).
 */
function speckUw(nodeNm: number): number {
  const { chip } = shippedBoard("speck-like");
  const technology = { ...chip.technology, nodeNm, voltageV: nominalVoltageV(nodeNm, "lstp") };
  const memories = chip.cores.flatMap(({ synapseMemory, stateMemory }) => [
    synapseMemory,
    { ...stateMemory, sizeBits: stateMemory.sizeBits / 2, ports: "1rw" as const },
  ]);
  return 1000 * memories.reduce((sum, memory) => sum + sramMacro(memory, technology).leakage_mw, 0);
}

/** What the factor of leakage is worth at larger nodes; `speck`: its memories by that factor, over the measurement. */
function nodesBullet([memories, logic]: readonly NodeRatio[], speck: number): string {
  const { chipsNm, nodeNm, n, overSilicon } = memories;
  const sigma = (atNm: number): number => {
    const [own, ofNode] = factorErrors("sram_leakage", { sramCell: "lstp", corner: "typical", nodeNm: atNm });
    return Math.sqrt(square(own.down) + square(ofNode.down));
  };
  const reach = (atNm: number): string => Number(exp(NORMAL_95 * sigma(atNm)).toPrecision(2)).toString();
  return `- **Leakage above ${chipsNm} nm** was measured on no chip. By their vendor's numbers IHP's ${n} SRAM macros at ${nodeNm} nm leak ${two(1 / overSilicon)} times less than the library's times the factor, and the flip-flop ${two(logic.overSilicon)} times more (\`arch/components/silicon_nodes.csv\`). These distances are one standard deviation at ${nodeNm} nm, of memories downwards and of logic upwards, and shrink with ln(node / ${chipsNm} nm): the 90 % interval of memories reaches ${reach(65)} times down at 65 nm and ${reach(nodeNm)} at ${nodeNm}, and \`check\` and \`sim\` warn from 40 nm on (of a search over nodes, by its first). The factor itself stays: numbers of netlists enter none, and one library gives no law. Speck's memories, at 65 nm, would be ${two(log(speck) / sigma(65))} standard deviations off.`;
}

function missesBullets(
  rows: readonly PublishedRow[],
  boards: Boards,
  designs: SiliconDesigns,
  calibration: ReturnType<typeof calibrationOf>,
): string {
  const { "seneca-board": seneca, "odin-board": odinBoard } = boards;
  const { fits } = calibration;
  const { leakage, sne, snePj, energyFactor } = designs;
  const seen = seenLeakages(rows);
  const beyond = (kind: Cause): string => {
    const row = rows.find((one) => one.chip === "Loihi" && one.kind === kind && one.evidence === "silicon");
    return two((row?.published ?? Number.NaN) / (row?.silicon?.leftOut ?? Number.NaN));
  };
  const senecaUw = [null, seneca.chip.silicon].map((silicon) => 1000 * sharedLeakageMw({ ...seneca, chip: { ...seneca.chip, silicon } }));
  const { factor } = leakage.described;
  const { clock } = fits.silicon;
  const reach = exp(NORMAL_95 * clock.sigma);
  const odin = rows.find(({ chip, kind, evidence }) => chip === "ODIN" && kind === "clock" && evidence === "silicon") as PublishedRow;
  const queuesPj = firstCorePrices({ ...odinBoard, chip: { ...odinBoard.chip, silicon: null } }).queue_clock_pj_per_cycle.value;
  const smaller = (100 * (1 - leakage.apart.factor / factor)).toFixed(0);
  return `- **Below 22 nm** the library is scaled, so chips enter no factor, and the scaling's error widens their interval: Loihi's share of its die (x86 cores and interfaces included) is ${beyond("area")} times the prediction.
- **Not used.** Numbers from netlists and pre-silicon simulations (SENECA, SNE, Loihi's energies) enter no factor; they have their own lines in the table, with evidence \`synthesis\`. **SNE's operation, states in latches, is missed by a factor of ${two(sne.described.onSilicon)}**, outside its interval (${two(sne.described.low)} to ${two(sne.described.high)} times); by the library it is ${two(sne.described.ratio)} times its published energy. Of the library's ${two(snePj.operation)} pJ (published: ${two(snePj.published)}) reads of latches are ${two(snePj.reads)} and writes ${two(snePj.writes)}, where half of all bits are taken to toggle, in words of which half is the time of the last update; weights that a kernel shares, and wires and write queues that SNE's groups do not have, are left out. The remaining ${two(energyFactor)} times are the factor of energy, which was measured on SRAM and logic of chips, not of a netlist: for the seven figures of netlists together it would be ${two(fits.synthesis.energy.factor)}. How many bits toggle in SNE's words is in none of our sources; with none at all it would be missed by ${two(sne.still.onSilicon)}, and with SRAM of 32-bit words, which its RTL asks for unless told otherwise, by ${two(sne.sram.onSilicon)} ([log](logs/silicon-designs.txt)).
- **Leakage** rests on two chips. With the factors of leakage and of energy (of TrueNorth's updates) they are predicted at ${seen.ratios} times their published values, ${seen.apart} times apart, so its 90 % interval is ${two(leakage.described.reach)} times either way; [validation.md](validation.md#published-chips) says what other descriptions of them would make of it (if TrueNorth's updates were paid twice, the factor would be ${smaller} % smaller). Loihi's static power (14 nm, with its x86 cores: an upper bound) enters no factor and is ${beyond("leakage")} times the prediction, within the interval. A measurement is not used if no source gives the node of its chip: the RAM of Speck 2e rests at ${SPECK_RAM_UW} uW (a rail of its own, \`sinabs\`), where the library says ${speckUw(65).toFixed(0)} uW for its 912 KiB at 65 nm, ${two(speckUw(65) / SPECK_RAM_UW)} times as much, and with the factor ${two((factor * speckUw(65)) / SPECK_RAM_UW)} times. CACTI's \`lstp\` leaks ${two(speckUw(65) / speckUw(45))} times as much at 65 nm as at 45; at 45 nm the same memories would be ${two(speckUw(45) / SPECK_RAM_UW)} of the measurement. For SENECA's core a secondary source gives 30 uW, from a netlist: the library says ${senecaUw[0].toFixed(0)}, with the factor ${senecaUw[1].toFixed(0)}. Give \`*_leakage_mw\` of your process if leakage decides.
${nodesBullet(nodeRatios(boards, calibration), (factor * speckUw(65)) / SPECK_RAM_UW)}
- **Clock** rests on ODIN, described with all clocks running. Of the library's ${two(odin.model)} pJ per cycle (published: ${two(odin.published)}) the flip-flops of its two queues take ${two(queuesPj)}. If the chip gates their clock, the factor is ${two(odin.published / (odin.model - queuesPj))} instead of ${two(clock.factor)}; the interval is ${rangeOf([clock.factor / reach, clock.factor * reach])}. Cores of this project as gates of 130 nm with clock gates, no published chips, take ${rangeOf(gatedClocks())} times the library's clocks without wires and tree ([gates.md](gates.md#with-clock-gates)).`;
}

/** Least and most of the clocks of cores as gates with clock gates, over the library's price. */
function gatedClocks(): readonly [number, number] {
  const rows = JSON.parse(readFileSync(join(packageRoot(), "docs/logs/rtl-gates.json"), "utf8")) as GateRow[];
  const ratios = rows.map(({ gated, model }) => gated.gates.clock / model.clock);
  return [Math.min(...ratios), Math.max(...ratios)];
}

/** The result cell of docs/measured.md. */
function measuredCell(rows: readonly PublishedRow[]): string {
  const power = missesOf(rows).find(({ kind }) => kind === "power");
  const of = (misses: readonly Misses[], kind: Cause): Misses =>
    misses.find((one) => one.kind === kind && one.evidence === "silicon") as Misses;
  const [onSilicon, byLibrary] = [siliconMisses(rows), missesOf(rows)];
  const range = ({ least, largest }: Misses): string => `${two(least)} to ${two(largest)}`;
  const netlists = rows.filter(({ kind, evidence }) => kind === "energy" && evidence === "synthesis");
  const ratios = (wanted: (chip: string) => boolean): readonly number[] =>
    netlists.filter(({ chip }) => wanted(chip)).map(({ silicon, published }) => (silicon?.leftOut ?? Number.NaN) / published);
  const others = ratios((chip) => chip !== "SNE");
  const [sne] = ratios((chip) => chip === "SNE");
  const fixed = (value: number | undefined): string => (value ?? Number.NaN).toFixed(2);
  return `TrueNorth's power over supply (0.70 to 1.05 V) and activity: ${fixed(power?.geometricMean)} in the geometric mean of ${power?.count}, ${fixed(power?.least)} to ${fixed(power?.largest)}; areas of ${of(onSilicon, "area").count} chips, each with factors from the others, ${range(of(onSilicon, "area"))}; ${of(onSilicon, "energy").count} energies per action on silicon ${range(of(onSilicon, "energy"))} (library alone: ${range(of(byLibrary, "area"))} and ${range(of(byLibrary, "energy"))}); ${others.length} of netlists and of runs before silicon ${rangeOf(others)}, and SNE's ${two(sne)}; 90 % intervals hold ${heldText(rows)}`;
}

const WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** What the README says of chips left out of the fit; it has no room for marks. */
function leftOutWords(rows: readonly PublishedRow[]): string {
  const of = (kind: Cause, evidence: PublishedRow["evidence"]): Misses =>
    siliconMisses(rows).find((one) => one.kind === kind && one.evidence === evidence) as Misses;
  const within = ({ least, largest }: Misses): string => two(Math.max(largest, 1 / least));
  const [areas, energies, netlists] = [of("area", "silicon"), of("energy", "silicon"), of("energy", "synthesis")];
  return `${WORDS[areas.count]} areas within ${within(areas)} times, ${WORDS[energies.count]} energies on silicon within ${within(energies)} times, ${WORDS[netlists.count]} of netlists ${two(netlists.least)} to ${two(netlists.largest)} times`;
}

/** Passages of the documents, and the log of other descriptions. */
export function publishedTexts(
  chips: PublishedChips,
  rows: readonly PublishedRow[],
): {
  readonly passages: readonly Passage[];
  readonly log: string;
  readonly summary: string;
  readonly section: string;
  readonly readme: string;
} {
  const designs = siliconDesigns(chips.boards);
  const calibration = calibrationOf(chips.boards);
  const [summary, section] = [summaryOf(rows), validationSection(rows, designs)];
  const leaking = Math.max(...beyondLibrary(rows, "leakage"));
  const ranges = `Measured areas are ${rangeOf(beyondLibrary(rows, "area"))} times the library's, measured energies ${rangeOf(beyondLibrary(rows, "energy"))} times, leakage up to ${two(leaking)} times.`;
  return {
    summary,
    section,
    readme: leftOutWords(rows),
    log: siliconDesignsLog(designs),
    passages: [
      { page: "docs/prices.md", mark: "silicon-ranges", text: ranges },
      { page: "docs/prices.md", mark: "silicon-factors", text: factorsTable(calibration) },
      { page: "docs/prices.md", mark: "silicon-misses", text: missesBullets(rows, chips.boards, designs, calibration) },
      { page: "docs/measured.md", mark: "published", text: measuredCell(rows) },
      { page: "docs/validation.md", mark: "published-summary", text: summary },
      { page: "docs/validation.md", mark: "published", text: section },
    ],
  };
}
