/**
 * Descriptions: each mistake is reported with its place, what was found and expected, and what to type; all mistakes at
 * once.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KNOWN_PATHS, parseArch, readArch, readDescription, resolveModelPath, shippedChips } from "../../arch/index.js";
import { InputError } from "../../base/errors.js";
import { packageRoot } from "../../base/package-root.js";
import { cases } from "../cases.js";

const SEED = 20260102;
console.log(`parse.test seed ${SEED}`);
const known = {
  metrics: ["accuracy_percent", "area_mm2", "latency_us"],
  samplers: { grid: {}, nsga2: { population: { value: 32, low: 4, high: 100, whole: true, about: "points per generation" } } },
  datasets: ["mnist-rows"],
};

/** Lines of the error of a description, which begins with `version: 1` unless it has its own version. */
function errorsOf(body: string, file = "a.yaml"): string[] {
  try {
    parseArch(body.includes("version") ? body : `version: 1\n${body}`, file, known);
  } catch (error) {
    if (error instanceof InputError) return error.message.split("\n");
    throw error;
  }
  return [];
}

interface Paths {
  readonly network: { readonly model: string };
  readonly workload: { readonly case?: string };
}

function inFolder(files: Record<string, string>, run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "arch-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("messages", () => {
  const claims: [claim: string, yaml: string, lines: string[]][] = [
    [
      "an unknown key names the nearest known one",
      "noc:\n  widht: 4\n",
      ['a.yaml:3:3: noc.widht: unknown key "widht"', "    did you mean width?"],
    ],
    [
      "a wrong unit is converted to the right one",
      "chip:\n  clock_ghz: 0.1\n",
      ['a.yaml:3:3: chip.clock_ghz: unknown key "clock_ghz"', "    write clock_mhz: 100"],
    ],
    [
      "degrees Celsius become kelvin",
      "chip: { temperature_c: 85 }\n",
      ['a.yaml:2:9: chip.temperature_c: unknown key "temperature_c"', "    write temperature_k: 358.15"],
    ],
    [
      "a missing unit is named",
      "chip: { clock: 100 }\n",
      ['a.yaml:2:9: chip.clock: unknown key "clock"', "    did you mean clock_mhz? the unit is part of the name"],
    ],
    [
      "bytes become KiB",
      "tile: { core: { state_memory: { size_bytes: 4096 } } }\n",
      ['a.yaml:2:33: tile.core.state_memory.size_bytes: unknown key "size_bytes"', "    write size_kib: 4"],
    ],
    [
      "camel case becomes snake case",
      "noc: { flitWidthBits: 8 }\n",
      ['a.yaml:2:8: noc.flitWidthBits: unknown key "flitWidthBits"', "    write flit_width_bits"],
    ],
    [
      "a unit in the value is converted",
      "chip: { clock_mhz: 0.2 GHz }\n",
      ['a.yaml:2:20: chip.clock_mhz: expected a number, got text "0.2 GHz"', "    write clock_mhz: 200"],
    ],
    [
      "a key at the wrong place is sent home",
      "lanes: 3\n",
      ['a.yaml:2:1: lanes: unknown key "lanes"', "    it belongs at tile.core.lanes"],
    ],
    [
      "a wrong word names the nearest right one",
      "noc: { topology: mseh }\n",
      ["a.yaml:2:18: noc.topology: no topology is named mseh", "    did you mean mesh?"],
    ],
    [
      "a negative size says the least",
      "tile: { core: { synapse_memory: { size_kib: -4 } } }\n",
      ["a.yaml:2:45: tile.core.synapse_memory.size_kib: must be at least 0.0625, got -4"],
    ],
    [
      "a fraction where a whole number belongs",
      "tile: { core: { lanes: 1.5 } }\n",
      ["a.yaml:2:24: tile.core.lanes: expected a whole number, got 1.5"],
    ],
    [
      "an unknown node names the nearest",
      "chip: { technology_nm: 50 }\n",
      [
        "a.yaml:2:24: chip.technology_nm: expected one of 7, 10, 14, 16, 20, 22, 28, 32, 40, 45, 55, 65, 90, 130, 180, got 50",
        "    nearest: 45",
      ],
    ],
    [
      "an unknown price names the nearest",
      "prices: { link_flit_pl: { value: 1, source: x } }\n",
      ['a.yaml:2:11: prices.link_flit_pl: unknown key "link_flit_pl"', "    did you mean link_flit_pj?"],
    ],
    [
      "a price without source is refused",
      "prices: { link_flit_pj: { value: 1 } }\n",
      ["a.yaml:2:25: prices.link_flit_pj.source: is missing"],
    ],
    [
      "a price that is searched is not missing where another search is wrong",
      "prices: { link_flit_pj: { value: { sweep: [1, 2] }, source: x } }\ntile: { core: { lanes: { sweep: [null, 2] } } }\nsweep: { objectives: { latency_us: min } }\n",
      ["a.yaml:3:34: tile.core.lanes.values[0]: expected a number or text or true or false, got nothing (null)"],
    ],
    [
      "a step that ends at a tick, over or not, leaves no time for a scan",
      "tick: { period_us: 5, overrun: late }\ntile: { core: { scan: { policy: dense } } }\n",
      [
        "a.yaml:3:33: tile.core.scan.policy: is dense, but with tick.overrun: late no step has an end at which spikes could be scanned",
        "    set it to event, or tick.overrun: wait",
      ],
    ],
    [
      "a scan asks for rows itself, and cannot use them while they arrive",
      "spill: { to: dram, rows: streamed }\ntile: { core: { scan: { policy: compressed } } }\n",
      [
        "a.yaml:3:33: tile.core.scan.policy: is compressed, but spill.rows: streamed uses a row's words while they arrive, event by event",
        "    set it to event, or spill.rows: whole",
      ],
    ],
    [
      "a scan's spikes wait in its vector, not in the input queue",
      "spill: { to: dram, prefetch_bits: 512 }\ntile: { core: { scan: { policy: dense } } }\n",
      [
        "a.yaml:3:33: tile.core.scan.policy: is dense, but spill.prefetch_bits is for rows of spikes in the input queue, and a scan reads them at the step's end",
        "    set it to event, or spill.prefetch_bits: 0",
      ],
    ],
    [
      "a buffer for rows from DRAM holds a burst",
      "spill: { to: dram, burst_bits: 256, prefetch_bits: 255 }\n",
      ["a.yaml:2:52: spill.prefetch_bits: 255 bits cannot hold a burst of 256 bits", "    set it to 256 or more, or to 0"],
    ],
    [
      "cores with timers of their own cannot wait for each other",
      "tick: { period_us: 5, timers: local }\n",
      [
        "a.yaml:2:31: tick.timers: is local: no core waits for another, so unfinished work is late or dropped",
        "    set tick.period_us, and tick.overrun: late or drop",
      ],
    ],
    [
      "no data set of that name",
      "workload: { dataset: mnist-row }\n",
      ["a.yaml:2:22: workload.dataset: no such data set: mnist-row", "    did you mean mnist-rows?"],
    ],
    ["no version", "noc: {}\n# version\n", ["a.yaml:1:1: version: is missing", "    add a line: version: 1"]],
    [
      "a key with brackets inside braces needs quotes",
      "tile: { core[0]: {} }\n",
      [
        "a.yaml:2:13: YAML: Missing , or : between flow map items",
        "    inside { } a key with brackets needs quotes",
        "a.yaml:2:16: YAML: Missing , between flow map items",
        "    inside { } a key with brackets needs quotes",
      ],
    ],
    ["another version", "version: 2\n", ["a.yaml:1:10: version: is 2; this program reads version 1", "    write version: 1"]],
    [
      "a duplicate key",
      "noc: {}\nnoc: {}\n",
      ["a.yaml:3:1: YAML: the key 'noc' stands twice, first in line 2", "    remove one of them, or join what stands below both"],
    ],
    ["a tab", "noc:\n\twidth: 2\n", ["a.yaml:3:1: YAML: Tabs are not allowed as indentation", "    indent with blanks"]],
    [
      "a misspelled search in place of a value",
      "noc: { width: { sweeep: [1, 2] } }\n",
      ["a.yaml:2:15: noc.width: expected a number, got a mapping", "    did you mean { sweep: ... } in place of { sweeep: ... }?"],
    ],
    [
      "a formula in place of a value",
      'tile: { core: { lanes: "2 ** noc.width" } }\nprecision: { state_bits: 10, state_fraction_bits: "min(6, state_bits - 6)" }\n',
      [
        'a.yaml:2:24: tile.core.lanes: expected a number, got text "2 ** noc.width"',
        '    a value computed from others is { sweep: { derived: "2 ** noc.width" } }',
        'a.yaml:3:51: precision.state_fraction_bits: expected a number, got text "min(6, state_bits - 6)"',
        '    a value computed from others is { sweep: { derived: "min(6, state_bits - 6)" } }',
      ],
    ],
    [
      "a formula without its search",
      'tile: { core: { lanes: { derive: "2 * noc.width" } } }\n',
      [
        "a.yaml:2:24: tile.core.lanes: expected a number, got a mapping",
        "    did you mean { sweep: { derived: ... } } in place of { derive: ... }?",
      ],
    ],
    ...["8-bit", "8 bits/cycle", "4 (four)", "2 ** 3", "width"].map((text): [string, string, string[]] => [
      `text that is no formula: ${text}`,
      `noc: { width: "${text}" }\n`,
      [`a.yaml:2:15: noc.width: expected a number, got text "${text}"`],
    ]),
    [
      "a selector beyond the tiles",
      "tile[4]: { core: { lanes: 2 } }\n",
      ["a.yaml:2:10: tile[4]: selects tile 4, but noc.width x noc.height gives tiles 0..3"],
    ],
    [
      "two selectors of equal width that overlap",
      "tile[0..1]: { cores: 1 }\ntile[1..2]: { cores: 2 }\n",
      ["a.yaml:3:13: tile[1..2]: overlaps tile[0..1], and neither selects fewer", "    make one of them narrower"],
    ],
    ["a malformed selector", "tile[a]: {}\n", ["a.yaml:2:1: tile[a]: is not a selector; write tile[0], tile[0..3] or tile[0,2,4..7]"]],
    [
      "fewer cores than selected",
      "tile: { cores: 1, 'core[0..1]': { lanes: 2 } }\n",
      ["a.yaml:2:16: tile.cores: is 1, but a key selects core 1"],
    ],
    [
      "a ring that could deadlock",
      "noc: { topology: ring, virtual_channels: 1 }\n",
      ["a.yaml:2:42: noc.virtual_channels: a ring with 1 virtual channel can deadlock at its wrap-around links", "    set it to 2 or more"],
    ],
    [
      "adaptive routes without a mesh",
      "noc: { topology: torus, routing: odd-even }\n",
      ["a.yaml:2:34: noc.routing: odd-even needs a mesh, got topology torus", "    set noc.topology: mesh, or noc.routing: xy"],
    ],
    [
      "a crossbar of too many ports",
      "noc: { topology: crossbar, width: 16, height: 16 }\n",
      ["a.yaml:2:18: noc.topology: a crossbar has at most 250 ports, but the chip has 256 cores", "    set noc.topology: mesh"],
    ],
    [
      "a torus that could deadlock",
      "noc: { topology: torus, virtual_channels: 1 }\n",
      [
        "a.yaml:2:43: noc.virtual_channels: a torus with 1 virtual channel can deadlock at its wrap-around links",
        "    set it to 2 or more",
      ],
    ],
    [
      "a word too narrow for a weight",
      "tile: { core: { synapse_memory: { word_bits: 4 } } }\n",
      [
        "a.yaml:2:46: tile.core.synapse_memory.word_bits: a word of 4 bits cannot hold one weight of precision.weight_bits: 8",
        "    set it to 8 or more",
      ],
    ],
    [
      "a memory too small for its banks",
      "tile: { core: { state_memory: { size_kib: 0.0625, banks: 64 } } }\n",
      [
        "a.yaml:2:43: tile.core.state_memory.size_kib: 0.0625 KiB cannot hold one word of 64 bits in each of 64 banks",
        "    set it to 0.5 or more",
      ],
    ],
    [
      "more timed samples than samples",
      "workload: { samples: 5, timing_samples: 6 }\n",
      ["a.yaml:2:41: workload.timing_samples: is 6, more than the 5 of workload.samples", "    set it to 5 or less"],
    ],
    [
      "a manual mapping onto cores that the chip does not have, one core twice, and none, all at once",
      "noc: { width: 2, height: 1 }\nmapping:\n  strategy: manual\n  manual:\n    a: [2, 1, 7]\n    b.c: [1, 1]\n    d: []\n    e: [0, 1]\n",
      [
        "a.yaml:6:8: mapping.manual.a: got core 2, 7",
        "    this chip has cores 0 to 1",
        "a.yaml:7:10: mapping.manual.b.c: names a core twice",
        "    list each core once",
        "a.yaml:8:8: mapping.manual.d: got no core",
        "    list at least one core id, or leave the population out",
      ],
    ],
    [
      "a number beyond two bounds is told of the nearer one",
      "precision: { weight_bits: 9007199254740992 }\ntile: { core: { lanes: -9007199254740992 } }\n",
      [
        "a.yaml:2:27: precision.weight_bits: must be at most 16, got 9007199254740992",
        "a.yaml:3:24: tile.core.lanes: must be at least 1, got -9007199254740992",
      ],
    ],
  ];
  for (const [claim, yaml, lines] of claims) test(claim, () => expect(errorsOf(yaml)).toEqual(lines));

  test("an empty section or selector key is refused at its place, wherever it stands, and does not empty the extended chip's", () => {
    const sections = ["chip", "noc", "barrier", "network", "workload", "precision", "mapping", "prices", "inputs", "training", "sweep"];
    const selectors = ["tile", "tile[0]", "tile[0..1]", "tile.core", "tile.core[0]", "tile[1].core", "tile.core.synapse_memory"];
    for (const path of [...sections, ...selectors]) {
      const keys = path.split(/[.](?![^[]*\])/);
      const body = keys.map((key, depth) => `${"  ".repeat(depth)}${key}:\n`).join("");
      const [line, column] = [2 + keys.length, 2 * (keys.length - 1) + (keys.at(-1) as string).length + 2];
      const wanted = `a.yaml:${line}:${column}: ${path}: expected a mapping of keys, got nothing (null)`;
      expect(errorsOf(`extends: mesh-2x2\n${body}`), path).toContain(wanted);
    }
  });
  test("every problem of a file is reported at once, in the order of its lines", () => {
    const lines = errorsOf(
      "chip:\n  clock_ghz: 0.1\n  idle: sleep\nnoc: { width: 0 }\ntile[9]: {}\nsweep: { objectives: { accuracy: max }, sampler: { name: nsga } }\n",
    );
    expect(lines.filter((line) => line.startsWith("a.yaml")).map((line) => line.split(": ")[0])).toEqual([
      "a.yaml:3:3",
      "a.yaml:4:9",
      "a.yaml:5:15",
      "a.yaml:7:8",
      "a.yaml:7:24",
      "a.yaml:7:58",
    ]);
  });
});

describe("sweeps", () => {
  const head = "sweep:\n  objectives: { area_mm2: min }\n";
  const claims: [claim: string, yaml: string, lines: string[]][] = [
    [
      "a swept value is checked as if it stood there",
      "tile: { core: { lanes: { sweep: [4, 0] } } }\n",
      ["a.yaml:2:37: tile.core.lanes: must be at least 1, got 0"],
    ],
    [
      "both ends of an interval are checked",
      "precision: { weight_bits: { sweep: { range: [2, 20] } } }\n",
      ["a.yaml:2:49: precision.weight_bits: must be at most 16, got 20"],
    ],
    [
      "powers of two are powers of two",
      "tile: { core: { lanes: { sweep: { log2: [3, 8] } } } }\n",
      ["a.yaml:2:41: tile.core.lanes: both ends must be powers of two, got 3 and 8"],
    ],
    [
      "an interval that runs backwards is turned",
      "chip: { clock_mhz: { sweep: { range: [9, 2] } } }\n",
      ["a.yaml:2:38: chip.clock_mhz: low end 9 is above high end 2", "    write [2, 9]"],
    ],
    [
      "a list names no value twice",
      "noc: { width: { sweep: [1, 2, 1] } }\n",
      ["a.yaml:2:31: noc.width: the list has 1 twice", "    remove one"],
    ],
    [
      "names that expressions would take for a metric or an operator",
      "noc:\n  width: { sweep: { values: [1, 2], name: area_mm2 } }\n  height: { sweep: { values: [1, 2], name: and } }\n",
      [
        "a.yaml:3:10: noc.width: name area_mm2 is that of a metric, so expressions would mix them up",
        "    give it another name, e.g. name: chip_lanes",
        "a.yaml:4:11: noc.height: name and is a word of expressions, which could not name it",
        "    give it another name, e.g. name: chip_lanes",
      ],
    ],
    [
      "a condition that is no comparison",
      "chip: { clock_mhz: { sweep: [1, 2] } }\nnoc: { width: { sweep: [1, 2], when: clock_mhz } }\n",
      ["a.yaml:3:38: noc.width.when: expected a comparison, got a number at character 1 of 'clock_mhz'"],
    ],
    [
      "two kinds at once",
      "chip: { clock_mhz: { sweep: { range: [2, 9], log: [2, 9] } } }\n",
      ["a.yaml:2:29: chip.clock_mhz: needs exactly one of values, range, log, log2, derived; has range, log"],
    ],
    [
      "an unknown name in a derived value",
      "chip: { clock_mhz: { sweep: [1] } }\nnoc: { width: { sweep: { derived: clock * 2 } } }\n",
      ["a.yaml:3:35: noc.width.derived: unknown name clock", "    did you mean clock_mhz?"],
    ],
    [
      "a derived value that is not finite at some values of the others",
      "chip: { clock_mhz: { sweep: { derived: 100 / (width - 2) } } }\nnoc: { width: { sweep: [1, 2] } }\n",
      [
        `a.yaml:2:40: chip.clock_mhz.derived: '100 / (width - 2)' gives Infinity at {"width":2}`,
        "    correct it, or exclude these values by `when`",
      ],
    ],
    [
      "a derived value that is not finite at the end of an interval",
      "chip: { clock_mhz: { sweep: { derived: 0 / (voltage_v - 1) } }, voltage_v: { sweep: { range: [0.8, 1] } } }\n",
      [
        `a.yaml:2:40: chip.clock_mhz.derived: '0 / (voltage_v - 1)' gives NaN at {"voltage_v":1}`,
        "    correct it, or exclude these values by `when`",
      ],
    ],
    [
      "a derived value that is not finite at a rounded value of a range",
      "chip: { clock_mhz: { sweep: { derived: 1 / (voltage_v - 0.8) } }, voltage_v: { sweep: { range: [0.7, 0.9], step: 0.1 } } }\n",
      [
        `a.yaml:2:40: chip.clock_mhz.derived: '1 / (voltage_v - 0.8)' gives Infinity at {"voltage_v":0.8}`,
        "    correct it, or exclude these values by `when`",
      ],
    ],
    [
      "derived values in a circle",
      "noc:\n  width: { sweep: { derived: height } }\n  height: { sweep: { derived: width } }\n",
      ["a.yaml:3:10: noc.width: derived values depend on each other: width, height"],
    ],
  ];
  test("a derived value that `when` keeps from values at which it is not finite is none", () =>
    expect(
      errorsOf(
        `chip: { clock_mhz: { sweep: { derived: 100 / (3 - width), when: width != 3 } } }\nnoc: { width: { sweep: [1, 3] } }\n${head}`,
      ),
    ).toEqual([]));
  test("a parameter of some tiles has a name without the dots of their selector", () => {
    const names = (at: string): readonly string[] | undefined =>
      parseArch(
        `version: 1\nextends: mesh-2x2\n${head}  parameters: [{ path: "${at}.core.lanes", values: [4, 8] }, { path: tile.core.lanes, values: [4] }]\n`,
        "a.yaml",
        known,
      ).sweep?.parameters.map(({ name }) => name);
    expect(names("tile[0..1]")).toEqual(["tile_0_1_core_lanes", "tile_core_lanes"]);
    expect(names("tile[0, 2..3]")).toEqual(["tile_0_2_3_core_lanes", "tile_core_lanes"]);
  });
  for (const [claim, yaml, lines] of claims) test(claim, () => expect(errorsOf(yaml + head)).toEqual(lines));

  test("names that every object of JavaScript has are no names of parameters, metrics or keys", () => {
    const yaml =
      "chip: { clock_mhz: { sweep: [5, 6], name: prototype } }\nnoc: { width: { sweep: { derived: 'prototype - toString' } } }\n";
    expect(errorsOf(yaml + head)).toEqual(["a.yaml:3:35: noc.width.derived: unknown name toString"]);
    expect(errorsOf(yaml.replaceAll("prototype", "constructor") + head)[0]).toMatch(/: the name constructor is not allowed$/);
    expect(errorsOf(`x_constructor: 1\n${head}`)[0]).toBe('a.yaml:2:1: x_constructor: unknown key "x_constructor"');
  });
  test("a derived value that cannot be computed or does not fit is refused", () => {
    const yaml = (of: string): string => `noc: { topology: { sweep: [mesh] }, width: { sweep: { derived: "${of}" } } }\n`;
    expect(errorsOf(yaml("topology * 2") + head)[0]).toBe(
      "a.yaml:2:64: noc.width.derived: '*' needs a number, got a text at character 10 of 'topology * 2'",
    );
    expect(errorsOf(yaml("topology == 'mesh' ? 0 : 1") + head)[0]).toMatch(/noc\.width: must be at least 1, got 0/);
  });

  test("an unknown path is refused with the nearest path", () => {
    expect(errorsOf(`${head}  parameters: [{ path: noc.flit_width, values: [8] }]\n`)).toEqual([
      "a.yaml:4:24: sweep.parameters[0]: no such parameter: noc.flit_width",
      "    did you mean flit_width_bits? the unit is part of the name",
    ]);
    expect(errorsOf(`${head}  parameters: [{ path: lanes, values: [8] }]\n`)[1]).toBe("    did you mean tile.core.lanes?");
    expect(errorsOf(`${head}  parameters: [{ path: tile.core, values: [8] }]\n`)[0]).toContain("is not a single value");
  });
  test("an in-place sweep without a sweep section is refused", () => {
    expect(errorsOf("noc: { width: { sweep: [1, 2] } }\n")).toEqual([
      "a.yaml:2:15: noc.width: is swept, but there is no sweep: section",
      "    add sweep: with objectives:",
    ]);
  });
  test("metric, sampler, reference point and constraint names are checked against the names handed in", () => {
    const body = "noc: { width: { sweep: [1, 2] } }\nsweep:\n  objectives: { acuracy_percent: max }\n  sampler: { name: nsga }\n";
    expect(errorsOf(body)).toEqual([
      "a.yaml:4:17: sweep.objectives.acuracy_percent: unknown metric 'acuracy_percent'",
      "    did you mean accuracy_percent?",
      "a.yaml:5:20: sweep.sampler.name: no such sampler: nsga",
      "    did you mean nsga2?",
    ]);
    const options =
      "noc: { width: { sweep: [1, 2] } }\nsweep:\n  objectives: { latency_us: min }\n  sampler: { name: nsga2, populaton: 8 }\n";
    expect(errorsOf(options)).toEqual([
      "a.yaml:5:27: sweep.sampler.populaton: nsga2 has no option populaton",
      "    did you mean population?",
    ]);
    expect(errorsOf(options.replace("populaton: 8", "population: 2"))).toEqual([
      "a.yaml:5:39: sweep.sampler.population: expected a whole number from 4 to 100, got 2",
      "    points per generation",
    ]);
    expect(errorsOf(options.replace("populaton: 8", "population: 4.5"))).toEqual([
      "a.yaml:5:39: sweep.sampler.population: expected a whole number from 4 to 100, got 4.5",
      "    points per generation",
    ]);
    const ofDefault = (option: string, named: string): string[] =>
      errorsOf(options.replace("name: nsga2, populaton: 8", `${named}${option}`));
    for (const option of ["populaton: 8", "population: 2", "population: few", "seed: 1"]) {
      const plain = (lines: readonly string[]): readonly string[] => lines.map((line) => line.replace(/^a.yaml:5:\d+/, ""));
      expect(plain(ofDefault(option, "")), option).toEqual(plain(ofDefault(option, "name: nsga2, ")));
    }
    expect(ofDefault("population: 2", "")[0]).toMatch(/^a.yaml:5:26: sweep.sampler.population: expected/);
    const rest = `noc: { width: { sweep: [1, 2] } }\n${head}  constraints: [area <= 2]\n  reference_point: { latency_us: 1 }\n`;
    expect(errorsOf(rest)).toEqual([
      "a.yaml:5:17: sweep.constraints[0]: unknown name area",
      "    did you mean area_mm2?",
      "a.yaml:6:20: sweep.reference_point: lacks area_mm2",
      "a.yaml:6:34: sweep.reference_point.latency_us: latency_us is not an objective",
    ]);
  });
  test("constraints must compare comparable values, and are checked even if something else is wrong", () => {
    const of = (constraint: string): string[] =>
      errorsOf(
        `noc: { width: { sweep: [1, 2] }, topology: { sweep: [mesh, torus] }, height: { sweep: [0, 2] } }\n${head}  constraints: ['${constraint}']\n`,
      ).slice(1);
    const at = "a.yaml:5:17: sweep.constraints[0]:";
    expect(of("latency_us")).toEqual([`${at} expected a comparison, got a number at character 1 of 'latency_us'`]);
    expect(of("width + 1")).toEqual([`${at} expected a comparison, got a number at character 1 of 'width + 1'`]);
    expect(of("1 < width < 2")).toEqual([`${at} '<' needs a number, got true or false at character 11 of '1 < width < 2'`]);
    expect(of("topology == 2")).toEqual([`${at} '==' mixes a text with a number at character 10 of 'topology == 2'`]);
    expect(of("area_mm2 <")).toEqual([`${at} expected a value, got 'end of expression' at character 11 of 'area_mm2 <'`]);
    expect(of('min(width, latency_us) < 2 and not (topology == "mesh")')).toEqual([]);
  });
  test("every kind of domain is read, in place and by path, and the document takes the first value", () => {
    const text = `version: 1
chip: { clock_mhz: { sweep: { log: [10, 100] }, when: lanes > 4 } }
noc:
  topology: { sweep: [mesh, torus] }
  link_length_mm: { sweep: { range: [0.5, 2], step: 0.5 } }
tile[0..1]:
  core: { lanes: { sweep: { log2: [4, 16], name: lanes } } }
tile:
  core: { max_neurons: { sweep: { derived: 64 * lanes } } }
precision: { weight_bits: { sweep: { range: [4, 8] } } }
sweep:
  parameters: [{ path: "tile.core.synapse_memory.word_bits", values: [32, 64] }, { path: tile.core.state_memory.word_bits, values: [32] }]
  objectives: { accuracy_percent: max, area_mm2: min }
  constraints: ["area_mm2 <= 2 and lanes < 8"]
  sampler: { name: nsga2, budget: 7, seed: 3, population: 12 }
  reference_point: { area_mm2: 5, accuracy_percent: 0 }
`;
    const { sweep, experiment, document } = parseArch(text, "a.yaml", known);
    expect(sweep).toEqual({
      parameters: [
        { name: "clock_mhz", path: "chip.clock_mhz", domain: { kind: "log", low: 10, high: 100 }, when: "lanes > 4" },
        { name: "topology", path: "noc.topology", domain: { kind: "list", values: ["mesh", "torus"] }, when: null },
        {
          name: "link_length_mm",
          path: "noc.link_length_mm",
          domain: { kind: "range", low: 0.5, high: 2, step: 0.5, integer: false },
          when: null,
        },
        { name: "lanes", path: "tile[0..1].core.lanes", domain: { kind: "power-of-two", low: 4, high: 16 }, when: null },
        { name: "max_neurons", path: "tile.core.max_neurons", domain: { kind: "derived", expression: "64 * lanes" }, when: null },
        {
          name: "weight_bits",
          path: "precision.weight_bits",
          domain: { kind: "range", low: 4, high: 8, step: 1, integer: true },
          when: null,
        },
        {
          name: "synapse_memory_word_bits",
          path: "tile.core.synapse_memory.word_bits",
          domain: { kind: "list", values: [32, 64] },
          when: null,
        },
        { name: "state_memory_word_bits", path: "tile.core.state_memory.word_bits", domain: { kind: "list", values: [32] }, when: null },
      ],
      objectives: [
        { metric: "accuracy_percent", direction: "max" },
        { metric: "area_mm2", direction: "min" },
      ],
      constraints: ["area_mm2 <= 2 and lanes < 8"],
      sampler: { name: "nsga2", budget: 7, seed: 3, options: { population: 12 } },
      referencePoint: [0, 5],
    });
    expect(experiment.chip.technology.clockMhz).toBe(10);
    expect(experiment.chip.cores.map((core) => core.lanes)).toEqual([4, 4, 4, 4]);
    expect(experiment.chip.cores[3]?.maxNeurons).toBe(256);
    expect(JSON.stringify(document)).not.toContain("sweep");
  });
});

describe("layout and extension", () => {
  test("narrower selectors win over wider ones wherever they stand, tile before core", () => {
    const { chip } = parseArch(
      'version: 1\ntile[2]: { core: { lanes: 16 } }\ntile: { cores: 2, core: { lanes: 2 }, "core[1]": { lanes: 4 } }\ntile[2..3]: { "core[0]": { lanes: 8 } }\n',
      "a.yaml",
    ).experiment;
    expect(chip.coresPerTile).toEqual([2, 2, 2, 2]);
    expect(chip.cores.map((core) => core.lanes)).toEqual([2, 4, 2, 4, 16, 16, 8, 4]);
    expect(chip.cores.map((core) => core.tile)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(chip.cores.map((core) => core.id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
  test("the number of cores of a tile follows the keys that name them", () => {
    const { chip } = parseArch("version: 1\nnoc: { width: 1 }\ntile[1]: { 'core[0..2]': { lanes: 1 } }\n", "a.yaml").experiment;
    expect(chip.coresPerTile).toEqual([1, 3]);
  });
  test("a file extends a file relative to itself, which extends a shipped chip; problems name the file they were typed in", () => {
    inFolder(
      {
        "sub/base.yaml": "version: 1\nextends: mesh-4x4\nnoc: { flit_width_bits: 64, hieght: 2 }\n",
        "a.yaml": "version: 1\nextends: sub/base.yaml\nnoc: { width: 0 }\n",
      },
      (folder) => {
        const file = join(folder, "a.yaml");
        expect(errorsOf(readFileSync(file, "utf8"), file)).toEqual([
          `${join(folder, "a.yaml")}:3:15: noc.width: must be at least 1, got 0`,
          `${join(folder, "sub/base.yaml")}:3:29: noc.hieght: unknown key "hieght"`,
          "    did you mean height?",
        ]);
        writeFileSync(join(folder, "sub/base.yaml"), "version: 1\nextends: mesh-4x4\nnoc: { flit_width_bits: 64 }\n");
        writeFileSync(file, "version: 1\nextends: sub/base.yaml\nnoc: { width: 2 }\n");
        const { noc } = readArch(file).experiment.chip;
        expect([noc.width, noc.height, noc.flitWidthBits]).toEqual([2, 4, 64]);
      },
    );
  });
  test("files that extend each other in a cycle are refused with the cycle", () => {
    inFolder({ "a.yaml": "version: 1\nextends: b.yaml\n", "b.yaml": "version: 1\nextends: a.yaml\n" }, (folder) => {
      expect(() => readArch(join(folder, "a.yaml"))).toThrow(/b\.yaml:2:10: extends: extends itself: a\.yaml -> b\.yaml -> a\.yaml/);
    });
  });
  test("a search in place replaces that of the extended file whole, whatever form both have, and so does a value", {
    tags: ["long"],
  }, () => {
    const forms = [
      "{ sweep: [4, 16] }",
      "{ sweep: { values: [8, 2], name: l } }",
      '{ sweep: { range: [2, 8], step: 2 }, when: "clock_mhz > 60" }',
      '{ sweep: { log2: [2, 32], when: "clock_mhz > 20" }, name: m }',
      "{ sweep: { range: [3, 8] } }",
      '{ sweep: { derived: "clock_mhz / 10" } }',
      "8",
    ];
    const others = "chip: { clock_mhz: { sweep: [40, 80] } }\nsweep: { objectives: { area_mm2: min } }\n";
    const lanes = (form: string): string => `tile: { core: { lanes: ${form} } }\n`;
    const read = (file: string): unknown => {
      const { sweep, document } = readArch(file);
      return { sweep, document };
    };
    for (const base of forms)
      for (const over of forms)
        inFolder(
          {
            "none.yaml": `version: 1\n${lanes("1")}${others}`,
            "base.yaml": `version: 1\n${lanes(base)}${others}`,
            "plain.yaml": `version: 1\nextends: none.yaml\n${lanes(over)}`,
            "over.yaml": `version: 1\nextends: base.yaml\n${lanes(over)}`,
          },
          (folder) => expect(read(join(folder, "over.yaml")), `${over} over ${base}`).toEqual(read(join(folder, "plain.yaml"))),
        );
  });
  test("paths of an extended file mean what is beside it, those of the extending file what is beside that one", () => {
    const base = [
      "version: 1",
      "network: { model: { sweep: [m.nir, n.nir] }, nir: { step_seconds: 1e-3, reset: zero } }",
      "workload: { dataset: events, labels: l.csv, inputs: { left: { path: left.csv }, right: { path: right.csv } } }",
      "sweep: { objectives: { area_mm2: min }, parameters: [{ path: workload.inputs.right.path, values: [right.csv, x.csv] }] }",
      "",
    ].join("\n");
    const names = ["m.nir", "n.nir", "data", "l.csv", "left.csv", "right.csv"];
    const beside = (at: string): Record<string, string> => Object.fromEntries(names.map((name) => [`${at}${name}`, ""]));
    const over = "version: 1\nextends: sub/base.yaml\nworkload: { labels: l.csv, inputs: { left: { path: none.csv } } }\n";
    const files = { "a.yaml": over, "sub/base.yaml": base, "sub/up.yaml": "version: 1\nextends: ../deep/b/c.yaml\n" };
    const folders = "version: 1\nextends: mesh-2x2\nworkload: { dataset: spike-file, path: data, labels: l.csv }\n";
    const deep = {
      "b.yaml": "version: 1\nextends: sub/folders.yaml\n",
      "sub/folders.yaml": folders,
      "deep/b/c.yaml": "version: 1\nextends: tinyodin\nworkload: { case: k }\n",
      "deep/b/k/x": "",
      "sub/k/x": "",
    };
    inFolder({ ...files, ...beside("sub/"), ...beside(""), ...deep }, (folder) => {
      const { document, sweep } = readDescription(join(folder, "a.yaml"));
      const { network, workload } = document as unknown as Paths;
      expect(network.model).toBe("sub/m.nir");
      expect(workload).toMatchObject({
        labels: "l.csv",
        inputs: { left: { path: "none.csv" }, right: { path: "sub/right.csv" } },
      });
      expect(sweep?.parameters.map(({ domain }) => domain)).toMatchObject([
        { values: ["sub/m.nir", "sub/n.nir"] },
        { values: ["sub/right.csv", "x.csv"] }, // nothing named x.csv is beside the extended file
      ]);
      const { workload: inFolders } = readDescription(join(folder, "b.yaml")).document as unknown as Paths;
      expect(inFolders).toMatchObject({ path: "sub/data", labels: "sub/l.csv" });
      const { workload: ofCase } = readDescription(join(folder, "sub", "up.yaml")).document as unknown as Paths;
      expect(ofCase.case).toBe("../deep/b/k");
    });
  });
  test("a model that only the extended file has beside it is found, and a shipped one whose name no file has", () => {
    const base = "version: 1\nextends: mesh-2x2\nnetwork: { model: mnist-rows-lif.safetensors }\n";
    const model = readFileSync(resolveModelPath("mnist-rows-rec-v2", "."));
    const named = (folder: string): string =>
      resolveModelPath(readArch(join(folder, "a.yaml"), { models: true }).experiment.network.model, join(folder, "a.yaml"));
    const files = { "sub/base.yaml": base, "a.yaml": "version: 1\nextends: sub/base.yaml\n" };
    inFolder(files, (folder) => {
      expect(named(folder)).toBe(join(packageRoot(), "training/models/mnist-rows-lif.safetensors"));
      writeFileSync(join(folder, "sub", "mnist-rows-lif.safetensors"), model);
      expect(named(folder)).toBe(join(folder, "sub/mnist-rows-lif.safetensors"));
    });
  });
  test("an unknown shipped chip is refused with the nearest name, and a missing file with its path", () => {
    expect(errorsOf("extends: mesh-2x3\n")).toEqual([
      "a.yaml:2:10: extends: no shipped chip is named mesh-2x3",
      "    did you mean mesh-2x2?",
    ]);
    expect(errorsOf("extends: ./none.yaml\n")[0]).toBe("a.yaml:2:10: extends: none.yaml: no such file");
    expect(() => readArch("/no/such.yaml")).toThrow(/no such file/);
  });
  test("a chip with a core model of its own is refused with its place, extended or not, where an ordinary one is expected", () => {
    expect(() => readArch(join(packageRoot(), "arch/chips/odin.yaml"))).toThrow(
      /chips\/odin\.yaml:\d+:1: model: describes a chip with its own core model/,
    );
    expect(errorsOf("extends: odin\n")[0]).toMatch(/^arch\/chips\/odin\.yaml:\d+:1: model: describes a chip with its own core model/);
    expect(shippedChips()).not.toContain("odin");
  });
  test("every shipped chip and example is a whole experiment with at least one core", () => {
    expect(shippedChips()).toEqual(expect.arrayContaining(["edge-core", "mesh-2x2", "mesh-4x4"]));
    for (const chip of ["edge-core", "mesh-2x2", "mesh-4x4"])
      expect(readArch(join(packageRoot(), "arch/chips", `${chip}.yaml`)).experiment.chip.name).toBe(chip);
    const { sweep } = readArch(join(packageRoot(), "arch/examples/edge.yaml"));
    expect(sweep?.parameters.length).toBeGreaterThanOrEqual(6);
  });
  test("an experiment is frozen to its last leaf", () => {
    const { experiment } = parseArch("version: 1\n", "a.yaml");
    const open: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== "object" || value === null) return;
      if (!Object.isFrozen(value)) open.push(path);
      for (const [key, child] of Object.entries(value)) visit(child, `${path}.${key}`);
    };
    visit(experiment, "");
    expect(open).toEqual([]);
  });
  test("a missing model is refused, naming the description", () => {
    const sweep = (body: string): string => `version: 1\n${body}\nsweep:\n  objectives: { area_mm2: min }\n`;
    const models = { ...known, models: true };
    const refused = (text: string): string => {
      try {
        parseArch(text, "m.yaml", models);
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    };
    const shippedOne = "mnist-rows-rec-v2.safetensors";
    expect(refused(sweep(`network: { model: { sweep: [${shippedOne}, none.safetensors] } }`))).toMatch(
      /^m\.yaml:2:60: network\.model: no model file none\.safetensors, .*\n.*snn-dse train$/,
    );
    const listed = `parameters: [{ path: network.model, values: [a.nir, ${shippedOne}, b.nir] }]\n`;
    expect(
      refused(`${sweep(`network: { model: ${shippedOne} }`)}  ${listed}`).match(/m\.yaml:5:\d+: network\.model: no model file [ab]\.nir/g),
    ).toHaveLength(2);
    expect(refused("version: 1\nnetwork: { model: x.safetensors }\n")).toMatch(/^m\.yaml:2:19: network\.model/);
    expect(refused(sweep(`network: { model: { sweep: [${shippedOne}] } }`))).toBe("");
    expect(refused(sweep("workload: { dataset: { sweep: [mnist-rows, mnist-row] } }"))).toMatch(
      /^m\.yaml:2:44: workload\.dataset: no such data set: mnist-row\n/,
    );
    expect(() => resolveModelPath("none.safetensors", "x/a.yaml")).toThrow(/x\/a\.yaml: network\.model: no model file none\.safetensors/);
  });
});

describe("hostile input", () => {
  test("an alias bomb is refused before it explodes", () => {
    const bomb = `version: 1\na: &a [x,x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
      .split("")
      .map((k, i) => `${k}: &${k} [${Array(10).fill(`*${"abcdefgh"[i]}`).join(",")}]\n`)
      .join("")}`;
    expect(errorsOf(bomb)[0]).toMatch(/has more than 1000 aliases/);
  });
  test("an alias inside itself, deep nesting, odd keys, huge files, other documents are refused", () => {
    expect(errorsOf("noc: &a { width: *a }\n")[0]).toMatch(/alias \*a contains itself/);
    expect(errorsOf(`noc: ${"[".repeat(50)}${"]".repeat(50)}\n`)[0]).toMatch(/nested deeper than 32 levels/);
    expect(errorsOf(`noc: ${"[".repeat(100_000)}\n`).length).toBeGreaterThan(0);
    expect(errorsOf("? [a]\n: 1\n")[0]).toMatch(/a key must be plain text/);
    expect(errorsOf("noc: { width: .inf }\n")[0]).toMatch(/expected a finite number/);
    expect(errorsOf(`# ${"x".repeat(1_100_000)}\nversion: 1\n`)[0]).toMatch(/at most 1048576 are read/);
    expect(errorsOf("- 1\n# version\n")[0]).toMatch(/is not a mapping/);
    expect(errorsOf("# version\n")[0]).toMatch(/is not a mapping/);
  });
  test("selectors and cores are bounded, so that no file can ask for endless work", () => {
    expect(errorsOf("tile[0..99999]: {}\n")[0]).toBe("a.yaml:2:1: tile[0..99999]: selects index 99999; at most 4095");
    const many = Array.from({ length: 600 }, (_, i) => `tile[${i}]: {}\n`).join("");
    expect(errorsOf(many)[0]).toMatch(/has 601 tile keys; at most 512/);
    expect(errorsOf("noc: { width: 64, height: 64 }\ntile: { cores: 256 }\n")).toEqual([
      "a.yaml:3:7: tile: the chip has more than 16384 cores",
    ]);
  });
  test("prototype keys are refused and pollute nothing", () => {
    expect(errorsOf("__proto__: { polluted: 1 }\n")[0]).toBe("a.yaml:2:1: key __proto__ is not allowed");
    expect(errorsOf("constructor: { prototype: { polluted: 1 } }\n")[0]).toBe('a.yaml:2:1: constructor: unknown key "constructor"');
    expect(errorsOf("sweep: { objectives: { area_mm2: min }, parameters: [{ path: constructor.name, values: [1] }] }\n")[0]).toMatch(
      /no such parameter/,
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
  test("random damage to a real file gives an InputError or an experiment, never another error", { tags: ["long"] }, () => {
    const text = readFileSync(join(packageRoot(), "arch/examples/edge.yaml"), "utf8");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(text.length - 1), fc.constantFrom(..." \n:{}[]-&*!#'\"x0.,")), { minLength: 1, maxLength: 5 }),
        (edits) => {
          let damaged = text;
          for (const [at, letter] of edits) damaged = damaged.slice(0, at) + letter + damaged.slice(at + 1);
          errorsOf(damaged);
        },
      ),
      { seed: SEED, numRuns: cases(100) },
    );
  });
  test("every known path is reachable by a parameter", () => {
    for (const path of KNOWN_PATHS) {
      const lines = errorsOf(`sweep: { objectives: { area_mm2: min }, parameters: [{ path: ${path}, values: [[]] }] }\n`);
      expect(lines.join()).not.toContain("no such parameter");
    }
  });
});

test("a problem of inherited keys is told once, at the key that is written", () => {
  const chip = "version: 1\nextends: mesh-2x2\nchip: { weight_format: bitmap }\n";
  const told = (tiles: string): readonly string[] => {
    try {
      parseArch(chip + tiles, "a.yaml");
      return [];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return error.problems.map(({ line, path }) => `${line} ${path}`);
    }
  };
  expect(told("tile: { core: { scan: { policy: compressed } } }\ntile[0]: { core: { lanes: 4 } }\n")).toEqual(["4 tile.core.scan.policy"]);
  expect(told("tile[0]: { core: { scan: { policy: compressed } } }\n")).toEqual(["4 tile[0].core.scan.policy"]);
  expect(told("tile: { core: { scan: { policy: compressed } } }\ntile[0]: { core: { scan: { policy: dense } } }\n")).toEqual([
    "4 tile.core.scan.policy",
    "5 tile[0].core.scan.policy",
  ]);
});
