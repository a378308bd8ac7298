/**
 * Prices of the description that replace the component library's: a number, or an expression over the shapes of the
 * priced part (`price-variables.ts`), in the language of `expression.ts`. Values are the same on every machine. Pure.
 */
import { inputError, quoted } from "../base/errors.js";
import { didYouMean } from "../base/nearest.js";
import type { Chip, OwnPrice } from "./chip.js";
import { type Expression, ExpressionError, evaluateExpression, parseExpression } from "./expression.js";
import { typeOf } from "./expression-type.js";
import { MOST_PRICE } from "./own-price.js";
import type { PriceName } from "./price-names.js";
import type { PriceVariables } from "./price-variables.js";
import type { LibraryPrice } from "./silicon.js";

/** Most cached expressions; descriptions have few. */
const MOST_KNOWN = 1000;
const parsed = new Map<string, Expression>();
/** Those whose operators can take their operands, as every shape is a number. */
const typed = new WeakSet<Expression>();

function expressionOf(text: string): Expression {
  let known = parsed.get(text);
  if (known === undefined) {
    known = parseExpression(text);
    if (parsed.size >= MOST_KNOWN) parsed.clear();
    parsed.set(text, known);
  }
  return known;
}

/** @throws ExpressionError if an operator cannot take its operands. */
function demandTyped(expression: Expression): void {
  if (typed.has(expression)) return;
  typeOf(expression.root, () => "number");
  typed.add(expression);
}

/** @throws ExpressionError if the text is not an expression, uses an unknown name, or does not give a price */
export const priceValue = (text: string, variables: PriceVariables): number => valueFrom(0, text, variables, "a price is");

/** As `priceValue`, of either sign. */
export const signedValue = (text: string, variables: PriceVariables): number => valueFrom(-MOST_PRICE, text, variables, "expected");

function valueFrom(least: number, text: string, variables: PriceVariables, expected: string): number {
  const expression = expressionOf(text);
  const { root, names } = expression;
  const strange = names.find((name) => !Object.hasOwn(variables, name));
  if (strange !== undefined) throw new ExpressionError(`unknown name ${strange}: ${namesFix(strange, variables)}`, columnOf(text, strange));
  demandTyped(expression);
  const value = evaluateExpression(root, (name) => variables[name]);
  if (typeof value !== "number") throw new ExpressionError("expected a number, got true or false", 1);
  if (!Number.isFinite(value) || value < least || value > MOST_PRICE)
    throw new ExpressionError(`gives ${value} for ${shown(names, variables)}; ${expected} from ${least} to ${MOST_PRICE}`, 1);
  return value;
}

const namesFix = (name: string, variables: PriceVariables): string =>
  didYouMean(name, Object.keys(variables)) || `known names: ${Object.keys(variables).sort().join(", ")}`;

const columnOf = (text: string, name: string): number => text.search(new RegExp(`(?<![\\w.])${name.replaceAll(".", "[.]")}(?![\\w.])`)) + 1;

const shown = (names: readonly string[], variables: PriceVariables): string =>
  names.length === 0 ? "every shape" : names.map((name) => `${name} ${variables[name]}`).join(", ");

/** The description's price for one part; null: it has no price of that name. */
export function ownPriceOf(chip: Pick<Chip, "priceOverrides">, name: string, variables: () => PriceVariables): LibraryPrice | null {
  const given: OwnPrice | undefined = chip.priceOverrides[name];
  if (given === undefined) return null;
  const { value, source } = given;
  if (typeof value === "number") return { ...given, value };
  try {
    return { value: priceValue(value, variables()), source: `${source}: ${value}` };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw inputError(`prices.${name}.value`, `${error.message} at character ${error.column} of ${quoted(value)}`);
  }
}

/**
 * The prices, replaced by those of the description times `times` where it has them. A price of a part that is not
 * `isThere` stays, and the description's is not evaluated: the part has no shape.
 */
export function overridden<T extends { readonly [name: string]: LibraryPrice }>(
  chip: Chip,
  prices: T,
  variables: (name: PriceName) => PriceVariables,
  { times = 1, isThere = () => true }: { readonly times?: number; readonly isThere?: (name: string) => boolean } = {},
): T {
  if (Object.keys(chip.priceOverrides).length === 0) return prices;
  const own = (name: string): LibraryPrice | null => {
    if (chip.priceOverrides[name] === undefined || !isThere(name)) return null;
    const found = ownPriceOf(chip, name, () => variables(name as PriceName));
    return found === null ? null : { ...found, value: found.value * times };
  };
  return Object.fromEntries(Object.entries(prices).map(([name, price]) => [name, own(name) ?? price])) as T;
}
