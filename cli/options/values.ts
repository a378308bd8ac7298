/** Parses values by path. */
import type { Values } from "../../app/open.js";
import { inputError, quoted } from "../../base/errors.js";
import type { Json } from "../../base/hash.js";
import { parseYaml } from "../../base/yaml.js";

/**
 * Parses `path=value` texts. A value is read as YAML, so `8` is a number, `true` a boolean, `lstp` a text and `[1, 2]`
 * a list.
 */
export function valuesOf(texts: readonly string[]): Values {
  const paths = texts.map((text) => text.split("=")[0].trim());
  const twice = paths.find((path, i) => paths.indexOf(path) < i);
  if (twice !== undefined) throw inputError("--set", `${quoted(twice)} is given twice`, "give it once");
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      if (at < 1) throw inputError("--set", `expected path=value, got ${quoted(text)}`, "e.g. --set tile.core.lanes=8");
      const path = text.slice(0, at).trim();
      const { document, errors } = parseYaml(text.slice(at + 1), "--set");
      const refused = (reason: string, fix = ""): Error =>
        inputError("--set", `the value of ${path} is not valid YAML: ${reason}`, fix || "put a value with brackets or colons in quotes");
      if (errors[0] !== undefined) throw refused(errors[0].message, errors[0].fix);
      try {
        return [path, document.toJS({ maxAliasCount: 0 }) as Json];
      } catch (error) {
        throw refused((error as Error).message);
      }
    }),
  );
}
