/** Lines of text as an Ink component. */
import { Box, Text, Transform } from "ink";
import { memo, type ReactNode } from "react";
import { blankRows } from "../ink-output.js";

/** One row per line; Ink places the first one. */
export const Lines = memo(function Lines({ lines }: { readonly lines: readonly string[] }): ReactNode {
  if (lines.length === 0) return null;
  return (
    <Box flexShrink={0}>
      <Transform transform={(_, row) => lines[row] ?? ""}>
        <Text>{blankRows(lines.length)}</Text>
      </Transform>
    </Box>
  );
});
