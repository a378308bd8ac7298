#!/bin/sh
# The report page's test in a real browser: installs Debian's chromium if it is missing and can be installed, then runs the test,
# which skips the browser's part with a reason if there is still no chromium. The browser is driven over its debugging pipe, without a package.
set -eu
cd "$(dirname "$0")/.."
if ! command -v chromium >/dev/null 2>&1; then
  if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    apt-get install -y --no-install-recommends chromium || echo "chromium could not be installed"
  else
    echo "chromium is missing, and installing it needs apt-get and root"
  fi
fi
exec npx vitest run test/cli/report.test.ts
