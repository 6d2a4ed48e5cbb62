// Decides which hooks hear of an event, and delivers in order per hook. There are no retries, as in GitLab.
import { randomUUID } from "node:crypto";
import { type App, later } from "../app.ts";
import { protectionCovers } from "../state/access.ts";
import type { Hook, HookEvent } from "../state/hook-types.ts";
import type { Delivery } from "../state/logs.ts";
import type { Actor } from "../state/types.ts";
import { hookHeaders } from "./headers.ts";
import { noteFailure, noteSuccess, restsNow } from "./hook-health.ts";
import { send } from "./send.ts";
import { signatureHeaders } from "./sign.ts";

const MAX_HOOKS_PER_CHAIN = 100;

/** An event, ready to be sent. */
export interface Occurrence {
  readonly event: HookEvent;
  readonly projectId: number;
  /** Branch, for hooks with a branch filter; only push events have one. */
  readonly branch?: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Sends webhooks. */
export class Dispatcher {
  readonly #app: App;
  readonly #queues = new Map<number, Promise<void>>();
  /** Hooks that each recursion chain has called. */
  readonly #chains = new Map<string, Set<number>>();
  readonly #held: Delivery[] = [];
  readonly #stop = new AbortController();

  constructor(app: App) {
    this.#app = app;
  }

  /** Queues an event for all hooks that want it. Returns at once. */
  fire(occurrence: Occurrence, actor: Actor): void {
    for (const hook of this.#listeners(occurrence)) this.deliver(hook, occurrence, { eventUuid: actor.eventUuid });
  }

  /** Queues an event for one hook. `force`: also when the hook rests, as a test does. */
  deliver(
    hook: Hook,
    occurrence: Omit<Occurrence, "projectId">,
    how: { readonly eventUuid?: string | undefined; readonly force?: boolean } = {},
  ): Delivery {
    const chain = how.eventUuid ?? randomUUID();
    const delivery = this.#record(hook, occurrence, { key: randomUUID(), chain });
    if (this.#recursive(hook, chain)) delivery.outcome = "recursion-blocked";
    else if (restsNow(hook) && how.force !== true) delivery.outcome = "hook-disabled";
    else this.#route(delivery);
    return delivery;
  }

  /** Sends a delivery again, with the same `Idempotency-Key`. */
  redeliver(deliveryId: number): Promise<Delivery> {
    const old = this.#app.logs.deliveries.find((each) => each.id === deliveryId);
    const hook = old === undefined ? undefined : this.#app.world.hooks.get(old.hookId);
    if (old === undefined || hook === undefined) throw new Error(`GitLab double: no delivery ${deliveryId} to repeat`);
    const again = this.#record(
      hook,
      { event: old.event, payload: old.payload },
      {
        key: old.headers["Idempotency-Key"] ?? randomUUID(),
        chain: old.headers["X-Gitlab-Event-UUID"] ?? randomUUID(),
      },
    );
    return this.#enqueue(again);
  }

  /** Gives up all deliveries that are under way. */
  close(): void {
    this.#stop.abort();
  }

  /** Resolves when everything queued so far for the hook was sent. */
  async settled(hookId: number): Promise<void> {
    await this.#queues.get(hookId);
  }

  /** Sends the held deliveries, in the order of the events, reversed, or as the function says. */
  releaseHeld(order: "kept" | "reversed" | ((held: readonly Delivery[]) => readonly Delivery[]) = "kept"): void {
    const held = this.#held.splice(0);
    if (order === "reversed") held.reverse();
    for (const delivery of typeof order === "function" ? order(held) : held) this.#background(delivery);
  }

  #listeners(occurrence: Occurrence): readonly Hook[] {
    const { world } = this.#app;
    const project = world.projectOf(occurrence.projectId);
    const chain = world.namespaceChain(project.namespaceId);
    const groupIds = new Set(chain.filter((each) => each.plan !== "free").map((each) => each.id));
    return [...world.hooks.values()].filter((hook) => {
      const owned = hook.owner.kind === "project" ? hook.owner.id === project.id : groupIds.has(hook.owner.id);
      if (!owned || !hook.events.includes(occurrence.event)) return false;
      return !hook.branchFilter || !occurrence.branch || protectionCovers(hook.branchFilter, occurrence.branch);
    });
  }

  #recursive(hook: Hook, chain: string): boolean {
    const seen = this.#chains.get(chain) ?? new Set<number>();
    this.#chains.set(chain, seen);
    if (seen.has(hook.id) || seen.size >= MAX_HOOKS_PER_CHAIN) return true;
    seen.add(hook.id);
    return false;
  }

  #record(hook: Hook, what: Omit<Occurrence, "projectId">, ids: { key: string; chain: string }): Delivery {
    const { logs, world } = this.#app;
    const delivery: Delivery = {
      id: world.nextId("delivery"),
      hookId: hook.id,
      event: what.event,
      url: hook.url,
      headers: hookHeaders(this.#app, hook, what.event, ids),
      payload: what.payload,
      time: Date.now(),
      outcome: "pending",
      responseStatus: undefined,
      responseBody: "",
      responseHeaders: {},
      durationMs: 0,
      error: undefined,
    };
    logs.deliveries.push(delivery);
    return delivery;
  }

  #route(delivery: Delivery): void {
    const fault = this.#app.faults.takeForDelivery(delivery.event);
    if (fault === "drop") {
      delivery.outcome = "dropped";
    } else if (fault === "hold") {
      delivery.outcome = "held";
      this.#held.push(delivery);
    } else {
      this.#background(delivery);
      if (fault === "repeat") later(this.#app, 0, async () => void (await this.redeliver(delivery.id)));
    }
  }

  #background(delivery: Delivery): void {
    this.#app.activity.run(async () => void (await this.#enqueue(delivery)));
  }

  #enqueue(delivery: Delivery): Promise<Delivery> {
    const before = this.#queues.get(delivery.hookId) ?? Promise.resolve();
    const sent = before.then(() => this.#send(delivery));
    this.#queues.set(delivery.hookId, sent);
    return sent.then(() => delivery);
  }

  async #send(delivery: Delivery): Promise<void> {
    const { settings, world, log } = this.#app;
    const hook = world.hooks.get(delivery.hookId);
    const started = Date.now();
    const body = JSON.stringify(delivery.payload);
    const id = delivery.headers["Idempotency-Key"] ?? "";
    const timestamp = Math.floor(started / 1000);
    const signature = hook?.signingToken ? signatureHeaders(hook.signingToken, { id, timestamp, body }) : {};
    const headers = { ...delivery.headers, ...signature };
    Object.assign(delivery.headers, signature);
    try {
      const answer = await send(delivery.url, {
        headers,
        body,
        timeoutMs: settings.webhookTimeoutMs,
        signal: this.#stop.signal,
      });
      delivery.responseStatus = answer.status;
      delivery.responseBody = answer.body;
      delivery.responseHeaders = answer.headers;
      delivery.outcome = answer.status >= 200 && answer.status < 400 ? "delivered" : "failed";
    } catch (error) {
      delivery.outcome = "failed";
      delivery.error = error instanceof Error ? error.message : String(error);
    }
    delivery.durationMs = Date.now() - started;
    if (hook !== undefined) {
      if (delivery.outcome === "delivered") noteSuccess(hook);
      else if (settings.autoDisableHooks) noteFailure(hook);
    }
    log(`delivery ${delivery.id} ${delivery.headers["X-Gitlab-Event"]}: ${delivery.responseStatus ?? delivery.error}`);
  }
}
