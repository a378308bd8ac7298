import { defineConfig } from "tsup";

export default defineConfig({
  entry: { main: "cli/main.ts", "sweep-worker": "sweeps/engine/worker.ts" },
  format: "esm",
  target: "node20",
  platform: "node",
  outDir: "dist",
  splitting: true,
  sourcemap: false,
  dts: false,
});
