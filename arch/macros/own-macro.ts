/**
 * Builds a memory from the macros of a user's table (`macro-table.ts`), by the memory compiler's rule.
 *
 * - Every bank is built of equal macros: as many side by side as its word needs, as many in depth as its number of
 * words needs, unused bits and words included. The macro with the least area of the bank is chosen among those with the
 * ports; then the one with the least read energy, then with the fewest macros, then the first in the table.
 * - An access uses the macros that are side by side; the others of the bank are idle. All macros leak and take area.
 * Times are those of one macro.
 * - At most 8 macros in depth, because their multiplexer has no price. A deeper bank is refused, or marked
 * `extrapolated` if the table says so.
 * - With `between: interpolate` a bank is one macro of exactly its size instead (`interpolate-macros.ts`), between
 * macros of the same ports: the first kind of the table that serves, as of laws.
 *
 * A macro with two ports can serve a memory with fewer. The user's costs get no factor to silicon.
 * Not modelled: the multiplexer over macros and banks, wires between them, temperature (leakage is the table's at its
 * corner).
 */
import type { Memory, Technology } from "../chip.js";
import { macroBetween } from "./interpolate-macros.js";
import type { MacroCosts, OwnMacro } from "./macro.js";
import type { MacroPorts, MacroRow } from "./macro-table.js";
import {
  byQuantity,
  costsOf,
  type MacroRules,
  type OtherPorts,
  type Refused,
  rowsAt,
  type Supplied,
  type SuppliedRow,
  withoutPorts,
} from "./supply.js";

/** Most macros of a bank in depth; as many as CACTI's grid has banks. */
const MOST_STACKED = 8;

/** Ports of macros that serve a memory's ports, the exact match first. */
const SERVES: { readonly [ports in Memory["ports"]]: readonly MacroPorts[] } = {
  "1rw": ["1rw", "1r1w", "2rw"],
  "1r1w": ["1r1w", "2rw"],
};

/** Ports of which there are macros or laws: the first that serve. undefined: none do. */
export const firstServing = (known: readonly { readonly ports: MacroPorts }[], wanted: Memory["ports"]): MacroPorts | undefined =>
  SERVES[wanted].find((ports) => known.some((one) => one.ports === ports));

export type MacroWish = Pick<Memory, "sizeBits" | "wordBits" | "banks" | "ports">;

/** @param name name of the table, for sources */
export function ownMacro(
  name: string,
  all: readonly MacroRow[],
  wish: MacroWish,
  technology: Technology,
  rules: MacroRules,
): OwnMacro | Refused | OtherPorts {
  const supplied = rowsAt(name, all, technology, rules);
  if ("refused" in supplied) return supplied;
  const rows = supplied.rows.filter(({ ports }) => SERVES[wish.ports].includes(ports));
  if (rows.length === 0) return withoutPorts("macro", wish.ports, supplied.rows);
  const words = Math.floor(wish.sizeBits / wish.wordBits / wish.banks);
  const build = { name, words, wish, rules, supplied };
  if (rules.between === "macros") return stacked({ ...build, rows });
  const kind = firstServing(rows, wish.ports);
  return interpolated({ ...build, rows: rows.filter(({ ports }) => ports === kind) });
}

interface Build {
  readonly name: string;
  readonly rows: readonly SuppliedRow[];
  /** Of a bank. */
  readonly words: number;
  readonly wish: MacroWish;
  readonly rules: MacroRules;
  readonly supplied: Supplied;
}

interface Bank {
  readonly row: SuppliedRow;
  readonly wide: number;
  readonly deep: number;
}

function stacked({ name, rows, words, wish, rules, supplied }: Build): OwnMacro | Refused {
  const banks = rows.map((row): Bank => ({ row, wide: Math.ceil(wish.wordBits / row.bits), deep: Math.ceil(words / row.words) }));
  const within = banks.filter(({ deep }) => deep <= MOST_STACKED);
  const choices = within.length > 0 ? within : rules.beyond === "extrapolate" ? banks : [];
  const [first, ...others] = choices;
  if (first === undefined) {
    const most = Math.max(...rows.map((row) => row.words)) * MOST_STACKED;
    return {
      refused: `has no macro for ${words} words per bank: ${MOST_STACKED} of the largest in depth hold ${most}`,
      fix: "use more banks or a smaller size_kib, or set the table's beyond: extrapolate",
    };
  }
  const { row, wide, deep } = others.reduce((best, other) => (isSmaller(other, best) ? other : best), first);
  const macros = wide * deep;
  const beyond = deep > MOST_STACKED ? `extrapolated: ${deep} macros on top of each other without their multiplexer` : null;
  const factors: MacroCosts = {
    ...{ area_mm2: macros * wish.banks, leakage_mw: macros * wish.banks },
    ...{ read_pj: wide, write_pj: wide, access_ns: 1, cycle_ns: 1 },
  };
  const count = macros * wish.banks;
  const what = `${count === 1 ? "a macro" : `${count} macros`} of ${row.words} words x ${row.bits} bits, ${row.ports}`;
  const shape =
    count === 1 ? "" : ` (${[`${wide} side by side`, `${deep} deep`, ...(wish.banks > 1 ? [`${wish.banks} banks`] : [])].join(", ")})`;
  return {
    costs: costsOf((quantity) => row.costs[quantity] * factors[quantity]),
    source: [`${name}, line ${row.line}${row.name === "" ? "" : ` ${row.name}`}: ${what}${shape}`, supplied.how, beyond]
      .filter((part) => part !== null)
      .join("; "),
    extrapolated: beyond !== null || supplied.scaledFromV !== null,
    errors: byQuantity(() => row.errors),
    scaledFromV: supplied.scaledFromV,
  };
}

function isSmaller(a: Bank, b: Bank): boolean {
  const of = ({ row, wide, deep }: Bank) => [wide * deep * row.costs.area_mm2, wide * row.costs.read_pj, wide * deep];
  const [x, y] = [of(a), of(b)];
  const at = x.findIndex((value, i) => value !== y[i]);
  return at >= 0 && x[at] < y[at];
}

function interpolated({ name, rows, words, wish, rules, supplied }: Build): OwnMacro | Refused {
  const found = macroBetween(rows, words, wish.wordBits, rules);
  if ("refused" in found) return found;
  const { costs, lines, beyond } = found;
  const isOwn = lines.length === 1;
  const how = isOwn ? null : beyond ? `extrapolated: from lines ${lines.join(", ")}` : `interpolated between lines ${lines.join(", ")}`;
  const many = wish.banks > 1 ? `${wish.banks} banks of ` : "";
  return {
    costs: costsOf((quantity) => costs[quantity] * (quantity === "area_mm2" || quantity === "leakage_mw" ? wish.banks : 1)),
    source: [
      `${name}${isOwn ? `, line ${lines[0]}` : ""}: ${many}${words} words x ${wish.wordBits} bits, ${rows[0].ports}`,
      how,
      supplied.how,
    ]
      .filter((part) => part !== null)
      .join("; "),
    extrapolated: (beyond && !isOwn) || supplied.scaledFromV !== null,
    errors: byQuantity(() => found.errors),
    scaledFromV: supplied.scaledFromV,
  };
}
