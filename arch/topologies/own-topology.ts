/**
 * Checks and packs the network of a plug-in's topology for one size of chip (`own-network.ts`). As for built-in
 * topologies, every port must lead to one other router, every route must end, and no deadlock may be possible.
 */
import * as z from "zod";
import { AT_GOAL, bytesOfTable, MOST_ROUTERS, type OwnNetwork, packedLink, wordsOf } from "./own-network.js";
import { endlessWay, type RouteTables, waitingCircle } from "./route-check.js";

/** Tiles of the chip in x and in y: `noc.width`, `noc.height`. */
export interface OwnShape {
  readonly width: number;
  readonly height: number;
}

export interface OwnTopology {
  readonly about: string;
  /** @throws InputError that names the plug-in, or a key below `noc` with an impossible size */
  readonly network: (shape: OwnShape) => OwnNetwork;
}

/** As many ports as a router can number, minus one for a core. */
const MOST_PORTS = 253;
/** Longest link, in tiles. */
const MOST_TILES = 64;

const count = (most: number) => z.int().min(0).max(most);

const draftSchema = z.strictObject({
  /** Ports of a router to other routers. */
  ports: count(MOST_PORTS),
  /** Number of routers, of which the first belong to tiles; default: one per tile. */
  routers: count(MOST_ROUTERS).optional(),
  links: z
    .array(
      z.strictObject({
        from: count(MOST_ROUTERS),
        fromPort: count(MOST_PORTS),
        to: count(MOST_ROUTERS),
        toPort: count(MOST_PORTS),
        tiles: z.int().min(1).max(MOST_TILES).default(1),
      }),
    )
    .max((MOST_ROUTERS * MOST_PORTS) / 2),
  route: z.custom<(router: number, to: number) => unknown>((value) => typeof value === "function", "expected a function"),
});

type Draft = z.infer<typeof draftSchema>;
type Fault = (message: string, fix: string) => Error;

/** @param fault makes the error that names the plug-in @throws what `fault` makes */
export function ownNetwork(name: string, about: string, { width, height }: OwnShape, given: unknown, fault: Fault): OwnNetwork {
  const found = draftSchema.safeParse(given);
  const [issue] = found.error?.issues ?? [];
  if (!found.success) throw fault(`gives no network: ${issue?.path.join(".") || "its top"}: ${issue?.message}`, SHAPE);
  const tiles = width * height;
  const { ports, links, routers = tiles } = found.data;
  if (routers < tiles || routers > MOST_ROUTERS)
    throw fault(
      `has ${routers} routers for ${tiles} tiles`,
      `a plug-in's network has at least one router per tile, and at most ${MOST_ROUTERS}: use fewer tiles`,
    );
  const behind = linked(found.data, routers, fault);
  const table = routed(found.data, { routers, tiles, behind }, fault);
  const tables: RouteTables = { routers, tiles, ports, behind, table };
  const endless = endlessWay(tables);
  if (endless !== null)
    throw fault(
      `sends a packet to router ${endless.to} in a circle: ${endless.way.join(", ")}, ..`,
      "route(router, to) must come nearer to `to` at every router",
    );
  const circle = waitingCircle(tables);
  if (circle !== null) {
    const said = circle.slice(0, 12).map((channel) => `${Math.floor(channel / ports)} to ${behind[channel]}`);
    throw fault(
      `can deadlock: packets that hold these links wait for each other, from router ${said.join(", ")}${circle.length > 12 ? ", .." : ""}`,
      "choose routes that allow no circle of waiting links, e.g. dimension order",
    );
  }
  return { name, about, width, height, routers, ports, links: wordsOf(links.flatMap(packedLink)), routes: bytesOfTable(table) };
}

const SHAPE = "{ ports: 1, links: [{ from: 0, fromPort: 0, to: 1, toPort: 0 }], route: (router, to) => 0 }";

/** [routers][ports] router behind an output; -1: no link. */
function linked({ ports, links }: Draft, routers: number, fault: Fault): Int32Array {
  const behind = new Int32Array(routers * ports).fill(-1);
  for (const { from, fromPort, to, toPort } of links) {
    const ends = [
      [from, fromPort, to],
      [to, toPort, from],
    ] as const;
    if (from === to) throw fault(`links router ${from} to itself`, "a link connects two routers");
    for (const [router, port, other] of ends) {
      if (router >= routers || port >= ports)
        throw fault(`links port ${port} of router ${router}`, `it has ${routers} routers of ${ports} ports each, counted from 0`);
      const at = router * ports + port;
      if (behind[at] >= 0)
        throw fault(
          `links port ${port} of router ${router} to router ${behind[at]} and to router ${other}`,
          "a port has one link, which is listed once",
        );
      behind[at] = other;
    }
  }
  return behind;
}

/** [routers][tiles] output towards a tile's router. */
function routed(
  { ports, route }: Draft,
  { routers, tiles, behind }: Pick<RouteTables, "routers" | "tiles" | "behind">,
  fault: Fault,
): Uint8Array {
  const table = new Uint8Array(routers * tiles).fill(AT_GOAL);
  for (let router = 0; router < routers; router++) {
    for (let to = 0; to < tiles; to++) {
      if (router === to) continue;
      const port = route(router, to);
      if (typeof port !== "number" || !Number.isInteger(port) || port < 0 || port >= ports || behind[router * ports + port] < 0)
        throw fault(
          `routes from router ${router} to router ${to} by port ${String(port)}, which has no link`,
          "route(router, to) returns a port of `router`",
        );
      table[router * tiles + to] = port;
    }
  }
  return table;
}
