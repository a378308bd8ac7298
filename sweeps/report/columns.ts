/** Names of the columns of the report page's points. Pure. */
import { METRICS } from "../../sim/index.js";
import { parameterColumn } from "../store/schema.js";
import { ON_FRONT } from "./certainty.js";

/** Names that a row of the page has besides parameters: its own fields and the metrics. */
const TAKEN: readonly string[] = ["id", "front", "beyond", "knee", ON_FRONT.name, ...Object.keys(METRICS)];

/** Column of a parameter on the page. */
export const pageColumn = (parameter: string): string => parameterColumn(parameter, TAKEN);
