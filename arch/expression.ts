/**
 * Expressions over parameter and metric names, those of quantiles (`energy_uj_per_inference@90`) included: `lanes * 8
 * <= word_bits`, `cores > 4 && topology == "torus"`, `min(a, 2 ** b)`. The grammar is closed and can only use the given
 * values.
 * Throws: `ExpressionError` with the 1-based column of the first character that cannot be read.
 */
import { quoted } from "../base/errors.js";
import { log2, pow } from "../base/math.js";
import { quantileParts } from "./quantile-name.js";

/** A value of an expression. */
export type ExpressionValue = number | string | boolean;

/** A parsed expression; `names` are its free names in order of appearance, each once. */
export interface Expression {
  readonly text: string;
  readonly names: readonly string[];
  readonly root: ExpressionNode;
}

/** `column`: of the name, operator or function, 1-based. */
export type ExpressionNode =
  | { readonly kind: "value"; readonly value: ExpressionValue }
  | { readonly kind: "name"; readonly name: string; readonly column: number }
  | { readonly kind: "unary"; readonly op: "-" | "!"; readonly of: ExpressionNode; readonly column: number }
  | { readonly kind: "binary"; readonly op: string; readonly left: ExpressionNode; readonly right: ExpressionNode; readonly column: number }
  | {
      readonly kind: "choice";
      readonly test: ExpressionNode;
      readonly yes: ExpressionNode;
      readonly no: ExpressionNode;
      readonly column: number;
    }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly ExpressionNode[]; readonly column: number };

export class ExpressionError extends Error {
  constructor(
    message: string,
    readonly column: number,
  ) {
    super(message);
    this.name = "ExpressionError";
  }
}

const FUNCTIONS: { readonly [name: string]: { readonly arity: number | "any"; readonly apply: (...x: number[]) => number } } = {
  min: { arity: "any", apply: Math.min },
  max: { arity: "any", apply: Math.max },
  floor: { arity: 1, apply: Math.floor },
  ceil: { arity: 1, apply: Math.ceil },
  round: { arity: 1, apply: Math.round },
  abs: { arity: 1, apply: Math.abs },
  sqrt: { arity: 1, apply: Math.sqrt },
  log2: { arity: 1, apply: log2 },
  pow: { arity: 2, apply: pow },
};

/** Longest expression; parser and evaluator recurse at most twice per operator. */
const MOST_CHARACTERS = 2000;
/** Most nesting of parentheses, signs, powers and choices. */
const MOST_NESTING = 64;

/** Binary operators from lowest to highest precedence; only `**` is right-associative. */
const LEVELS: readonly (readonly string[])[] = [["||"], ["&&"], ["==", "!=", "<=", ">=", "<", ">"], ["+", "-"], ["*", "/", "%"], ["**"]];
const WORDS: { readonly [word: string]: string } = { and: "&&", or: "||", not: "!" };

/**
 * Names that every object of JavaScript has. Values of a point are looked up by name, so a parameter of such a name
 * would seem to have a value where it is inactive.
 */
export const isNameOfObjects = (name: string): boolean => name in {};

/** True for names that an expression reads as an operator or as a value. */
export const isWordOfExpressions = (name: string): boolean => Object.hasOwn(WORDS, name) || name === "true" || name === "false";

/** Operators of other languages and common typing errors, each with the right form. */
const MISTAKEN: { readonly [operator: string]: string } = {
  ...{ "=>": ">=", "=<": "<=", "<>": "!=", "=": "==", "^": "**", "&": "and", "|": "or" },
  ...{ "≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "·": "*", "÷": "/" },
};

interface Token {
  readonly kind: "number" | "string" | "name" | "op" | "end";
  readonly text: string;
  readonly column: number;
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  const pattern =
    /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|("[^"]*"|'[^']*')|([A-Za-z_]\w*(?:\.\w+)*(?:@[\w.]*)?)|(=[<>]|<>|=(?!=)|\^|&(?!&)|\|(?!\|)|[≤≥≠×·÷])|(\*\*|&&|\|\||[<>=!]=|[-+*/%<>!?:(),])|(\S))/gy;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [whole, number, string, name, mistaken, op, stray] = match;
    const piece = number ?? string ?? name ?? mistaken ?? op ?? stray ?? "";
    const column = match.index + whole.length - piece.length + 1;
    if (mistaken !== undefined)
      throw new ExpressionError(`got ${quoted(mistaken)}, expected an operator: write ${MISTAKEN[mistaken]}`, column);
    if (name !== undefined) demandQuantile(name, column);
    if (stray !== undefined) throw new ExpressionError(`unexpected ${quoted(stray)}`, column);
    const word = name === undefined || !Object.hasOwn(WORDS, name) ? undefined : WORDS[name];
    if (word !== undefined) found.push({ kind: "op", text: word, column });
    else found.push({ kind: number ? "number" : string ? "string" : name ? "name" : "op", text: piece, column });
  }
  found.push({ kind: "end", text: "end of expression", column: text.length + 1 });
  return found;
}

/** Checks the quantile of a name with an @. */
function demandQuantile(name: string, column: number): void {
  const [metric, percent] = name.split("@");
  if (percent === undefined || quantileParts(name) !== null) return;
  throw new ExpressionError(
    `got ${quoted(percent)} as quantile of ${metric}, expected a percentage from 0.001 to 99.999, e.g. ${metric}@90`,
    column,
  );
}

/** Parses an expression. @throws ExpressionError, also if it is too long or nested too deep. */
export function parseExpression(text: string): Expression {
  if (text.length > MOST_CHARACTERS)
    throw new ExpressionError(`is ${text.length} characters long; at most ${MOST_CHARACTERS} are read`, MOST_CHARACTERS + 1);
  const list = tokens(text);
  const names = new Set<string>();
  let [at, nesting] = [0, 0];
  const nested = (inner: () => ExpressionNode): ExpressionNode => {
    if (++nesting > MOST_NESTING) throw new ExpressionError(`is nested deeper than ${MOST_NESTING} levels`, peek().column);
    const node = inner();
    nesting--;
    return node;
  };
  const peek = (): Token => list[at];
  const isOp = (op: string): boolean => peek().kind === "op" && peek().text === op;
  const expect = (op: string): void => {
    if (!isOp(op)) throw new ExpressionError(`expected '${op}', got ${quoted(peek().text)}`, peek().column);
    at++;
  };

  const primary = (): ExpressionNode => {
    const token = list[at++];
    if (token.kind === "number") return { kind: "value", value: Number(token.text) };
    if (token.kind === "string") return { kind: "value", value: token.text.slice(1, -1) };
    if (token.kind === "op" && token.text === "(") {
      const inner = choice();
      expect(")");
      return inner;
    }
    if (token.kind !== "name") throw new ExpressionError(`expected a value, got ${quoted(token.text)}`, token.column);
    if (token.text === "true" || token.text === "false") return { kind: "value", value: token.text === "true" };
    if (!isOp("(")) {
      names.add(token.text);
      return { kind: "name", name: token.text, column: token.column };
    }
    const known = Object.hasOwn(FUNCTIONS, token.text) ? FUNCTIONS[token.text] : undefined;
    if (known === undefined) {
      throw new ExpressionError(`unknown function ${quoted(token.text)} (known: ${Object.keys(FUNCTIONS).join(", ")})`, token.column);
    }
    at++;
    const args: ExpressionNode[] = [choice()];
    while (isOp(",")) {
      at++;
      args.push(choice());
    }
    expect(")");
    if (known.arity !== "any" && known.arity !== args.length) {
      throw new ExpressionError(
        `${token.text} takes ${known.arity} argument${known.arity === 1 ? "" : "s"}, got ${args.length}`,
        token.column,
      );
    }
    return { kind: "call", name: token.text, args, column: token.column };
  };

  const unary = (): ExpressionNode => {
    if (isOp("-") || isOp("!")) {
      const { text: op, column } = list[at++];
      return { kind: "unary", op: op as "-" | "!", of: nested(() => level(LEVELS.length - 1)), column };
    }
    return primary();
  };

  const level = (depth: number): ExpressionNode => {
    if (depth === LEVELS.length) return unary();
    let left = level(depth + 1);
    while (peek().kind === "op" && LEVELS[depth].includes(peek().text)) {
      const { text: op, column } = list[at++];
      const right = op === "**" ? nested(() => level(depth)) : level(depth + 1);
      left = { kind: "binary", op, left, right, column };
      if (op === "**") break;
    }
    return left;
  };

  const choice = (): ExpressionNode => nested(chosen);
  const chosen = (): ExpressionNode => {
    const test = level(0);
    if (!isOp("?")) return test;
    const { column } = list[at++];
    const yes = choice();
    expect(":");
    return { kind: "choice", test, yes, no: choice(), column };
  };

  const root = choice();
  if (peek().kind !== "end") throw new ExpressionError(`expected an operator or the end, got ${quoted(peek().text)}`, peek().column);
  return { text, names: [...names], root };
}

/** Null: unknown. A number that is not a number is unknown too, as the value of an unknown metric is. */
type Known = ExpressionValue | null;

function number(value: Known, of: string, column: number): number {
  if (value === null) return Number.NaN;
  if (typeof value === "number") return value;
  throw new ExpressionError(`'${of}' needs numbers, got ${JSON.stringify(value)}`, column);
}

const isUnknown = (value: Known): boolean => value === null || Number.isNaN(value);
const truth = (value: Known): boolean | null => (isUnknown(value) ? null : Boolean(value));

type Lookup = (name: string) => ExpressionValue | undefined;

/**
 * The node's value; a condition that is unknown does not hold. @throws ExpressionError on an unknown name or a text
 * where a number is needed.
 */
export function evaluateExpression(node: ExpressionNode, lookup: Lookup): ExpressionValue {
  if (node.kind === "choice") return evaluateExpression(truthOf(node.test, lookup) === true ? node.yes : node.no, lookup);
  return known(node, lookup) ?? false;
}

/**
 * Whether a condition holds; null if that depends on an unknown value. @throws ExpressionError as evaluateExpression.
 */
export function truthOf(node: ExpressionNode, lookup: Lookup): boolean | null {
  return truth(known(node, lookup));
}

/** What is unknown stays so, unless the other side of `&&` or `||` decides (Kleene's three-valued logic). */
function known(node: ExpressionNode, lookup: Lookup): Known {
  switch (node.kind) {
    case "value":
      return node.value;
    case "name": {
      const value = lookup(node.name);
      if (value === undefined) throw new ExpressionError(`unknown name ${quoted(node.name)}`, node.column);
      return value;
    }
    case "unary": {
      const value = known(node.of, lookup);
      if (node.op === "-") return -number(value, "-", node.column);
      return isUnknown(value) ? null : !value;
    }
    case "choice": {
      const test = truthOf(node.test, lookup);
      return test === null ? null : known(test ? node.yes : node.no, lookup);
    }
    case "call":
      return FUNCTIONS[node.name].apply(...node.args.map((arg) => number(known(arg, lookup), node.name, node.column)));
    case "binary":
      return binary(node, known(node.left, lookup), () => known(node.right, lookup));
  }
}

function binary({ op, column }: { readonly op: string; readonly column: number }, left: Known, right: () => Known): Known {
  if (op === "&&" || op === "||") {
    const decisive = op === "||";
    const first = truth(left);
    if (first === decisive) return decisive;
    const second = truth(right());
    if (second === decisive) return decisive;
    return first === null || second === null ? null : !decisive;
  }
  const other = right();
  if (op === "==" || op === "!=") return isUnknown(left) || isUnknown(other) ? null : (left === other) === (op === "==");
  const a = number(left, op, column);
  const b = number(other, op, column);
  switch (op) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "**":
      return pow(a, b);
  }
  if (Number.isNaN(a) || Number.isNaN(b)) return null;
  switch (op) {
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    default:
      return a >= b;
  }
}
