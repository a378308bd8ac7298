/**
 * Lists in messages and files from outside. Only the first wrong entry is an error: zod keeps one for each of a million
 * entries, which takes gigabytes, and the bytes that hold them are bounded by a few megabytes.
 */
import * as z from "zod";

export function listOf<T>(entry: z.ZodType<T>) {
  return z.array(z.unknown()).transform((list, context): T[] => {
    const entries: T[] = [];
    for (const [place, one] of list.entries()) {
      const { success, data, error } = entry.safeParse(one);
      if (!success) {
        const [{ message, path }] = error.issues;
        context.addIssue({ code: "custom", message, path: [place, ...path] });
        return z.NEVER;
      }
      entries.push(data);
    }
    return entries;
  });
}

/** Of finite numbers; faster than `listOf`, because counters have many. */
export function numbersList() {
  return z.array(z.unknown()).transform((list, context): number[] => {
    const place = list.findIndex((one) => typeof one !== "number" || !Number.isFinite(one));
    if (place < 0) return list as number[];
    context.addIssue({ code: "custom", message: "expected a finite number", path: [place] });
    return z.NEVER;
  });
}
