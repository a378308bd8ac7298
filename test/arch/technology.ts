/** A technology to price parts in. */
import type { Technology } from "../../arch/index.js";

export const technology = (change: Partial<Technology> = {}): Technology => ({
  nodeNm: 45,
  sramCell: "hp",
  voltageV: 1,
  temperatureK: 300,
  corner: "typical",
  clockMhz: 100,
  idle: "clock-gated",
  ...change,
});
