/** A memory of the user's macros: its costs and their errors. */

/** Costs of a macro: energy per access, leakage and area of the macro, its times. */
export const MACRO_QUANTITIES = ["area_mm2", "read_pj", "write_pj", "leakage_mw", "access_ns", "cycle_ns"] as const;
export type MacroQuantity = (typeof MACRO_QUANTITIES)[number];
export type MacroCosts = { readonly [quantity in MacroQuantity]: number };

/** One cause of error of a macro's cost. */
export interface MacroError {
  /** Name of what shares the error: a macro, or the whole table. */
  readonly name: string;
  /** Half width of the 90 % interval in ln(cost); below 0: moves the cost against others of this name. */
  readonly half: number;
}

/** Costs of a memory of the user's macros: of all banks; an access is of one bank. */
export interface OwnMacro {
  readonly costs: MacroCosts;
  readonly source: string;
  readonly extrapolated: boolean;
  /** Causes of error by cost; empty: exact. */
  readonly errors: { readonly [quantity in MacroQuantity]: readonly MacroError[] };
  /** The supply of the table from which costs were scaled; null: not scaled. */
  readonly scaledFromV: number | null;
}

/** A memory of the user's macros with a given word width; the network's data may be narrower. */
export interface OwnWords {
  readonly macro: OwnMacro;
  readonly wordBits: number;
}
