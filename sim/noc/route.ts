/**
 * Routes as the host knows them: those that a topology brings, and the length of a way. For routes in dimension order
 * see noc-routes.part.as.ts.
 */
import { linksOnWay, nocTopology, type RouteByRouter } from "../../arch/index.js";
import type { NocSpec } from "./noc.js";

/** Routes between routers that the topology brings; null: it uses dimension order or odd-even. */
export function routesOf(spec: NocSpec): RouteByRouter | null {
  return nocTopology(spec).routes?.(spec, spec.coresPerRouter, spec.routing === "yx" ? "yx" : "xy") ?? null;
}

/** Number of routers on a packet's way from router to router: links + 1. Torus and ring: on the shorter way. */
export function routersPassed(spec: NocSpec, from: number, to: number): number {
  const { grid, tree } = linksOnWay(spec, from, to);
  return grid + tree + 1;
}
