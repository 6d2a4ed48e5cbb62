// What is counted of forges: deliveries that come from them, calls that go to them, and the bot's account there.
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { DeliverySide } from "../model/delivery-side.ts";
import type { ForgeName } from "../model/ids.ts";

/** What became of a delivery. */
export type DeliveryResult =
  | "accepted"
  | "ignored"
  | "malformed"
  | "unauthenticated"
  | "unsupported"
  | "too-large"
  | "unavailable"
  | "failed";

/** How many requests a forge still allows. */
export interface RateBudget {
  readonly limit: number;
  readonly remaining: number;
}

/** What is known of the bot's token on a forge. */
export interface TokenState {
  readonly valid: boolean;
  /** Milliseconds since the epoch; undefined when it does not end, or when the forge does not tell. */
  readonly expiresAt: number | undefined;
}

/** The counters of forges. */
export interface ForgeMetrics {
  delivery(event: string, result: DeliveryResult): void;
  /** A delivery proved its origin and was taken at this time, in milliseconds since the epoch. */
  delivered(from: DeliverySide, nowMs: number): void;
  /** `route` is the pattern of the API path, e.g. `GET /projects/:id`; `status` an HTTP status or `error`. */
  forgeCall(route: string, status: number | "error", seconds: number): void;
  rateBudget(forge: ForgeName, budget: RateBudget): void;
  token(forge: ForgeName, state: TokenState): void;
}

const CALL_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const DAY_MS = 24 * 3600 * 1_000;

/**
 * Makes them in a registry.
 * @param nowMs milliseconds since the epoch
 */
export function createForgeMetrics(registry: Registry, nowMs: () => number): ForgeMetrics {
  const registers = [registry];
  const deliveries = new Counter({
    name: "tandem_deliveries_total",
    help: "Webhook deliveries, by event and by what became of them.",
    labelNames: ["event", "result"] as const,
    registers,
  });
  const lastDelivery = new Gauge({
    name: "tandem_last_delivery_timestamp_seconds",
    help: "When the last delivery was taken, by route and side; before the first one, when the process started.",
    labelNames: ["route", "side"] as const,
    registers,
  });
  const forgeCalls = new Histogram({
    name: "tandem_forge_call_seconds",
    help: "Calls of the forge's API, by route and HTTP status.",
    labelNames: ["route", "status"] as const,
    buckets: CALL_SECONDS,
    registers,
  });
  const budgets = {
    limit: new Gauge({
      name: "tandem_forge_rate_limit",
      help: "Requests that the forge allows the bot per period, as its last answer said.",
      labelNames: ["forge"] as const,
      registers,
    }),
    remaining: new Gauge({
      name: "tandem_forge_rate_remaining",
      help: "Requests that the forge still allows the bot in this period, as its last answer said.",
      labelNames: ["forge"] as const,
      registers,
    }),
  };
  return {
    delivery: (event, result) => deliveries.inc({ event, result }),
    delivered: ({ route, side }, atMs) => lastDelivery.set({ route, side }, atMs / 1_000),
    forgeCall: (route, status, seconds) => forgeCalls.observe({ route, status: String(status) }, seconds),
    rateBudget: (forge, { limit, remaining }) => {
      budgets.limit.set({ forge }, limit);
      budgets.remaining.set({ forge }, remaining);
    },
    token: createTokenGauges(registry, nowMs),
  };
}

function createTokenGauges(registry: Registry, nowMs: () => number): ForgeMetrics["token"] {
  const registers = [registry];
  const ends = new Map<ForgeName, number>();
  const valid = new Gauge({
    name: "tandem_token_valid",
    help: "1 when the forge took the bot's token when it was last asked, 0 when it refused it.",
    labelNames: ["forge"] as const,
    registers,
  });
  // Registers itself; nobody calls it by name, as its value is made when it is read.
  new Gauge({
    name: "tandem_token_expiry_days",
    help: "Days until the bot's token ends; absent when it does not end or the forge does not tell.",
    labelNames: ["forge"] as const,
    registers,
    collect() {
      this.reset();
      for (const [forge, end] of ends) this.set({ forge }, (end - nowMs()) / DAY_MS);
    },
  });
  return (forge, state) => {
    valid.set({ forge }, state.valid ? 1 : 0);
    if (state.expiresAt === undefined) ends.delete(forge);
    else ends.set(forge, state.expiresAt);
  };
}
