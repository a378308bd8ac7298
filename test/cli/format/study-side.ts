/** One study of a comparison in which nothing differs: tests change what they are about. */
import type { StudyComparison } from "../../../app/compare.js";

export const SIDE: StudyComparison["left"] = {
  ...{ front: 1, different: 1, onUnion: 1, onUnionDifferent: 1, covers: 1 },
  ...{ hypervolume: 1, epsilon: 0, igdPlus: 0, engineVersion: "1", inputs: [] },
};
