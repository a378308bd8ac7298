/** The highest clocks that a check prints. */
import { expect, test } from "vitest";
import { type ChipCheck, check } from "../../app/check.js";
import { open } from "../../app/open.js";
import { checkLines } from "../../cli/format/check-lines.js";

const checked = async (values: { readonly [path: string]: number | string }): Promise<ChipCheck> =>
  (await check(open("arch/chips/mesh-2x2.yaml"), { values: { "network.model": "mnist-rows-lif.safetensors", ...values } })) as ChipCheck;

test("the first highest clock is the fastest one that is not refused, by the block that is named; each kind of block is there once", async () => {
  for (const values of [{ "chip.voltage_v": 0.6 }, { "chip.technology_nm": 65 }, { "tile.core.synapse_memory.size_kib": 4096 }]) {
    const { highestClocks } = await checked({ ...values, "chip.clock_mhz": 1 });
    const [{ block, mhz }] = highestClocks;
    expect(highestClocks.map((one) => one.mhz)).toEqual(highestClocks.map((one) => one.mhz).toSorted((a, b) => a - b));
    const kinds = highestClocks.map((one) => one.block.replace(/\d+/, ""));
    expect(new Set(kinds).size).toBe(kinds.length);
    expect((await checked({ ...values, "chip.clock_mhz": mhz * 0.999 })).infeasible).toBeNull();
    const { infeasible } = await checked({ ...values, "chip.clock_mhz": mhz * 1.001 });
    expect(infeasible?.message).toContain(`CLOCK_TOO_FAST: ${block} `);
    // the clock of the text, rounded, is one that is possible
    const found = await checked({ ...values, "chip.clock_mhz": 1 });
    const text = checkLines({ colour: false, unicode: true }, found).find((line) => line.startsWith("highest clock")) ?? "";
    const said = Number(/^highest clock ([\d.]+) MHz/.exec(text)?.[1]);
    expect(said).toBeGreaterThan(mhz * 0.998);
    expect((await checked({ ...values, "chip.clock_mhz": said })).infeasible, `${said} of ${mhz}`).toBeNull();
  }
  const onFpga = { "chip.fpga": "ecp5-85", "chip.clock_mhz": 1, "tile.core.synapse_memory.size_kib": 32, "tile.core.lanes": 2 };
  const found = await checked(onFpga);
  expect(found.highestClocks).toEqual([]);
  const said = /^clock: at most ([\d.]+) MHz/m.exec(checkLines({ colour: false, unicode: true }, found).join("\n"))?.[1];
  expect(Number(said)).toBeGreaterThan(10);
  expect((await checked({ ...onFpga, "chip.clock_mhz": Number(said) })).infeasible, said).toBeNull();
});
