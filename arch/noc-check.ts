/** Checks a description's network on chip, and finds its topology. Throws: `InputError` with places. */
import { InputError, type Problem, withProblems } from "../base/errors.js";
import type { Chip } from "./chip.js";
import { latencyCyclesOf } from "./link-units.js";
import { type LocatedMap, placeOf, problemAt } from "./located.js";
import { endsPerRouter, nocTopology } from "./noc-shape.js";
import type { RootDocument } from "./schema.js";
import { ownNetworkOf, TOPOLOGIES, topologiesWhere, topologyNamed, unknownTopology } from "./topologies/registry.js";
import { MOST_ENDS, MOST_PORTS, type NocTopology } from "./topologies/topology.js";

type Check = (ok: boolean, path: readonly string[], message: string, fix: string) => void;

/**
 * @throws InputError if no topology has the name, or if a plug-in refuses the size of the chip, at the key that it
 * names.
 */
export function topologyIn({ noc }: RootDocument, document: LocatedMap): NocTopology {
  const at = (path: string, message: string, fix: string): Problem => problemAt(placeOf(document, path.split(".")), path, message, fix);
  if (!TOPOLOGIES.has(noc.topology)) {
    const { message, fix } = unknownTopology(noc.topology);
    throw new InputError([at("noc.topology", message, fix)]);
  }
  return withProblems(
    () => topologyNamed(noc.topology, ownNetworkOf(noc.topology, noc)),
    (found) => (/^noc\.(topology|width|height)$/.test(found.file) ? at(found.file, found.message, found.fix) : found),
  );
}

/** Names of topologies, for messages. */
const namesWhere = (fact: "allowsOddEven" | "hasTree"): string => topologiesWhere(fact).join(" or ");

export function checkNoc(noc: RootDocument["noc"], topology: NocTopology, check: Check): void {
  check(
    !topology.wraps || noc.virtual_channels >= 2,
    ["noc", "virtual_channels"],
    `a ${noc.topology} with 1 virtual channel can deadlock at its wrap-around links`,
    "set it to 2 or more",
  );
  check(
    noc.routing !== "odd-even" || topology.allowsOddEven,
    ["noc", "routing"],
    `odd-even needs a ${namesWhere("allowsOddEven")}, got topology ${noc.topology}`,
    `set noc.topology: ${namesWhere("allowsOddEven")}, or noc.routing: xy`,
  );
  check(
    noc.routing === "xy" || !TOPOLOGIES.isAdded(noc.topology),
    ["noc", "routing"],
    `is ${noc.routing}, but ${noc.topology}, of a plug-in, has its own routes`,
    "set it to xy",
  );
  check(
    noc.tree === undefined || topology.hasTree,
    ["noc", "tree"],
    `is given, but noc.topology is ${noc.topology}`,
    `set noc.topology: ${namesWhere("hasTree")}, or leave it out`,
  );
}

/**
 * Longest time of a flit on a link between dies: a longer one would need more memory for flits in flight than the model
 * has, and nobody builds it.
 */
const MOST_DIE_CYCLES = 4096;

/** Checks that the network can be divided among its dies, and that their links can be modelled cycle by cycle. */
export function checkDies(root: RootDocument, topology: NocTopology, check: Check): void {
  const { noc, chip } = root;
  if (noc.dies === undefined) return;
  const dividable = topology.along !== null;
  check(
    dividable,
    ["noc", "dies"],
    `is given, but a ${noc.topology} has no rows and columns of tiles that could be divided among dies`,
    "set noc.topology: mesh, torus, ring or flattened-butterfly, or leave it out",
  );
  check(
    chip.fpga === undefined || chip.fpga === null,
    ["noc", "dies"],
    `is given, but chip.fpga: ${chip.fpga} is one device`,
    "leave one of them out",
  );
  if (!dividable) return;
  const [columns, rows] = topology.grid({ ...noc, tree: null });
  for (const [key, places, what] of [
    ["columns", columns, "columns"],
    ["rows", rows, "rows"],
  ] as const) {
    const dies = noc.dies[key];
    const fits = Array.from({ length: places }, (_, i) => i + 1).filter((count) => places % count === 0);
    check(
      places % dies === 0,
      ["noc", "dies", key],
      `is ${dies}, but the ${noc.topology} has ${places} ${what} of tiles, which cannot be divided evenly among ${dies} dies`,
      `set it to ${fits.join(", ")}`,
    );
  }
  const flitCycles = Math.ceil((noc.flit_width_bits * chip.clock_mhz) / (noc.dies.bandwidth_gbit_s * 1000));
  check(
    flitCycles <= MOST_DIE_CYCLES,
    ["noc", "dies", "bandwidth_gbit_s"],
    `is ${noc.dies.bandwidth_gbit_s}: a flit of ${noc.flit_width_bits} bits takes ${flitCycles} cycles at ${chip.clock_mhz} MHz, but at most ${MOST_DIE_CYCLES} are modelled`,
    `set it to ${Math.ceil((noc.flit_width_bits * chip.clock_mhz) / MOST_DIE_CYCLES) / 1000} or more`,
  );
  const latencyCycles = latencyCyclesOf(noc.dies.latency_ns, chip.clock_mhz);
  check(
    latencyCycles <= MOST_DIE_CYCLES,
    ["noc", "dies", "latency_ns"],
    `is ${noc.dies.latency_ns}: ${latencyCycles} cycles at ${chip.clock_mhz} MHz, but at most ${MOST_DIE_CYCLES} are modelled`,
    `set it to ${Math.floor((MOST_DIE_CYCLES * 1000) / chip.clock_mhz)} or less`,
  );
}

/** Checks that no router has more ends (cores, and the port for spikes from outside the chip) than ports. */
export function checkEnds(chip: Chip, check: Check): void {
  const ends = Math.max(...endsPerRouter(chip));
  const room = Math.min(MOST_ENDS, MOST_PORTS - nocTopology(chip.noc).firstLocalPort(chip.noc));
  const which = chip.port === null ? "cores" : "cores, and the port of inputs.port.tile";
  check(
    ends <= room,
    ["tile", "cores"],
    `connects ${ends} ends (${which}) to one router, which has room for ${room}`,
    "put fewer cores on a tile",
  );
}
