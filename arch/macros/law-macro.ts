/**
 * Cost of a memory by laws of macros (`law-table.ts`): a bank is one macro of exactly its size. A memory outside of the
 * laws' range of words, bits and supply is refused. With `beyond: extrapolate` the laws are extrapolated over words and
 * bits, with the intervals that the table has for that (`beyond_percent`); the nearest supply's costs are scaled by the
 * component library's laws, and the result is marked. A law's own error tells how far macros lie from it; the table's
 * is beside it, an error that all of them share. Pure.
 */
import type { Technology } from "../chip.js";
import { ExpressionError } from "../expression.js";
import { priceValue, signedValue } from "../own-price-value.js";
import { type LawSet, macroVariables, type Range } from "./law-table.js";
import type { OwnMacro } from "./macro.js";
import { errorOfLaw, errorOfTable } from "./macro-errors.js";
import { firstServing, type MacroWish } from "./own-macro.js";
import { atCorner, byQuantity, costsOf, type MacroRules, type OtherPorts, type Refused, scaledCosts, withoutPorts } from "./supply.js";

const within = ({ least, most }: Range, value: number): boolean => least <= value && value <= most;

export function lawMacro(
  name: string,
  all: readonly LawSet[],
  wish: MacroWish,
  technology: Technology,
  rules: MacroRules,
): OwnMacro | Refused | OtherPorts {
  const sets = atCorner(all, technology.nodeNm, rules);
  if ("refused" in sets) return sets;
  const kind = firstServing(sets, wish.ports);
  const set = sets.find(({ ports }) => ports === kind);
  if (set === undefined) return withoutPorts("laws of macros", wish.ports, sets);
  const words = Math.floor(wish.sizeBits / wish.wordBits / wish.banks);
  const { voltageV } = technology;
  const asked: readonly (readonly [Range, number, string])[] = [
    [set.words, words, "words"],
    [set.bits, wish.wordBits, "bits"],
    [set.volts, voltageV, "V"],
  ];
  const outside = asked.filter(([range, value]) => !within(range, value));
  const isFar = !within(set.words, words) || !within(set.bits, wish.wordBits);
  const said = outside.map(([{ least, most }, value, unit]) => `${value} ${unit} beyond ${least} to ${most}`).join(", ");
  if (said !== "" && rules.beyond === "refuse")
    return { refused: `has no law for ${said}`, fix: "change the memory, or set the table's beyond: extrapolate" };
  const fromV = Math.min(set.volts.most, Math.max(set.volts.least, voltageV));
  const variables = macroVariables(words, wish.wordBits, fromV, technology.nodeNm);
  try {
    const one = costsOf((quantity) => priceValue(set.laws[quantity].text, variables) * set.laws[quantity].factor);
    const there = fromV === voltageV ? one : scaledCosts(one, fromV, technology);
    const shape = `${words} words x ${wish.wordBits} bits`;
    const isNarrow =
      isFar && Object.values(set.laws).some(({ plusMinusPercent, beyond }) => (plusMinusPercent ?? 0) > 0 && beyond === null);
    const mark = said === "" ? "" : `; extrapolated: ${said}${isNarrow ? ", with the intervals of that range" : ""}`;
    return {
      costs: costsOf((quantity) => there[quantity] * (quantity === "area_mm2" || quantity === "leakage_mw" ? wish.banks : 1)),
      source: `${name}, laws of ${set.ports}: ${wish.banks > 1 ? `${wish.banks} banks of ` : ""}${shape}${mark}`,
      extrapolated: said !== "",
      errors: byQuantity((quantity) => {
        const { plusMinusPercent, beyond, shared } = set.laws[quantity];
        const far = isFar && beyond !== null ? priceValue(beyond, variables) : null;
        if (plusMinusPercent === null && far === null) return errorOfTable(name, rules.plusMinusPercent);
        const kind = `${set.ports}, ${technology.nodeNm} nm`;
        const own = errorOfLaw(
          { law: `law ${name}, ${kind}`, macro: `macro by law ${name}, ${shape}, ${kind}` },
          Math.max(plusMinusPercent ?? 0, far ?? 0),
          shared.map((text) => signedValue(text, variables)),
        );
        return [...own, ...errorOfTable(name, rules.plusMinusPercent)];
      }),
      scaledFromV: fromV === voltageV ? null : fromV,
    };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { refused: `its law ${error.message}`, fix: "change the memory, or the law" };
  }
}
