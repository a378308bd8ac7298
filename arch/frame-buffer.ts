/**
 * The buffer between a host and the input neurons on cores: a word per feature, as wide as a state, written by the host
 * and read by the neuron's update. Without it, frames stay outside the chip, as in the emitted SystemVerilog, whose
 * cores request features (`frame_ask` of `rtl/lib/core.sv`).
 *
 * It takes no cycles, because an update's reads are known one batch ahead. To hold the next frame while one is read, it
 * needs two entries per feature.
 * Not modelled: the host's side, features that come late.
 */
import { InfeasibleError } from "../base/errors.js";
import type { Chip, FrameBuffer } from "./chip.js";
import { ofMemory, type Price } from "./components.js";
import type { OwnWords } from "./macros/macro.js";
import { memoryMacro, ownWordsMacro } from "./memories/memory-macro.js";
import type { Topology } from "./network.js";
import { overridden } from "./own-price-value.js";
import { isHostFed } from "./port.js";
import type { Precision } from "./precision.js";
import type { PriceName } from "./price-names.js";
import { rangeMarked } from "./price-range.js";
import { tableVariables } from "./price-variables.js";
import type { RootDocument } from "./schema.js";
import { onSilicon } from "./silicon.js";

type FramePrices = { readonly [name in Extract<PriceName, `frame_buffer_${string}`>]: Price };

/** null: frames stay outside the chip. `own`: its macros, if the description names a table. */
export function frameBufferOf({ inputs }: RootDocument, own: OwnWords | null): FrameBuffer | null {
  if (inputs?.frame_buffer === undefined) return null;
  const { entries, kind = "sram" } = inputs.frame_buffer;
  return { entries, kind, own };
}

/** @throws InfeasibleError if a frame of the network has more features than the buffer holds. */
export function checkFrame({ frameBuffer }: Chip, { populations }: Topology): void {
  if (frameBuffer === null) return;
  const features = populations.filter(isHostFed).reduce((sum, { neurons }) => sum + neurons, 0);
  if (features <= frameBuffer.entries) return;
  throw new InfeasibleError(
    "FRAME_BUFFER_FULL",
    "the frame buffer",
    `${features} features`,
    `${frameBuffer.entries} entries`,
    `set inputs.frame_buffer.entries: ${features}, or ${2 * features} to hold the next frame, too`,
  );
}

/**
 * Prices of the buffer; null: the chip has none. @throws InputError if its own macros' words are narrower than a state
 */
export function framePrices(chip: Chip, { stateBits }: Pick<Precision, "stateBits">): FramePrices | null {
  if (chip.frameBuffer === null) return null;
  const { entries, own } = chip.frameBuffer;
  const kind = own === null ? chip.frameBuffer.kind : "own";
  const macro =
    own === null
      ? memoryMacro(
          { kind: chip.frameBuffer.kind, sizeBits: entries * stateBits, wordBits: stateBits, banks: 1, ports: "1r1w" },
          chip.technology,
        )
      : ownWordsMacro(own, stateBits, "inputs.frame_buffer");
  const library: FramePrices = {
    frame_buffer_read_pj: ofMemory(kind, macro, macro.read_pj, "energy"),
    frame_buffer_write_pj: ofMemory(kind, macro, macro.write_pj, "energy"),
    frame_buffer_clock_pj_per_cycle: { value: macro.clock_pj_per_cycle, source: macro.sources.clock },
    frame_buffer_leakage_mw: ofMemory(kind, macro, macro.leakage_mw, "leakage"),
    frame_buffer_area_mm2: ofMemory(kind, macro, macro.area_mm2, "area"),
  };
  return overridden(chip, onSilicon(chip.silicon, rangeMarked(library, chip.technology)), () => tableVariables(chip, entries, stateBits));
}
