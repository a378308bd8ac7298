/** What the page draws of one point's chip: cores on tiles, links between them, and the point's breakdown. Pure. */
import type { FloorPlan } from "../../arch/index.js";
import type { Result } from "../../sim/index.js";
import { short } from "./short.js";

interface ReportCore {
  readonly core: number;
  readonly tile: number;
  /** Position of the tile, and of the core within it. */
  readonly x: number;
  readonly y: number;
  readonly slot: number;
  readonly synapseBusy: number;
  readonly somaBusy: number;
  readonly neurons: number;
  readonly populations: string;
}

type Side = "east" | "west" | "north" | "south";

interface ReportLink {
  readonly router: number;
  readonly port: string;
  readonly x: number;
  readonly y: number;
  readonly flitsPerCycle: number;
  /** True if it leaves one side of the chip and enters on the other, or continues in another row. */
  readonly wraps: boolean;
  /** Side of the tile on which it is drawn; empty: it is not drawn. */
  readonly towards: Side | "";
}

export interface ReportDetail {
  readonly id: number;
  readonly breakdown: readonly {
    readonly component: string;
    readonly group: string;
    readonly energyPj: number | null;
    readonly areaMm2: number | null;
  }[];
  readonly cores: readonly ReportCore[];
  readonly links: readonly ReportLink[];
  /** Which links are not drawn; empty: all are. */
  readonly linksNote: string;
  /** By link: cycles for which a flit occupies it. */
  readonly flitCycles: readonly number[];
  readonly coresPerTile: number;
}

const SIDES: readonly (readonly [side: Side, dx: number, dy: number])[] = [
  ["east", 1, 0],
  ["west", -1, 0],
  ["north", 0, 1],
  ["south", 0, -1],
];

/** Where a port's link is drawn: towards the neighbour that it leads to, or as a stub at the edge that it leaves by. */
function placeOf(plan: FloorPlan, router: number, port: string): Pick<ReportLink, "x" | "y" | "towards" | "wraps"> {
  const { width, height, portTo } = plan;
  const [x, y] = [router % width, Math.floor(router / width)];
  const isInside = (dx: number, dy: number): boolean => x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
  const beside = SIDES.find(([, dx, dy]) => y < height && isInside(dx, dy) && portTo(router, router + dx + dy * width) === port);
  if (beside !== undefined) return { x, y, towards: beside[0], wraps: false };
  const edge = SIDES.find(([side, dx, dy]) => side === port && !isInside(dx, dy));
  return { x, y, towards: edge?.[0] ?? "", wraps: edge !== undefined };
}

function noteOf({ links: { notes, kinds }, cores }: FloorPlan, links: readonly ReportLink[]): string {
  if (notes === null) return cores > 1 ? "One switch joins all cores." : "";
  const names = kinds.flatMap(({ ports }) => ports);
  const left = links.filter(({ port, towards }) => towards === "" && names.includes(port.split(" ")[0])).length;
  return left === 0 ? "" : `Not drawn: ${left === 1 ? "1 link that does" : `${left} links that do`} not join tiles beside each other.`;
}

export function detailOf(id: number, result: Result, plan: FloorPlan): ReportDetail {
  const { width, coresPerTile, tileOf } = plan;
  const slots = new Map<number, number>();
  const cores = result.utilisation.cores.map((core) => {
    const tile = tileOf(core.core);
    const slot = slots.get(tile) ?? 0;
    slots.set(tile, slot + 1);
    return {
      core: core.core,
      tile,
      x: tile % width,
      y: Math.floor(tile / width),
      slot,
      synapseBusy: short(core.synapseBusy),
      somaBusy: short(core.somaBusy),
      neurons: core.neurons,
      populations: core.populations.join(" "),
    };
  });
  const breakdown = result.breakdown
    .filter((row) => (row.energyPj ?? 0) > 0 || (row.areaMm2 ?? 0) > 0)
    .map(({ component, group, energyPj, areaMm2 }) => ({ component, group, energyPj: short(energyPj), areaMm2: short(areaMm2) }));
  const links = result.utilisation.links.map(({ router, port, flitsPerCycle }) => ({
    ...{ router, port, flitsPerCycle: short(flitsPerCycle) },
    ...placeOf(plan, router, port),
  }));
  const flitCycles = result.utilisation.links.map((link) => plan.flitCycles(link));
  return { id, breakdown, cores, links, linksNote: noteOf(plan, links), flitCycles, coresPerTile };
}
