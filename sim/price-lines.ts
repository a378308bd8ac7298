/**
 * Name of the price behind a line of a breakdown: `core_clock_pj_per_cycle` prices `core clock`. A new line whose name
 * has this form needs no entry here. Pure.
 */
import { CORE_LINES } from "./core-lines.js";
import { DIE_BITS } from "./die-links.js";
import { PORT_LINES } from "./port-energy.js";
import { REST } from "./rest.js";
import { ROUTER_LINES } from "./router-lines.js";

const ACTIONS: ReadonlyMap<string, string> = new Map([
  ...[...CORE_LINES, ...ROUTER_LINES, ...PORT_LINES].map(({ component, price }) => [component, price] as const),
  ["control", "control_pj_per_cycle"],
  [DIE_BITS.component, DIE_BITS.price],
]);

/** How the end of a line's name becomes the end of the price's name. */
const ENDINGS: readonly (readonly [ending: string, unit: string])[] = [
  [" leakage", "_leakage_mw"],
  [" area", "_area_mm2"],
  [" clock", "_clock_pj_per_cycle"],
  [" background", "_background_mw"],
  [" reads", "_read_pj"],
  [" writes", "_write_pj"],
  [" flits", "_flit_pj"],
];

/** Name of the price; null if the line has none, such as the barrier's wires. */
export function linePrice(component: string): string | null {
  if (component.endsWith(REST)) return linePrice(component.slice(0, -REST.length));
  const action = ACTIONS.get(component);
  if (action !== undefined) return action;
  const found = ENDINGS.find(([ending]) => component.endsWith(ending));
  return found === undefined ? null : component.slice(0, -found[0].length).toLowerCase().replaceAll(" ", "_") + found[1];
}
