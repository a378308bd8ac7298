/** Checks an entry of a plug-in by the shape of its kind. Throws: `InputError` that names the plug-in. */
import type * as z from "zod";
import { guarded, refused } from "../base/guarded.js";
import type { PluginFile } from "../base/plugin-file.js";

/** The entry with its defaults; errors of its functions name the plug-in. */
export function pluginEntry<Shape extends z.ZodObject>(by: PluginFile, what: string, shape: Shape, entry: unknown): z.infer<Shape> {
  const found = shape.safeParse(entry);
  if (found.success) return guarded(by, what, found.data);
  const [issue] = found.error.issues;
  throw refused(
    by,
    what,
    `is wrong at ${issue?.path.join(".") || "its top"}: ${issue?.message}`,
    "docs/plug-ins.md shows one of each kind",
  );
}
