import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Tests that load plug-ins, which stay with the process: it runs no other files, and no two of them use a name. */
const plugins = ["test/app/plugins/*.test.ts"];
/** Tests that drive a server and processes around it: after the rooms. */
const servers = ["test/cluster/**/*.test.ts"];
/** Tests that drive terminals, a browser, or kill programs: beside them. */
const screens = [
  "test/cli/dashboard/terminal.test.ts",
  "test/cli/dashboard/exits.test.ts",
  "test/cli/live-report.test.ts",
  "test/cli/report.test.ts",
  "test/faults/changed-program.test.ts",
  "test/faults/kill-sweep.test.ts",
];

/** Files that are tagged `slow` first, so that none of them runs at the end, while another worker has nothing to do. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification): boolean => readFileSync(moduleId, "utf8").includes("@module-tag slow");
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: SlowFirst },
    pool: "forks",
    maxWorkers: 2,
    server: { deps: { external: [/(?<!\.test|\/closing-line)\.(tsx?|m?js)$/] } }, // Node itself loads them: test/sources.ts
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: ["./scripts/kernels.mjs"], // no kernel is tested from a stale build
    setupFiles: ["./test/sources.ts", "./test/cpu-time.ts", "./test/equal-arrays.ts"],
    // The rule: `@module-tag slow` stands in a file that kills programs or whose tests take more than SLOW_MS of
    // processor time (closing-line.ts names one that lacks it); where one test is to blame, it has the tag. `long`:
    // what others hold, too, at a fraction of its time, or what a change of the program rarely touches.
    tags: [
      { name: "slow", description: "left out of the inner loop, `npm run test:fast`" },
      { name: "long", description: "left out of `npm test`, run by `npm run test:long`" },
    ],
    reporters: ["default", "./test/closing-line.ts"],
    // Each project is a group of its own: a worker whose next file is of another project is ended, and so is all that
    // it has loaded and compiled.
    projects: [
      { extends: true, test: { name: "plugins", include: plugins, isolate: false, sequence: { groupOrder: 0 } } },
      {
        extends: true,
        test: {
          name: "rooms",
          include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
          exclude: [...plugins, ...servers, ...screens],
          isolate: false, // files of a worker share the modules they load
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "waiting",
          include: [...servers, ...screens],
          isolate: false,
          maxWorkers: 3, // they wait more than they work
          retry: 2, // leases and screens live by the wall clock; a machine that stalls for seconds is not what they test
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
