/**
 * Memories of registers and latches: closed forms from the cells' table, agreement with DSENT, directions, and who
 * names the cheaper kind.
 */
import { describe, expect, test } from "vitest";
import { IHP_CORNER, logicCorner } from "../../arch/arithmetic.js";
import { num, type Row, table } from "../../arch/component-tables.js";
import { fifoPj } from "../../arch/dsent.js";
import { BUILT_NEEDS, cheaperKinds, corePrices, parseArch, patchDocument, type Technology } from "../../arch/index.js";
import { memoryMacro } from "../../arch/memories/memory-macro.js";
import { queueCosts } from "../../arch/memories/queue.js";
import { cellCounts, registerMacro } from "../../arch/memories/registers.js";
import { areaRatio, energyRatio } from "../../arch/scaling.js";
import { factorsOfCell } from "../../arch/silicon.js";
import { sramMacro } from "../../arch/sram.js";
import type { Json } from "../../base/hash.js";
import { type BoardValue, boardValues } from "../../sim/recorded/published/board-values.js";
import { firstCorePrices } from "../../sim/recorded/published/boards.js";
import { readPublishedChips } from "../../sim/recorded/shipped-chip.js";
import { technology } from "./technology.js";

const cell = (role: string, column: string): number => num(table("cells_ihp130").find((row) => row.role === role) as Row, column);
const shape = (words: number, wordBits: number, banks = 1) => ({ sizeBits: words * wordBits, wordBits, banks });
const base = parseArch("version: 1\nextends: mesh-2x2\n", "a.yaml");
const point = (values: { [path: string]: Json }) => patchDocument(base, values);

describe("cells", () => {
  test("64 words of 8 bits in 2 banks: 512 flip-flops, 64 gates, and per bank and bit a tree of 31/3 multiplexers; latches have an input register", () => {
    const expected = { "clock gate": 64, "multiplexer of 4": (8 * 2 * 31) / 3, "and of 2": 64 };
    expect(cellCounts("registers", shape(64, 8, 2))).toEqual({ ...expected, "flip-flop": 512, latch: 0 });
    expect(cellCounts("latches", shape(64, 8, 2))).toEqual({ ...expected, "flip-flop": 16, latch: 512 });
  });
});

describe("closed forms at 40 nm, the node of the register bit", () => {
  const t = technology({ nodeNm: 45, voltageV: 0.9 });
  const toT = energyRatio({ nodeNm: 40, form: "HP", voltageV: 0.9 }, { nodeNm: 45, form: "HP", voltageV: 0.9 });
  const written = 0.030108 + 0.025616 / 2;
  test("area: each cell by its own area in IHP's library, in Aladdin's register bits", () => {
    const cells = 512 * 48.9888 + 64 * 27.216 + (8 * 63 * 38.1024) / 3 + 64 * 9.072;
    expect(registerMacro("registers", shape(64, 8), t).area_mm2).toBeCloseTo((cells / 48.9888) * 5.98e-6 * areaRatio(40, 45), 12);
    const latches = 512 * 30.8448 + 8 * 48.9888 + 64 * 27.216 + (8 * 63 * 38.1024) / 3 + 64 * 9.072;
    expect(registerMacro("latches", shape(64, 8), t).area_mm2).toBeCloseTo((latches / 48.9888) * 5.98e-6 * areaRatio(40, 45), 12);
  });
  test("write: the word's cells and the load of 64 words, of which half of the bits toggle; latches hold the data in a register meanwhile", () => {
    const registers = written + (64 * 0.011223) / 2;
    const latches = written + 0.026213 + 0.013322 / 2 + (64 * 0.0051795) / 2;
    expect(registerMacro("registers", shape(64, 8), t).write_pj).toBeCloseTo((8 * 0.009 * toT * registers) / written, 12);
    expect(registerMacro("latches", shape(64, 8), t).write_pj).toBeCloseTo((8 * 0.009 * toT * latches) / written, 12);
  });
  test("read: 21 multiplexers per bit, whatever keeps the bits", () => {
    const read = 21 * (0.014348 + 0.012239 / 2) + 0.025616 / 2;
    for (const kind of ["registers", "latches"] as const)
      expect(registerMacro(kind, shape(64, 8), t).read_pj).toBeCloseTo((8 * 0.009 * toT * read) / written, 12);
  });
  test("clock: every bit where nothing is gated, else a gate per word; latches have no clock but their gates'", () => {
    const clock = (kind: "registers" | "latches", idle: Technology["idle"]): number =>
      registerMacro(kind, shape(64, 8), { ...t, idle }).clock_pj_per_cycle;
    expect(clock("registers", "clock-gated") / clock("registers", "clocked")).toBeCloseTo((64 * 0.022574) / (512 * 0.030108), 10);
    expect(clock("latches", "clock-gated")).toBe(clock("registers", "power-gated"));
    expect(clock("latches", "clocked") / clock("registers", "clocked")).toBeCloseTo((8 + (64 * 0.022574) / 0.030108) / 512, 10);
  });
  test("access: one more level of multiplexers from 64 to 65 words, none from 17 to 64", () => {
    const access = (words: number): number => registerMacro("registers", shape(words, 8), t).access_ns;
    expect(access(17)).toBe(access(64));
    const step = cell("multiplexer of 4", "delay_ns") / (cell("flip-flop", "delay_ns") + 3 * cell("multiplexer of 4", "delay_ns"));
    expect(access(65) / access(64)).toBeCloseTo(1 + step, 10);
  });
});

describe("agreement with sources that the law does not use", () => {
  test("DSENT's flip-flop FIFOs of 8 to 32 entries at 45 and 32 nm: push within a tenth of a write, pop within a fifth of a read", () => {
    for (const t of [technology(), technology({ nodeNm: 32, voltageV: 0.9 })])
      for (const entries of [8, 16, 32]) {
        const { write_pj: write, read_pj: read } = registerMacro("registers", shape(entries, 32), t);
        expect(Math.abs(fifoPj("buf_write_pj", entries, 32, t) / write - 1)).toBeLessThan(0.1);
        expect(Math.abs(fifoPj("buf_read_pj", entries, 32, t) / read - 1)).toBeLessThan(0.21);
      }
  });
  test("IHP's flip-flop scaled to 40 nm has the area of Aladdin's register bit within a twentieth", () => {
    expect(Math.abs((cell("flip-flop", "area_um2") * areaRatio(130, 40)) / 5.98 - 1)).toBeLessThan(0.05);
  });
});

describe("directions", () => {
  test("more words and wider words cost more of everything but never less, of both kinds, at every node", () => {
    for (const nodeNm of [7, 22, 28, 65, 90])
      for (const kind of ["registers", "latches"] as const)
        for (const [words, bits] of [
          [1, 8],
          [16, 8],
          [64, 32],
          [256, 128],
        ] as const) {
          const t = technology({ nodeNm, voltageV: 0.8 });
          const small = registerMacro(kind, shape(words, bits), t);
          for (const large of [registerMacro(kind, shape(words + 1, bits), t), registerMacro(kind, shape(words, bits + 1), t)])
            for (const quantity of ["read_pj", "write_pj", "clock_pj_per_cycle", "leakage_mw", "area_mm2", "access_ns"] as const)
              expect(large[quantity]).toBeGreaterThanOrEqual(small[quantity]);
        }
  });
  test("latches are smaller than registers and leak less, from 8 words on", () => {
    for (const words of [8, 64, 1024]) {
      const [latches, registers] = (["latches", "registers"] as const).map((kind) => registerMacro(kind, shape(words, 16), technology()));
      expect((latches as typeof registers).area_mm2).toBeLessThan((registers as typeof latches).area_mm2);
      expect((latches as typeof registers).leakage_mw).toBeLessThan((registers as typeof latches).leakage_mw);
    }
  });
});

describe("queues with idle: clocked", () => {
  const clocked = technology({ idle: "clocked" });
  test("flip-flops are clocked in every cycle under every name of their kind; SRAM behind them is not", () => {
    for (const [depth, bits] of [
      [1, 16],
      [32, 24],
      [400, 24],
    ]) {
      const flops = cell("flip-flop", "clock_pj") * Math.min(depth, 32) * bits * energyRatio(IHP_CORNER, logicCorner(clocked));
      expect(queueCosts("auto", depth, bits, clocked).clockPjPerCycle / flops, `${depth} of ${bits}`).toBeCloseTo(1, 9);
      if (depth <= 32) expect(queueCosts("registers", depth, bits, clocked).clockPjPerCycle / flops).toBeCloseTo(1, 9);
      expect(queueCosts("auto", depth, bits, technology()).clockPjPerCycle).toBe(0);
    }
  });
  test("a push does not pay the clock of its word again", () => {
    for (const kind of ["auto", "registers"] as const) {
      const [always, gated] = [clocked, technology()].map((of) => queueCosts(kind, 8, 24, of));
      expect((gated.pushPj - always.pushPj) / (always.clockPjPerCycle / 8), kind).toBeCloseTo(1, 9);
      expect(always.pushPj, kind).toBeGreaterThan(0);
      expect(always.popPj).toBe(gated.popPj);
    }
  });
  test("of ODIN's board all clocks together are its measured clock on silicon's basis, queues included", () => {
    const { boards } = readPublishedChips();
    const odin = boardValues().find(({ chip, kind }) => chip === "ODIN" && kind === "clock") as BoardValue;
    const board = boards["odin-board"];
    expect(board.chip.cores[0].queueKinds).toEqual({ input: "auto", output: "auto" });
    const onSilicon = { ...board, chip: { ...board.chip, silicon: factorsOfCell("lstp") } };
    expect(odin.model(onSilicon) / odin.published.value).toBeCloseTo(1, 3);
    expect(firstCorePrices(onSilicon).queue_clock_pj_per_cycle.value / odin.published.value).toBeGreaterThan(0.4);
  });
});

describe("kinds of a description", () => {
  test("left out is sram, whose prices are the SRAM law's and whose clock is free", () => {
    const { chip, precision } = point({ "prices.basis": "library" });
    const [core] = chip.cores;
    expect([core.synapseMemory.kind, core.stateMemory.kind, core.queueKinds]).toEqual(["sram", "sram", { input: "auto", output: "auto" }]);
    const prices = corePrices(chip, core, precision, BUILT_NEEDS);
    expect(prices.state_memory_read_pj.value).toBe(sramMacro(core.stateMemory, chip.technology).read_pj);
    expect(prices.state_memory_clock_pj_per_cycle.value + prices.queue_clock_pj_per_cycle.value).toBe(0);
  });
  test("a kind prices its own memory alone, and its source names the cells", () => {
    const { chip, precision } = point({});
    const other = point({ "tile.core.state_memory.kind": "latches" });
    const [before, after] = [chip, other.chip].map((on) => corePrices(on, on.cores[0], precision, BUILT_NEEDS));
    const moved = Object.keys(before).filter(
      (name) => before[name as keyof typeof before].value !== after[name as keyof typeof before].value,
    );
    expect(moved.every((name) => name.startsWith("state_memory_"))).toBe(true);
    expect(moved).toHaveLength(5);
    expect(after.state_memory_write_pj.source).toContain("latches: Aladdin 40 nm register bit");
  });
  test("a queue of a kind is a memory of that kind with an entry a word", () => {
    const t = technology();
    const macro = memoryMacro({ kind: "latches", sizeBits: 16 * 30, wordBits: 30, banks: 1, ports: "1r1w" }, t);
    const queue = queueCosts("latches", 16, 30, t);
    expect([queue.pushPj, queue.popPj, queue.areaMm2, queue.leakageMw, queue.clockPjPerCycle]).toEqual([
      macro.write_pj,
      macro.read_pj,
      macro.area_mm2,
      macro.leakage_mw,
      macro.clock_pj_per_cycle,
    ]);
  });
  test("the cheaper kind of a memory is named by its area: SRAM for 4 KiB of registers, nothing for 4 KiB of SRAM", () => {
    const [found] = cheaperKinds(point({ "tile.core.state_memory.kind": "registers" }).chip);
    expect(found).toMatchObject({ memory: "state_memory", kind: "registers", instead: "sram" });
    expect((found as { area: number }).area).toBeLessThan(0.2);
    expect(cheaperKinds(point({}).chip)).toEqual([]);
    expect(cheaperKinds(point({ "tile.core.state_memory.kind": "registers", "chip.fpga": "ecp5-85", "chip.clock_mhz": 10 }).chip)).toEqual(
      [],
    );
  });
});
