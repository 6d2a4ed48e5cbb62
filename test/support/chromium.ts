// Debian's Chromium for one test suite, where the machine has one. It reaches nothing but this machine.
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PATH = "/usr/bin/chromium";

/** Whether there is a Chromium on this machine. */
export const hasChromium = existsSync(PATH);

/** It runs as root in CI, hence no sandbox; what it would load from its maker is switched off. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts it without a window. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: PATH, args: FLAGS });
}
