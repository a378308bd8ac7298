import { defineConfig } from "tsup";

export default defineConfig({
  entry: { main: "cli/main.ts", "sweep-worker": "sweeps/engine/worker.ts", "training-worker": "training/parallel/worker.ts" },
  format: "esm",
  target: "node20",
  platform: "node",
  outDir: "dist",
  splitting: true,
  // optional dependencies are asked for at run time; tsup leaves out only the others
  external: [/^@resvg\//, /^@tensorflow\//, "bullmq", "ioredis"],
  sourcemap: false,
  dts: false,
});
