/** Parses offered loads of a command line. */
import { inputError, quoted } from "../../base/errors.js";

/** `a:b:n` is n rates from a to b, two at least if these differ; else a list with commas. Throws `InputError`. */
export function ratesOf(text: string): readonly number[] {
  const refuse = (): never => {
    throw inputError(
      "--rate",
      `got ${quoted(text)}, expected a:b:n (n rates from a to b, 2 at least) or a list with commas`,
      "e.g. --rate 0.05:0.5:10",
    );
  };
  const number = (part: string): number => (part.trim() === "" || !Number.isFinite(Number(part)) ? refuse() : Number(part));
  if (!text.includes(":")) return text.split(",").map(number);
  const parts = text.split(":").map(number);
  const [from, to, count] = parts;
  if (parts.length !== 3 || !Number.isInteger(count) || count < 1 || (count === 1 && from !== to)) return refuse();
  return Array.from({ length: count }, (_, i) => (count === 1 ? from : Number((from + ((to - from) * i) / (count - 1)).toPrecision(12))));
}
