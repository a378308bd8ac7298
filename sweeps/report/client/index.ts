/**
 * The report page's own script, as text: linked views over the data in the page. It needs only `vega` and `vegaLite`,
 * and makes no request. It is text because it runs in the reader's browser, not here.
 */
import { CHARTS } from "./charts.js";
import { PARALLEL } from "./parallel.js";
import { POINT } from "./point-view.js";
import { START } from "./start.js";
import { STATE } from "./state.js";
import { TABLE } from "./table.js";

export { LIVE } from "./live.js";

export const CLIENT = ['"use strict";', STATE, CHARTS, PARALLEL, POINT, TABLE, START].join("\n");
