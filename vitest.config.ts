import { defineConfig } from "vitest/config";

/** Tests that drive whole programs, servers, terminals or a browser: one file at a time, after all others, so that they have the machine to themselves. */
const processes = [
  "test/cluster/**/*.test.ts",
  "test/cli/dashboard/terminal.test.ts",
  "test/cli/report.test.ts",
  "test/faults/kill-sweep.test.ts",
];

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    reporters: ["default", "./test/closing-line.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "rooms",
          include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
          exclude: processes,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "processes",
          include: processes,
          fileParallelism: false,
          maxWorkers: 1,
          retry: 2, // leases and screens live by the wall clock; a machine that stalls for seconds is not what they test
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
