/** Names of the columns of the report page's points. Pure. */
import { METRICS } from "../../sim/index.js";
import { parameterColumns } from "../store/schema.js";
import { ON_FRONT } from "./certainty.js";

/** Names that a row of the page has besides parameters: its own fields and the metrics. */
const TAKEN: readonly string[] = ["id", "front", "beyond", "knee", ON_FRONT.name, ...Object.keys(METRICS)];

/** Columns of a study's parameters on the page. */
export const pageColumns = (parameters: readonly string[]): readonly string[] => parameterColumns(parameters, TAKEN);
