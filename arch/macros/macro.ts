/** A memory of macros of the user's: what it costs, and how sure that is. */

/** What a macro costs: an access, the leakage and area of the macro, its times. */
export const MACRO_QUANTITIES = ["area_mm2", "read_pj", "write_pj", "leakage_mw", "access_ns", "cycle_ns"] as const;
export type MacroQuantity = (typeof MACRO_QUANTITIES)[number];
export type MacroCosts = { readonly [quantity in MacroQuantity]: number };

/** How sure a cost of a macro is. */
export interface MacroError {
  /** What shares it: a macro, or the whole table. */
  readonly name: string;
  readonly plusMinusPercent: number;
}

/** A memory as the user's macros make it: of all banks; an access is of one. */
export interface OwnMacro {
  readonly costs: MacroCosts;
  readonly source: string;
  readonly extrapolated: boolean;
  /** By cost; null: exact. */
  readonly errors: { readonly [quantity in MacroQuantity]: MacroError | null };
  /** The supply of the table that costs were scaled from; null: they were not. */
  readonly scaledFromV: number | null;
}

/** A memory of own macros whose words are as wide as they are built; what a network puts into them may be narrower. */
export interface OwnWords {
  readonly macro: OwnMacro;
  readonly wordBits: number;
}
