/**
 * Routes as the host knows them: those that a topology brings along, and how long a way is. Ways in dimension order:
 * noc-routes.part.as.ts.
 */
import { linksOnWay, nocTopology, type RouteByRouter } from "../../arch/index.js";
import type { NocSpec } from "./noc.js";

/** Routes between routers that the topology brings along; null: it goes in dimension order, or odd-even. */
export function routesOf(spec: NocSpec): RouteByRouter | null {
  return nocTopology(spec).routes?.(spec, spec.coresPerRouter, spec.routing === "yx" ? "yx" : "xy") ?? null;
}

/** Routers that a packet from router to router passes: links + 1. Torus and ring: the shorter way. */
export function routersPassed(spec: NocSpec, from: number, to: number): number {
  const { grid, tree } = linksOnWay(spec, from, to);
  return grid + tree + 1;
}
