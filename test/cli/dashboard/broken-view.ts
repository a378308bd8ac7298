/**
 * Opens the dashboard and lets it break: `view` by a state that cannot be drawn, `program` by an error that nobody
 * catches.
 */
import type { DashboardEvent } from "../../../cli/dashboard/events.js";
import { openDashboard } from "../../../cli/dashboard/run.js";
import { SCRIPTED_OPENING } from "./scripted-study.js";

const { model } = openDashboard(
  () => {},
  () => {
    console.log("told of the defect");
    process.exit(0);
  },
);
for (const event of SCRIPTED_OPENING) model.tell(event);
setTimeout(() => {
  if (process.argv[2] === "program") throw new Error("a defect of the program");
  // No type would let this through: it stands for a mistake of ours.
  model.tell({ type: "hosts", hosts: null } as unknown as DashboardEvent);
}, 300);
