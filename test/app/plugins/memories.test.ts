/** Memory kinds of plug-ins: their costs, capacity and clock limits, and where they are refused. */
// @module-tag slow
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadPlugins, open, openWithPlugins, type Plugin, points, reproduce, simulate, sweep } from "../../../app/index.js";
import { BUILT_NEEDS, checkClock, clockLimits, type Experiment } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { priceMarks, replayKey } from "../../../sim/index.js";
import { isBuilt, smallSweep } from "../../cli/small-sweep.js";
import { fewDigits } from "../../few-digits.js";

const folder = mkdtempSync(join(tmpdir(), "memories-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const example = join(packageRoot(), "test/app/plugins/examples/stt-mram.mjs");
const mram = (): Promise<readonly Plugin[]> => loadPlugins([example]);

const document = { version: 1, extends: "mesh-2x2", workload: { path: fewDigits(folder), samples: 5, timing_samples: 1 } } as const;
const memory = { size_kib: 64, word_bits: 64, banks: 2 };
const withMemories = (synapse: object, state: object = {}, more: object = {}) => ({
  ...document,
  ...more,
  tile: { core: { synapse_memory: { ...memory, ...synapse }, state_memory: { ...memory, ...state } } },
});
const described = async (synapse: object, state: object = {}, more: object = {}): Promise<Experiment> =>
  open(withMemories(synapse, state, more), { plugins: await mram() }).experiment as Experiment;

const WORDS = Math.floor((64 * 8192) / 2 / 72);

describe("a memory of a plug-in's kind", () => {
  test("costs per access, leaks and takes area as it says, with its source; the other memory is the library's", async () => {
    const run = async (kind: object) => (await simulate(open(withMemories(kind), { plugins: await mram() }))).result;
    const [own, sram] = [await run({ kind: "stt-mram" }), await run({})];
    const line = ({ breakdown }: typeof own, name: string) => breakdown.find(({ component }) => component === name);
    expect(line(own, "synapse memory reads")?.unitEnergyPj).toBeCloseTo(0.002 * 64 * Math.sqrt(WORDS), 10);
    expect(line(own, "synapse memory reads")?.source).toBe("stt-mram: made up, at 28 nm");
    expect(line(own, "synapse memory reads")?.count).toBe(line(sram, "synapse memory reads")?.count);
    expect(line(own, "synapse memory leakage")?.energyPj).toBe(0);
    expect(line(own, "synapse memory area")?.areaMm2).toBeCloseTo(4 * 4e-8 * 64 * 8192, 12);
    expect(line(own, "state memory writes")).toEqual(line(sram, "state memory writes"));
    const state = (await simulate(open(withMemories({}, { kind: "stt-mram" }), { plugins: await mram() }))).result;
    expect(line(state, "state memory writes")?.unitEnergyPj).toBeCloseTo(32, 10);
    // cycles do not depend on what a memory is made of
    expect(own.metrics.latency_us).toBe(sram.metrics.latency_us);
    expect(state.metrics.latency_us).toBe(sram.metrics.latency_us);
  });

  test("has a usable capacity: a network that fits the size but not the capacity is refused", async () => {
    const { chip } = await described({ kind: "stt-mram" });
    expect(chip.cores[0]?.synapseMemory).toMatchObject({ kind: "plug-in", sizeBits: WORDS * 2 * 64 });
    const small = (size_kib: number, kind: string) => withMemories({ size_kib, kind }, {}, { mapping: { strategy: "balanced" } });
    const run = async (size: number, kind: string): Promise<unknown> => simulate(open(small(size, kind), { plugins: await mram() }));
    const needs = /^MAP_SYNAPSE_MEMORY_FULL: .* set tile.core.synapse_memory.size_kib: ([0-9.]+)/;
    const fix = await run(1, "sram").then(String, (error: Error) => error.message.match(needs)?.[1]);
    const least = Number(fix);
    expect(least).toBeGreaterThan(1);
    await run(least, "sram");
    await expect(run(least, "stt-mram")).rejects.toThrow(needs);
    await run((least * 72) / 64 + 0.05, "stt-mram");
  });

  test("limits the clock by its cycle and its access", async () => {
    const at = (clock_mhz: number) => described({ kind: "stt-mram" }, {}, { chip: { clock_mhz } });
    const { chip, precision } = await at(124);
    const limits = clockLimits(chip, precision, BUILT_NEEDS);
    const periodOf = (block: RegExp) => limits.find((limit) => block.test(limit.block))?.periodNs;
    expect(periodOf(/synapse memory cycle/)).toBe(8);
    expect(periodOf(/synapse memory access/)).toBe(2.5);
    checkClock(chip, precision, BUILT_NEEDS);
    const fast = await at(126);
    expect(() => checkClock(fast.chip, fast.precision, BUILT_NEEDS)).toThrow(/CLOCK_TOO_FAST: .*synapse memory cycle/);
  });

  test("changes keys by its capacity and prices by its costs", async () => {
    const key = (of: Experiment): string =>
      replayKey(
        { ...of, mapping: { ...of.mapping, strategy: "min-traffic" } },
        { key: "k", trace: { topology: { populations: [], projections: [] } as never }, placedBy: null },
      );
    const [own, sram] = [await described({ kind: "stt-mram" }), await described({})];
    expect(key(own)).not.toBe(key(sram));
    const as = {
      ...own,
      chip: {
        ...own.chip,
        cores: own.chip.cores.map((core) => ({ ...core, synapseMemory: { ...core.synapseMemory, kind: "sram" as const, own: null } })),
      },
    };
    expect(key(as)).toBe(key(own));
    expect(JSON.stringify(as)).not.toBe(JSON.stringify(own));
  });
});

describe("where it cannot be", () => {
  test("a value that it refuses is reported at its key", async () => {
    await expect(described({ kind: "stt-mram", word_bits: 16 })).rejects.toThrow(
      /:\d+:\d+: tile.core.synapse_memory.word_bits: STT-MRAM has words of 32 bits and more, got 16\s+set it to 32 or more/,
    );
  });

  test("beside macros of the user's, and on an FPGA, it is refused", async () => {
    const macros = {
      prices: {
        macros: { mine: { csv: "words,bits,ports,area_mm2,read_pj,write_pj,leakage_mw,access_ns,cycle_ns\n1024,64,1rw,1,1,1,1,1,1\n" } },
      },
    };
    await expect(described({ kind: "stt-mram", macros: "mine" }, {}, macros)).rejects.toThrow(
      /synapse_memory.macros: is given, but kind is stt-mram/,
    );
    await expect(described({ kind: "stt-mram" }, {}, { chip: { fpga: "ecp5-85" } })).rejects.toThrow(
      /an FPGA, which has its own memories|fpga/,
    );
  });

  test("a kind that no named plug-in has is reported once, with the nearest name, wherever it is written", async () => {
    await mram();
    const message = (description: object): string => {
      try {
        open(description as never);
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    };
    const unseen = message(withMemories({ kind: "stt-mram" }));
    expect(unseen.match(/tile.core.synapse_memory.kind: no kind of memory is named stt-mram/g)?.length).toBe(1);
    expect(unseen).toContain("--plugin ./my-plugin.mjs");
    expect(message(withMemories({}, { kind: "latchs" }))).toMatch(
      /state_memory.kind: no kind of memory is named latchs\s+did you mean latches/,
    );
    expect(message({ ...document, "tile[0..1]": { "core[0]": { state_memory: { kind: "stt-mram" } } } })).toMatch(
      /tile\[0..1\].core\[0\].state_memory.kind: no kind of memory is named stt-mram/,
    );
    expect(
      message({
        ...document,
        tile: { core: { state_memory: { kind: { sweep: ["sram", "stt-mram"] } } } },
        sweep: { objectives: { latency_us: "min" } },
      }),
    ).toMatch(/no kind of memory is named stt-mram/);
  });

  const good = "read_pj: 1, write_pj: 1, leakage_mw: 0, area_mm2: 1, access_ns: 1, cycle_ns: 1, source: 'x'";

  test("that it calls extrapolated is marked in results, in its own lines alone", async () => {
    const name = "far";
    writeFileSync(
      at(`${name}.mjs`),
      `export const apiVersion = 1; export default () => ({ memories: { ${name}: { about: "x", memory: ({ banks }) => ({ ${good}, extrapolated: banks > 1 }) } } });`,
    );
    const plugins = await loadPlugins([at(`${name}.mjs`)]);
    const marksOf = async (banks: number) =>
      priceMarks((await simulate(open(withMemories({ kind: name, banks }), { plugins }))).result.breakdown).filter(({ mark }) =>
        mark.includes("plug-in"),
      );
    expect(await marksOf(1)).toEqual([]);
    expect(await marksOf(2)).toEqual([
      {
        mark: "extrapolated: by the plug-in's kind far",
        components: ["synapse memory reads", "synapse memory leakage", "synapse memory area"],
      },
    ]);
  });

  test.each([
    ["7", /gives no memory: its top/],
    [`{ ${good.replace("read_pj: 1, ", "")} }`, /gives no memory: read_pj/],
    [`{ ${good}, area_mm2: -1 }`, /gives no memory: area_mm2/],
    [`{ ${good}, source: '' }`, /gives no memory: source/],
    [`{ ${good}, banks: 2 }`, /Unrecognized key: "banks"/],
    [`{ ${good}, capacity_bits: 1e9 }`, /has a capacity of 1000000000 bits/],
    [`{ ${good}, capacity_bits: 127 }`, /has a capacity of 127 bits/],
    ["undefined.x", /memory fails/],
  ])("%s is refused, with the plug-in's name", async (answer, message) => {
    const name = `wrong-${answer.length}-${answer.charCodeAt(answer.length - 3)}`;
    writeFileSync(
      at(`${name}.mjs`),
      `export const apiVersion = 1; export default () => ({ memories: { "${name}": { about: "x", memory: () => (${answer}) } } });`,
    );
    const plugins = await loadPlugins([at(`${name}.mjs`)]);
    const opened = () => open(withMemories({ kind: name }), { plugins });
    expect(opened).toThrow(message);
    expect(opened).toThrow(new RegExp(`${name}\\.mjs: its memory kind ${name}`));
  });
});

test.skipIf(!isBuilt)(
  "a search goes through kinds in its threads; reproduce asks for the plug-in, and is exact with it",
  { tags: ["long"] },
  async () => {
    const text = smallSweep(4)
      .replace("version: 1\n", `version: 1\nplugins: [${example}]\n`)
      .replace("synapse_memory: {", "synapse_memory: { kind: { sweep: [stt-mram] },")
      .replace("range: [50, 200]", "range: [50, 120]");
    writeFileSync(at("kinds.yaml"), text);
    await sweep(await openWithPlugins(at("kinds.yaml")), { db: at("kinds.db"), workers: 1 });
    const done = [...points(at("kinds.db"))].filter(({ state }) => state === "done");
    expect(done.length).toBeGreaterThan(0);
    for (const { breakdown } of done)
      expect(breakdown.find(({ component }) => component === "synapse memory reads")?.source).toMatch(/^stt-mram: made up/);
    await expect(reproduce(at("kinds.db"), done[0]?.id ?? 0)).rejects.toThrow(/was computed with the plug-in stt-mram.mjs/);
    expect(await reproduce(at("kinds.db"), done[0]?.id ?? 0, { plugins: await mram() })).toMatchObject({
      sameInputs: true,
      differences: [],
    });
  },
);
