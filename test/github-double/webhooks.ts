// Sends webhooks, once each, as GitHub does.
import { createHmac, randomUUID } from "node:crypto";
import type { Activity } from "../gitlab-double/state/activity.ts";
import type { Faults } from "./faults.ts";
import type { Hook, Repository } from "./world.ts";

/** A delivery, also one that never left. */
export interface Delivery {
  readonly event: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Answered status; undefined when there was no answer. */
  status: number | undefined;
}

const TIMEOUT_MS = 10_000;

/** The deliveries of one double. */
export class Webhooks {
  readonly deliveries: Delivery[] = [];
  readonly #faults: Faults;
  readonly #activity: Activity;
  readonly #queues = new Map<number, Promise<void>>();

  constructor(faults: Faults, activity: Activity) {
    this.#faults = faults;
    this.#activity = activity;
  }

  /** Queues an event for all hooks of a repository that want it. */
  fire(repository: Repository, event: string, payload: object): void {
    const wanting = repository.hooks.filter(({ events }) => events.includes(event) || events.includes("*"));
    for (const hook of wanting) this.deliver(hook, event, payload);
  }

  /** Queues an event for one hook; deliveries of a hook keep their order. */
  deliver(hook: Hook, event: string, payload: object): void {
    const body = JSON.stringify(payload);
    const headers = {
      Accept: "*/*",
      "Content-Type": "application/json",
      "User-Agent": "GitHub-Hookshot/double",
      "X-GitHub-Delivery": randomUUID(),
      "X-GitHub-Event": event,
      "X-GitHub-Hook-ID": String(hook.id),
      "X-Hub-Signature-256": `sha256=${createHmac("sha256", hook.secret).update(body).digest("hex")}`,
    };
    const delivery: Delivery = { event, url: hook.url, headers, body, status: undefined };
    this.deliveries.push(delivery);
    if (this.#faults.takeDelivery()) return;
    const sent = (this.#queues.get(hook.id) ?? Promise.resolve()).then(() => this.redeliver(delivery));
    this.#queues.set(hook.id, sent);
    this.#activity.run(() => sent);
  }

  /** Sends a delivery (again), with the same id. */
  async redeliver(delivery: Delivery): Promise<void> {
    const { url, headers, body } = delivery;
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const response = await fetch(url, { method: "POST", headers: { ...headers }, body, signal });
      await response.text();
      delivery.status = response.status;
    } catch {
      delivery.status = undefined;
    }
  }
}
