// The pages in a real browser: what axe says of them, light and dark, wide and narrow; with the keyboard alone; without
// JavaScript. One browser serves all of it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type axeCore from "axe-core";
import type { RunOptions } from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { Secret } from "../../../src/model/secret.ts";
import { boardInMemory } from "../../support/board-in-memory.ts";
import { hasChromium, startChromium } from "../../support/chromium.ts";
import { madeHealth, madeJobs, madePair, madePairs, madeTrend } from "../../support/made-pairs.ts";
import { type RunningApi, startApi } from "./start-api.ts";

const TOKEN = "an-admin-token-of-some-length";
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** In the browser, once its source was evaluated there. */
declare const axe: typeof axeCore;
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };

/** What axe finds that keeps people out, in light colours; and in dark ones, where only the contrast can differ. */
async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const run = async (options: RunOptions) => (await page.evaluate((given) => axe.run(given), options)).violations;
  const light = await run({ resultTypes: ["violations"] });
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await run({ resultTypes: ["violations"], runOnly: ["color-contrast"] });
  await page.emulateMedia({ colorScheme: "light" });
  return [...light, ...dark]
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`));
}

/** How many pixels the page is wider than the window. */
const overflow = (page: Page) => page.evaluate("document.documentElement.scrollWidth - innerWidth");

/** What holds the focus, in a few words. */
const focused = (page: Page) =>
  page.evaluate(
    "document.activeElement.id || document.activeElement.getAttribute('href') || document.activeElement.textContent",
  );

(hasChromium ? describe : describe.skip)("in a browser", () => {
  const board = boardInMemory();
  let api: RunningApi;
  let browser: Browser;
  let pair: string;
  beforeAll(async () => {
    api = await startApi({ board, admin: { token: new Secret(TOKEN), queues: [] } });
    const now = api.clock.now();
    pair = `/pairs/${madePair(0, now).id}`;
    Object.assign(board, {
      pairs: madePairs(120, now),
      jobsOf: madeJobs,
      health: madeHealth(now),
      trend: madeTrend(now),
    });
    browser = await startChromium();
  });
  beforeEach(() => {
    board.pageSize = 50;
  });
  afterAll(async () => {
    await browser.close();
    await api.close();
  });

  /** Opens a page and tells what the browser complained of. */
  const open = async (options: BrowserContextOptions) => {
    const context = await browser.newContext({ baseURL: api.url, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    return { page, complaints, close: () => context.close() };
  };

  const logIn = async (page: Page, from: string) => {
    await page.goto(from);
    await page.getByRole("link", { name: "Log in", exact: true }).click();
    await page.getByLabel("Admin token").fill(TOKEN);
    await page.getByRole("button", { name: "Log in" }).click();
  };

  it.each([WIDE, NARROW])("nobody is kept out: %j", async (viewport) => {
    board.pageSize = 6;
    const { page, complaints, close } = await open({ viewport });
    const look = async (what: string) => {
      expect([what, await barriers(page)]).toEqual([what, []]);
      expect([what, await overflow(page)]).toEqual([what, 0]);
    };
    for (const path of ["/", "/?package=nothing", "/admin/login"]) {
      await page.goto(path);
      await look(path);
    }
    await logIn(page, pair);
    expect(new URL(page.url()).pathname).toBe(pair);
    await page.getByText("Plan", { exact: true }).click();
    await look(pair);
    await page.goto("/health");
    await page.getByText(/hours in numbers/).click();
    await look("/health");
    expect(complaints).toEqual([]);
    await close();
  });

  it("the keyboard reaches the filter and the rows, and shows where it is", async () => {
    const { page, close } = await open({ viewport: WIDE });
    await page.goto("/");
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("#main");
    expect(await page.getByRole("link", { name: "Skip to the content" }).boundingBox()).toMatchObject({ y: 8 });
    await page.keyboard.press("Enter");
    expect(await focused(page)).toBe("main");
    const reached: unknown[] = [];
    for (let count = 0; count < 8; count++) {
      await page.keyboard.press("Tab");
      reached.push(await focused(page));
    }
    expect(reached).toEqual(["/", "/?life=ended", "/?life=all", "package", "state", "route", "Filter", pair]);
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
    await page.keyboard.press("Enter");
    await page.waitForURL(`**${pair}`);
    await close();
  });

  it("everything works without JavaScript, and a session ends where it began", async () => {
    const { page, close } = await open({ viewport: NARROW, javaScriptEnabled: false });
    await logIn(page, "/?life=all");
    expect(page.url()).toBe(`${api.url}/?life=all`);
    await page.getByLabel("Package").fill("glibc");
    await page.getByLabel("State").selectOption("in step");
    await page.getByRole("button", { name: "Filter" }).click();
    expect(new URL(page.url()).search).toBe("?package=glibc&state=in-step&route=&life=all");
    expect(await page.getByRole("rowheader").allTextContents()).toEqual(
      board.pairs.filter((each) => each.package === "glibc" && each.state === "in-step").map(() => "glibc"),
    );
    await page.getByRole("rowheader").first().getByRole("link").click();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toMatch(/^glibc: /);
    expect(await page.getByRole("button", { name: "Refresh every minute" }).isVisible()).toBe(false);
    await page.getByRole("button", { name: "Log out" }).click();
    expect(page.url()).toBe(`${api.url}/`);
    expect(await page.getByRole("link", { name: "Log in", exact: true }).isVisible()).toBe(true);
    await close();
  });

  it("a page loads itself anew every minute when somebody wants it, and not while they are writing", async () => {
    const { page, complaints, close } = await open({ viewport: WIDE });
    await page.clock.install();
    await page.goto("/");
    const button = page.getByRole("button", { name: "Refresh every minute" });
    let loads = 0;
    page.on("load", () => loads++);
    await page.clock.fastForward(61_000);
    await button.click();
    expect(await button.getAttribute("aria-pressed")).toBe("true");
    await page.getByLabel("Package").focus();
    await page.clock.fastForward(61_000);
    expect(loads).toBe(0);
    await page.getByLabel("Package").blur();
    await Promise.all([page.waitForEvent("load"), page.clock.fastForward(61_000)]);
    expect(await button.getAttribute("aria-pressed")).toBe("true");
    expect(complaints).toEqual([]);
    await close();
  });

  it("hostile titles stay text", async () => {
    const evil = "</bdi><script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\">";
    const { page, close } = await open({ viewport: WIDE });
    const first = madePair(0, api.clock.now());
    board.pairs = [{ ...first, package: evil, source: { ...first.source, title: evil } }];
    for (const path of ["/", pair]) {
      await page.goto(path);
      expect(await page.getByText(evil).count()).toBeGreaterThan(0);
      expect(await page.title()).not.toBe("run");
      expect(await page.locator("img").count()).toBe(0);
    }
    await close();
  });
});
