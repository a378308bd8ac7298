/** Describes the values of a JSON Schema node for a table. */
export type Node = { readonly [key: string]: unknown } & {
  readonly properties?: { readonly [key: string]: Node };
  readonly patternProperties?: { readonly [pattern: string]: Node };
  readonly anyOf?: readonly Node[];
  readonly description?: string;
};

/** Alternatives; a sweep in place of a value is not one of them. */
const optionsOf = (node: Node): readonly Node[] =>
  (node.anyOf ?? [node]).filter((option) => option.$ref === undefined).flatMap((option) => option.anyOf ?? [option]);

/** Alternatives joined by "or". */
export const valuesOf = (node: Node): string => optionsOf(node).map(oneOf).join(" or ");

/** The words among the alternatives, without quotes. */
export function wordsOf(node: Node): readonly string[] {
  return optionsOf(node).flatMap((option) => {
    if (Array.isArray(option.enum)) return option.enum.map(String);
    if (option.const !== undefined) return [String(option.const)];
    return option.type === "boolean" ? ["true", "false"] : [];
  });
}

function oneOf(node: Node): string {
  if (Array.isArray(node.enum)) return node.enum.map((value) => `\`${value}\``).join(", ");
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.type === "null") return "`null`";
  if (node.type === "array") return "list";
  if (node.type === "object") return "mapping";
  if (node.type === "string") return "text";
  if (node.type === "boolean") return "`true`, `false`";
  const kind = node.type === "integer" ? "whole number" : "number";
  const [low, high] = [node.minimum ?? node.exclusiveMinimum, node.maximum ?? node.exclusiveMaximum].map((bound) =>
    typeof bound === "number" && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? String(bound) : "",
  );
  if (low !== "" && high === "") return `${kind} ${node.minimum === undefined ? ">" : ">="} ${low}`;
  if (low !== "" && node.minimum === undefined) return `${kind} > ${low}, <= ${high}`;
  return low === "" ? kind : `${kind} ${low} .. ${high}`;
}

/** The row of a key in a reference: path, values, default, meaning. */
export function rowOf(path: string, node: Node): string {
  const standard = node.default === undefined ? "" : `\`${JSON.stringify(node.default)}\``;
  return `| \`${path}\` | ${valuesOf(node)} | ${standard} | ${node.description ?? ""} |`;
}
