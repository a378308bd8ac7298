/** What a description may say of its network, and the topology that it names. Throws: `InputError` with places. */
import { InputError, type Problem } from "../base/errors.js";
import type { Chip } from "./chip.js";
import { type LocatedMap, placeOf, problemAt } from "./located.js";
import { endsPerRouter, nocTopology } from "./noc-shape.js";
import type { RootDocument } from "./schema.js";
import { ownNetworkOf, TOPOLOGIES, topologiesWhere, topologyNamed, unknownTopology } from "./topologies/registry.js";
import { MOST_ENDS, MOST_PORTS, type NocTopology } from "./topologies/topology.js";

type Check = (ok: boolean, path: readonly string[], message: string, fix: string) => void;

/**
 * @throws InputError where no topology has the name, or a plug-in refuses the size of the chip: at the key that it
 * names.
 */
export function topologyIn({ noc }: RootDocument, document: LocatedMap): NocTopology {
  const at = (path: string, message: string, fix: string): Problem => problemAt(placeOf(document, path.split(".")), path, message, fix);
  if (!TOPOLOGIES.has(noc.topology)) {
    const { message, fix } = unknownTopology(noc.topology);
    throw new InputError([at("noc.topology", message, fix)]);
  }
  try {
    return topologyNamed(noc.topology, ownNetworkOf(noc.topology, noc));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      error.problems.map((found) => (/^noc\.(topology|width|height)$/.test(found.file) ? at(found.file, found.message, found.fix) : found)),
    );
  }
}

/** For messages. */
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
    `is ${noc.routing}, and ${noc.topology}, of a plug-in, has routes of its own`,
    "leave it out",
  );
  check(
    noc.tree === undefined || topology.hasTree,
    ["noc", "tree"],
    `is given, but noc.topology is ${noc.topology}`,
    `set noc.topology: ${namesWhere("hasTree")}, or leave it out`,
  );
}

/**
 * A flit, or a flit's way, of more cycles would need more memory for what is under way than a network has; it is also
 * what nobody builds.
 */
const MOST_DIE_CYCLES = 4096;

/**
 * Tells `check` whether the network can be divided among the dies that it names, and its links be worked cycle by
 * cycle.
 */
export function checkDies(root: RootDocument, topology: NocTopology, check: Check): void {
  const { noc, chip } = root;
  if (noc.dies === undefined) return;
  const dividable = topology.along !== null;
  check(
    dividable,
    ["noc", "dies"],
    `is given, and a ${noc.topology} has no rows and columns of tiles that could be divided among dies`,
    "set noc.topology: mesh, torus, ring or flattened-butterfly, or leave it out",
  );
  check(
    chip.fpga === undefined || chip.fpga === null,
    ["noc", "dies"],
    `is given, and chip.fpga: ${chip.fpga} is one device`,
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
      `is ${dies}, and the ${noc.topology} has ${places} ${what} of tiles, which ${dies} dies cannot have alike many of`,
      `set it to ${fits.join(", ")}`,
    );
  }
  const flitCycles = Math.ceil((noc.flit_width_bits * chip.clock_mhz) / (noc.dies.bandwidth_gbit_s * 1000));
  check(
    flitCycles <= MOST_DIE_CYCLES,
    ["noc", "dies", "bandwidth_gbit_s"],
    `is ${noc.dies.bandwidth_gbit_s}: a flit of ${noc.flit_width_bits} bits takes ${flitCycles} cycles at ${chip.clock_mhz} MHz, and at most ${MOST_DIE_CYCLES} are modelled`,
    `set it to ${Math.ceil((noc.flit_width_bits * chip.clock_mhz) / MOST_DIE_CYCLES) / 1000} or more`,
  );
  const latencyCycles = Math.ceil((noc.dies.latency_ns * chip.clock_mhz) / 1000);
  check(
    latencyCycles <= MOST_DIE_CYCLES,
    ["noc", "dies", "latency_ns"],
    `is ${noc.dies.latency_ns}: ${latencyCycles} cycles at ${chip.clock_mhz} MHz, and at most ${MOST_DIE_CYCLES} are modelled`,
    `set it to ${Math.floor((MOST_DIE_CYCLES * 1000) / chip.clock_mhz)} or less`,
  );
}

/**
 * Tells `check` of a router with more ends (cores, the port for spikes from off the chip) than it can have ports for.
 */
export function checkEnds(chip: Chip, check: Check): void {
  const ends = Math.max(...endsPerRouter(chip));
  const room = Math.min(MOST_ENDS, MOST_PORTS - nocTopology(chip.noc).firstLocalPort(chip.noc));
  const which = chip.port === null ? "cores" : "cores, and the port of inputs.port.tile";
  check(
    ends <= room,
    ["tile", "cores"],
    `puts ${ends} ends (${which}) at one router, which has room for ${room}`,
    "put fewer cores on a tile",
  );
}
