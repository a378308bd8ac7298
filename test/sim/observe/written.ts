/** A chip with parameters written into it by hand, as a description's values would make it. */
import type { Chip, Core } from "../../../arch/index.js";
import type { Rebuild } from "../../../sim/observe/changes.js";

type Value = number | string;
type Write = (chip: Chip, value: Value) => Chip;

const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** `of` with the value at a path of keys. */
function set<T extends object>(of: T, [key, ...more]: readonly string[], value: Value): T {
  const inner = (of as { readonly [key: string]: unknown })[key];
  return { ...of, [key]: more.length === 0 ? value : set(inner as object, more, value) };
}

const link = (name: string, clockMhz: number, value: number, least: number): object =>
  name === "bandwidth_gbit_s"
    ? { bitsPerCycle: (value * 1000) / clockMhz }
    : { latencyCycles: Math.max(least, Math.ceil((value * clockMhz) / 1000)) };

const PLACES: readonly (readonly [start: string, write: (name: string) => Write])[] = [
  [
    "tile.core.",
    (name) => (chip, value) => ({ ...chip, cores: chip.cores.map((core): Core => set(core, name.split(".").map(camel), value)) }),
  ],
  [
    "noc.dies.",
    (name) => (chip, value) => ({
      ...chip,
      noc: { ...chip.noc, dies: chip.noc.dies && { ...chip.noc.dies, ...link(name, chip.technology.clockMhz, Number(value), 1) } },
    }),
  ],
  [
    "spill.",
    (name) => (chip, value) => ({
      ...chip,
      spill: chip.spill && { ...chip.spill, ...link(name, chip.technology.clockMhz, Number(value), 0) },
    }),
  ],
  ["inputs.port.queue.depth", () => (chip, value) => ({ ...chip, port: chip.port && { ...chip.port, queueDepth: Number(value) } })],
  [
    "inputs.port.",
    (name) => (chip, value) => ({
      ...chip,
      port: chip.port && { ...chip.port, ...link(name, chip.technology.clockMhz, Number(value), 0) },
    }),
  ],
  ["chip.", (name) => (chip, value) => ({ ...chip, technology: set(chip.technology, [name], value) })],
  ["", (name) => (chip, value) => set(chip, name.split(".").map(camel), value)],
];

/** Writes values of a description into a chip; it refuses none, and no other value follows them. */
export const written =
  (chip: Chip): Rebuild =>
  (values) =>
    Object.entries(values).reduce((on, [path, value]) => {
      const [start, write] = PLACES.find(([first]) => path.startsWith(first))!;
      return write(path.slice(start.length))(on, value);
    }, chip);
