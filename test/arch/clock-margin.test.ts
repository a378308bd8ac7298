/** The clock that the model allows, beside that of cores as gates, and the warning of a clock between them. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LOGIC_SLOWER } from "../../arch/arithmetic.js";
import type { Technology } from "../../arch/chip.js";
import { SLOWER } from "../../arch/clock-margin.js";
import { BUILT_NEEDS, type Chip, clockLimits, clockWarning, coreNeedsOf, parseArch, patchDocument, readArch } from "../../arch/index.js";
import { integrationNs, OPERATOR_TIMES } from "../../arch/integration.js";
import { sramMacro } from "../../arch/sram.js";
import { type FigureRow, modelFigures } from "../../rtl/index.js";
import { IMPORTED_CORES, importedParts } from "../../scripts/rtl-gates/imported.js";
import type { GateRow, ImportedRow } from "../../scripts/rtl-gates/row.js";

const base = parseArch("version: 1\nextends: mesh-2x2\n", "a.yaml");

const FAST_MEMORIES = { "tile.core.synapse_memory.read_latency_cycles": 8, "tile.core.state_memory.read_latency_cycles": 8 };

test("a clock within as much of the logic's limit as chips are slower is warned of, a slower one and an FPGA's are not", () => {
  const { chip, precision } = patchDocument(base, { "chip.clock_mhz": 1, ...FAST_MEMORIES });
  const { periodNs } = clockLimits(chip, precision, BUILT_NEEDS).find(({ block }) => !/memory|^router/.test(block)) as { periodNs: number };
  const warned = (clockMhz: number, of: Chip = chip) => clockWarning(of, precision, BUILT_NEEDS, [clockMhz]);
  const { most } = SLOWER.logic;
  for (const times of [1, 1.2, most - 0.01])
    expect(warned(1000 / periodNs / times), `${times}`).toMatch(
      /0\.7 to 1\.5 times the clock of 7 published chips of 22 and 28 nm \(3 on silicon: 1\.1 to 1\.5\); /,
    );
  expect(warned(1000 / periodNs / (most + 0.01))).toBeNull();
  expect(warned(1000 / periodNs, { ...chip, fpga: "ecp5-85" })).toBeNull();
  const search = [0.1, 0.9, 2].map((times) => (times * 1000) / periodNs);
  expect(clockWarning(chip, precision, BUILT_NEEDS, search)).toMatch(`chip.clock_mhz: ${search[1]} may`);
  // as many clocks as a range of small steps has
  const fine = Array.from({ length: 330_001 }, (_, i) => (search[1] * i) / 330_000);
  expect(clockWarning(chip, precision, BUILT_NEEDS, fine)).toMatch(`chip.clock_mhz: ${search[1]} may`);
});

test("a clock that the warning calls safe is not warned of", () => {
  for (const voltage of [0.7, 0.75, 0.8, 0.85, 0.9, 0.92])
    for (const change of [{}, FAST_MEMORIES]) {
      const { chip, precision } = patchDocument(base, { ...change, "chip.clock_mhz": 1, "chip.voltage_v": voltage });
      const mhz = 1000 / clockLimits(chip, precision, BUILT_NEEDS)[0].periodNs;
      const safe = /; ([\d.]+) MHz is on the safe side/.exec(clockWarning(chip, precision, BUILT_NEEDS, [mhz]) ?? "")?.[1];
      expect(Number(safe), `${voltage} V`).toBeGreaterThan(mhz / 3);
      expect(clockWarning(chip, precision, BUILT_NEEDS, [Number(safe)]), `${voltage} V, ${safe} MHz`).toBeNull();
    }
});

test("a router's limit is warned of like a core's, and no clock that a memory refuses is", () => {
  const slowRouter = { ...FAST_MEMORIES, "noc.virtual_channels": 8, "tile.core.neuron_update.pipeline_depth_cycles": 16 };
  const routed = patchDocument(base, { ...slowRouter, "chip.clock_mhz": 1 });
  const [first] = clockLimits(routed.chip, routed.precision, BUILT_NEEDS);
  expect(first.block).toBe("router allocation");
  const safeMhz = 1000 / first.periodNs / SLOWER.logic.most;
  const warned = clockWarning(routed.chip, routed.precision, BUILT_NEEDS, [safeMhz + 0.1]);
  expect(warned).toContain(`router allocation allows ${Math.floor(1000 / first.periodNs)} MHz`);
  expect(clockWarning(routed.chip, routed.precision, BUILT_NEEDS, [safeMhz - 0.1])).toBeNull();
  const large = patchDocument(base, { "tile.core.synapse_memory.size_kib": 4096, "chip.clock_mhz": 1 });
  const [memory] = clockLimits(large.chip, large.precision, BUILT_NEEDS);
  expect(memory.block).toBe("core[0] synapse memory access");
  expect(clockWarning(large.chip, large.precision, BUILT_NEEDS, [10, 1000 / memory.periodNs + 1])).toBeNull();
});

/** Of a page's row: a chip, and how many times faster chains of operators at its node and supply are than it runs. */
function publishedTimes(): readonly { readonly times: number; readonly onSilicon: boolean }[] {
  const rows = readFileSync("docs/prices.md", "utf8").matchAll(
    /^\| ([^|]+) \| `([\w-]+)` \| (\d+) \| ([\d.]+) \| (\d+) \| (\d+) \| ([\d.]+) \|$/gm,
  );
  return [...rows].map(([, name, file, node, supply, runs, allowed, times]) => {
    // by the library, also where the chip's own clock is given
    const { chip, precision } = patchDocument(readArch(`arch/chips/${file}.yaml`), { "chip.logic_period_ns": null });
    const technology = { ...chip.technology, voltageV: Number(supply) };
    expect(`${technology.nodeNm} nm`).toBe(`${node} nm`);
    const [slowest] = clockLimits({ ...chip, technology }, precision, BUILT_NEEDS).filter(({ block }) => !/memory|^router/.test(block));
    const mhz = (LOGIC_SLOWER * 1000) / slowest.periodNs;
    expect([mhz.toFixed(0), (mhz / Number(runs)).toFixed(2)], file).toEqual([allowed, times]);
    return { times: mhz / Number(runs), onSilicon: !/layout|implemented|synthesised/.test(name) };
  });
}
const meanOf = (times: readonly number[]): number => Math.exp(times.reduce((sum, one) => sum + Math.log(one), 0) / times.length);

test("logic is as much slower than chains of fast operators as published chips and cores as gates are, in the mean", () => {
  const published = publishedTimes();
  const chips = published.map(({ times }) => times);
  const rows = JSON.parse(readFileSync("docs/logs/rtl-gates.json", "utf8")) as GateRow[];
  const clocks = rows.map(({ figures }) => figures.find(({ figure }) => figure === "clock of the logic (model: 130 nm)") as FigureRow);
  const gates = clocks.map(({ model, gates: reached }) => (LOGIC_SLOWER * Number(model)) / reached);
  expect([chips.length, gates.length]).toEqual([7, 12]);
  const page = readFileSync("docs/prices.md", "utf8").replaceAll("\n", " ");
  const said = /Their geometric mean is ([\d.]+)\. .* are ([\d.]+) to ([\d.]+) times slower, ([\d.]+) in the mean/.exec(page);
  const found = [meanOf(chips), Math.min(...gates), Math.max(...gates), meanOf(gates)];
  expect(said?.slice(1)).toEqual(found.map((value) => value.toFixed(2)));
  expect(LOGIC_SLOWER).toBe(Number(Math.sqrt(meanOf(chips) * meanOf(gates)).toFixed(1)));
  const ends = [Math.min(...chips), Math.max(...chips)].map((times) => Number((times / LOGIC_SLOWER).toFixed(1)));
  const endsOf = (silicon: boolean): readonly number[] => {
    const some = published.flatMap(({ times, onSilicon }) => (onSilicon === silicon ? [times] : []));
    return [some.length, Math.min(...some), Math.max(...some)];
  };
  const [[count, ...silicon], [, ...others]] = [endsOf(true), endsOf(false)];
  expect(page).toContain(
    `The three on silicon (Tianjic, ODIN, Xylo) are ${silicon.map((times) => times.toFixed(2)).join(" to ")} times slower, layouts and syntheses ${others.map((times) => times.toFixed(2)).join(" to ")}.`,
  );
  const clocksOf = (times: readonly number[]): string =>
    [...times]
      .reverse()
      .map((one) => (LOGIC_SLOWER / one).toFixed(1))
      .join(" to ");
  expect([count, clocksOf(silicon), clocksOf(others)]).toEqual([3, "0.7 to 0.9", "1.0 to 1.5"]);
  expect(SLOWER.logic.by).toContain(`(3 on silicon: ${silicon.map((times) => (times / LOGIC_SLOWER).toFixed(1)).join(" to ")})`);
  expect(ends).toEqual([SLOWER.logic.least, SLOWER.logic.most]);
});

/** Access of each of IHP's macros at its typical corner over what the model says of the same memory there. */
function macroTimes(): readonly (readonly [ports: string, times: number])[] {
  const [head, ...rows] = readFileSync("arch/components/sram_ihp130.csv", "utf8").trim().split("\n");
  const at = ["ports", "words", "bits", "access_ns"].map((column) => head.split(",").indexOf(column));
  const technology = { nodeNm: 130, sramCell: "lstp", voltageV: 1.2, temperatureK: 300, corner: "typical" } as Technology;
  return rows.map((row) => {
    const [ports, words, wordBits, accessNs] = at.map((column) => Number(row.split(",")[column]));
    const memory = { sizeBits: words * wordBits, wordBits, banks: 1, ports: ports === 1 ? "1rw" : "1r1w" } as const;
    return [memory.ports, accessNs / sramMacro(memory, technology).access_ns];
  });
}

test("a memory's limit is told from the clocks of typical and slow macros, whose range and means the page says", () => {
  const times = macroTimes();
  const all = times.map(([, one]) => one);
  const slow = Number(/^slow,.*$/m.exec(readFileSync("arch/components/corners_ihp130.csv", "utf8"))?.[0].split(",")[3]);
  expect([Math.min(...all).toFixed(1), (Math.max(...all) * slow).toFixed(1)].map(Number)).toEqual([SLOWER.sram.least, SLOWER.sram.most]);
  expect(SLOWER.sram.by).toMatch(`${all.length} memory macros`);
  const page = readFileSync("docs/prices.md", "utf8").replaceAll("\n", " ");
  const said =
    /IHP's 28 macros take ([\d.]+) to ([\d.]+) times the access .*?, ([\d.]+) in the mean with one port and ([\d.]+) with two.*? ([\d.]+) times as long at their slow corner/.exec(
      page,
    );
  const of = (ports: string): number => meanOf(times.flatMap(([one, value]) => (one === ports ? value : [])));
  expect(said?.slice(1)).toEqual([Math.min(...all), Math.max(...all), of("1rw"), of("1r1w"), slow].map((value) => value.toFixed(2)));
});

test("clocks of chips on silicon have the shares of SRAM's limit that the page says, that of SENECA's synthesis a larger one", () => {
  const shareOf = (file: string, voltageV: number, mhz: number): string => {
    const { chip, precision } = patchDocument(readArch(`arch/chips/${file}.yaml`), {});
    const limits = clockLimits({ ...chip, technology: { ...chip.technology, voltageV } }, precision, BUILT_NEEDS);
    return ((mhz * (limits.find(({ rule }) => rule === "sram")?.periodNs ?? Number.NaN)) / 1000).toFixed(2);
  };
  const silicon = [
    shareOf("reckon-board", 0.5, 13),
    shareOf("morphic-board", 0.8, 50),
    shareOf("tianjic-board", 0.9, 300),
    shareOf("odin-board", 0.55, 75),
    shareOf("xylo-like", 0.92, 250),
  ];
  expect(silicon).toEqual(silicon.toSorted());
  expect(readFileSync("docs/prices.md", "utf8").replaceAll("\n", " ")).toContain(
    `Clocks of chips on silicon are ${silicon[0]} (ReckOn) to ${silicon[4]} (Xylo Audio 2) of what SRAM as described allows, that of SENECA's synthesis is ${shareOf("seneca-board", 0.8, 500)}.`,
  );
});

test("a clock near a memory's limit is warned of, also beside a clock of the description's own logic; own macros are not", () => {
  const large = { "chip.clock_mhz": 1, "chip.logic_period_ns": 0.01, "tile.core.synapse_memory.size_kib": 512 };
  const typical = patchDocument(base, large);
  const warned = ({ chip, precision }: typeof typical, mhz: number) => clockWarning(chip, precision, BUILT_NEEDS, [mhz]);
  const limitMhz = ({ chip, precision }: typeof typical): number =>
    1000 / (clockLimits(chip, precision, BUILT_NEEDS).find(({ block }) => block.endsWith("synapse memory access"))?.periodNs ?? 0);
  for (const corner of ["typical", "slow", "fast"]) {
    const one = patchDocument(base, { ...large, "chip.corner": corner });
    const safeMhz = limitMhz(typical) / SLOWER.sram.most;
    expect(warned(one, safeMhz * 1.01), corner).toMatch(
      /synapse memory access allows .* of slow silicon; .* \(macros of your own: prices\.macros\)$/,
    );
    expect(warned(one, safeMhz * 0.99), corner).toBeNull();
  }
  // as the page says, the limit by its cycle is not judged
  const deep = patchDocument(base, { ...large, ...FAST_MEMORIES });
  const [first] = clockLimits(deep.chip, deep.precision, BUILT_NEEDS);
  expect(first.block).toBe("core[0] synapse memory cycle");
  expect(warned(deep, 1000 / first.periodNs)).toBeNull();
  // a macro of 2 ns, and the same memory of the library
  const columns = "words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns";
  const chipOf = (macros: string): typeof typical =>
    patchDocument(
      parseArch(
        `version: 1
extends: mesh-2x2
chip: { technology_nm: 22, voltage_v: 0.8, logic_period_ns: 0.01 }
prices: { macros: { mine: { csv: "${columns}\\n8192,64,1rw,22,0.8,6000,1,1,2,2\\n" } } }
tile:
  core:
    synapse_memory: { size_kib: 64, word_bits: 64${macros} }
    state_memory: { kind: latches }
`,
        "a.yaml",
      ),
      {},
    );
  const own = chipOf(", macros: mine");
  const clocks = clockLimits(own.chip, own.precision, BUILT_NEEDS).map(({ periodNs }) => 1000 / periodNs);
  expect(Math.min(...clocks), "none is refused below the macro's").toBe(500);
  expect(warned(own, 499)).toBeNull();
  expect(warned(chipOf(""), limitMhz(chipOf("")) - 1)).toMatch(/synapse memory access/);
});

test("near the limit of latches, which no read latency lifts, fewer words per bank are named, and they help", () => {
  const small = { "tile.core.synapse_memory.kind": "latches", "tile.core.synapse_memory.size_kib": 1 };
  const large = { "tile.core.state_memory.kind": "latches", "tile.core.state_memory.size_kib": 64, "chip.clock_mhz": 1 };
  const array = (values: { readonly [key: string]: number }) =>
    patchDocument(base, {
      ...{ "chip.logic_period_ns": 0.01, ...small, ...large },
      ...Object.fromEntries(Object.entries(values).map(([key, value]) => [`tile.core.state_memory.${key}`, value])),
    });
  const warned = ({ chip, precision }: ReturnType<typeof array>, mhz: number) => clockWarning(chip, precision, BUILT_NEEDS, [mhz]) ?? "";
  const one = array({});
  const [first] = clockLimits(one.chip, one.precision, BUILT_NEEDS);
  expect([first.block, first.rule]).toEqual(["core[0] state memory access", "logic"]);
  const mhz = 1000 / first.periodNs;
  expect(warned(one, mhz)).toMatch(
    /safe side \(a smaller tile\.core\.state_memory\.size_kib, more .*\.banks, or the times of your own array: .* kind sram/,
  );
  expect(warned(array({ read_latency_cycles: 4 }), mhz)).toContain("state memory cycle");
  for (const helps of [{ size_kib: 1 }, { banks: 64 }])
    expect(warned(array(helps), mhz), JSON.stringify(helps)).not.toContain("state memory");
  expect(warned(array({}), mhz / SLOWER.logic.most - 0.01)).not.toContain("state memory");
});

const rowsOf = (): readonly ImportedRow[] => JSON.parse(readFileSync("docs/logs/rtl-imported.json", "utf8")) as ImportedRow[];

test("the safe clock of every core with an imported network is one that its gates reach, and the range is theirs", () => {
  const { least, most } = SLOWER.integration;
  const ratios = rowsOf().flatMap(({ model, gates }) => (gates === undefined ? [] : [(model.clockMhz * gates.longest.ns) / 1000]));
  expect(SLOWER.integration.by).toMatch(`${ratios.length} cores`);
  expect([Math.floor(10 * Math.min(...ratios)) / 10, Math.ceil(10 * Math.max(...ratios)) / 10]).toEqual([least, most]);
  // the page says how far the limit that refuses a clock, of an update cut evenly, lies above
  const deep = rowsOf().filter(({ name }) => !/, [1-3] stages?$/.test(name));
  const above = deep.flatMap(({ model, gates }) => (gates === undefined ? [] : [(model.limitMhz * gates.longest.ns) / 1000]));
  const [low, high] = [Math.min(...above), Math.max(...above)].map((times) => times.toFixed(2));
  expect(readFileSync("docs/prices.md", "utf8").replaceAll("\n", " ")).toContain(
    `imported networks as gates are ${low} to ${high} times slower than the limit with four stages or more`,
  );
});

test("the times of products and sums have the least squared error over the cores whose stages lie apart", () => {
  const cores = rowsOf().flatMap(({ name, gates }) => {
    const { chip, precision } = patchDocument(base, { ...IMPORTED_CORES[name].shape, "chip.technology_nm": 130, "chip.voltage_v": 1.2 });
    const depth = chip.cores[0].neuronUpdate.pipelineDepthCycles;
    return gates === undefined || depth < 4 ? [] : [{ chip, precision, depth, ns: gates.longest.ns }];
  });
  const needs = { ...BUILT_NEEDS, unit: { ...BUILT_NEEDS.unit, integrates: true } };
  const error = (times: { readonly product: number; readonly sum: number }): number =>
    cores.reduce(
      (sum, { chip, precision, depth, ns }) => sum + Math.log(integrationNs(chip.technology, precision, needs, depth, times) / ns) ** 2,
      0,
    );
  const least = error(OPERATOR_TIMES);
  for (const [product, sum] of [
    [0.01, 0],
    [-0.01, 0],
    [0, 0.002],
    [0, -0.002],
    [0.01, -0.002],
    [-0.01, 0.002],
  ])
    expect(error({ product: OPERATOR_TIMES.product + product, sum: OPERATOR_TIMES.sum + sum })).toBeGreaterThan(least);
  expect(Math.sqrt(least / cores.length)).toBeLessThan(0.05);
});

test("the log's figures are those of the model as it is, and its core is warned of above the clock of its gates", () => {
  const name = "IF, 8/16/24";
  const { experiment, run } = importedParts(name);
  const { chip, precision } = experiment;
  const needs = coreNeedsOf(run.placement.topology);
  const row = rowsOf().find((one) => one.name === name);
  expect(modelFigures(chip, chip.cores[0], precision, needs)).toMatchObject({
    clockMhz: row?.model.clockMhz,
    updateBits2: row?.model.updateBits2,
  });
  // the emitted unit has two leaks, which no IF neuron needs
  expect(row?.gates?.updateBits2).toBe((row?.model.updateBits2 ?? 0) + 2 * 16 * 10);
  const gatesMhz = 1000 / (row?.gates?.longest.ns ?? Number.NaN);
  expect(clockWarning(chip, precision, needs, [gatesMhz + 0.1])).toMatch(/rtl's unit for imported neurons.*with imported networks/);
  expect(clockWarning(chip, precision, needs, [gatesMhz / 1.5])).toBeNull();
  // refused by no limit
  expect(clockLimits(chip, precision, needs).some(({ periodNs }) => periodNs > 1000 / gatesMhz)).toBe(false);
});
