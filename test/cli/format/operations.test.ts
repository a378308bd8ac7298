/** What `show` and `sim` say about operations beside their table. */
import { expect, test } from "vitest";
import { operationLines } from "../../../cli/format/result.js";
import { resultOf } from "../../sweeps/fake-study.js";

test("the line below the table says what multiplications_per_frame is by its value: earlier builds counted all of the chip's products", () => {
  const none = { spikes: 0, density: 0, effective: 0, bitSerialAcs: 0, elementAdds: 0, lutReads: 0, denseEquivalent: 0, payloadBits: 0 };
  const layers = [
    { ...none, name: "a", weightBits: 0, macs: 0, acs: 0, elementMultiplies: 60 },
    { ...none, name: "in -> a", weightBits: 4, macs: 100, acs: 20, elementMultiplies: 0 },
  ];
  const said = (perFrame: number): string => {
    const result = resultOf({ multiplications_per_frame: perFrame });
    const look = { colour: false, unicode: false, columns: 200 } as const;
    return operationLines(look, { ...result, operations: { ...result.operations, frames: 4, layers } }).at(-1) ?? "";
  };
  expect(said(45)).toMatch(/multiplications_per_frame is the sum of MAC, AC and update mul$/);
  expect(said(35)).toMatch(/requantisation included; multiplications_per_frame leaves that out$/);
});
