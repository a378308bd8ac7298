/** Warns of features that an encoder of the network's input cannot tell apart. Pure. */
import { countFeatures, featureRange, type InputEncoding, type SampleSet } from "../arch/index.js";

/** A sentence about features beyond what an encoder tells apart: `rate` has probabilities, `latency` a first step. */
export function clippedFeatures(samples: SampleSet, { kind, gain }: InputEncoding): readonly string[] {
  if (kind !== "rate" && kind !== "latency") return [];
  const factor = kind === "rate" ? gain : 1;
  const above = countFeatures(samples, (value) => factor * value > 1);
  const below = countFeatures(samples, (value) => factor * value < 0);
  if (above + below === 0) return [];
  const others = countFeatures(samples, (value) => value !== 0);
  const [low, high] = featureRange(samples, { first: 0, size: samples.inputs });
  const unit = kind === "rate" ? `gain ${gain} times the feature` : "the feature";
  const parts = [
    ...(above > 0 ? [`above 1 for ${above} of ${others} that are not 0, which spike as at 1`] : []),
    ...(below > 0 ? [`below 0 for ${below} of ${others}, which never spike`] : []),
  ];
  return [
    `${samples.name}: workload.encoder.kind: ${kind}: ${unit} is ${parts.join(", and ")}; features reach from ${low} to ${high}: ${kind === "rate" && below === 0 ? "set workload.encoder.gain" : "scale them to 0 to 1"}`,
  ];
}
