/** What `rtl` wrote and ran, as text. Pure. */
import type { RtlRun, Verdict } from "../../app/rtl.js";

export function rtlLines({ folder, files, verdict, edited }: RtlRun): readonly string[] {
  return [
    ...(files === null ? [] : [`${folder}: ${files} files written; manifest.json has their hashes`]),
    ...(edited.length === 0 ? [] : [`changed since they were written: ${edited.join(", ")}`]),
    ...(verdict === null ? [] : verdictLines(verdict)),
  ];
}

function verdictLines({ isEqual, compared, differences }: Verdict): readonly string[] {
  const counts = Object.entries(compared).map(([kind, count]) => `${count} ${kind}`);
  if (isEqual) return [`equal to the simulator: ${counts.join(", ")}`];
  return [`differs from the simulator; compared: ${counts.join(", ")}`, ...differences.map((difference) => `  ${difference}`)];
}
