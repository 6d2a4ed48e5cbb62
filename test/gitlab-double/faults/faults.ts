// Faults that a test switches on: what happens to matching requests, deliveries and forks.
import type { HookEvent } from "../state/hook-types.ts";

/** Which requests a fault concerns. `path` is tested against the path as sent, e.g. `/api/v4/projects/1001/fork`. */
export interface RequestMatch {
  readonly method?: string;
  readonly path: RegExp;
  /** How many matching requests; default 1, Infinity until cleared. */
  readonly times?: number;
  /** How many matching requests pass untouched before. Default 0. */
  readonly skip?: number;
}

/** Before the request has any effect, or after it took effect: the half-done request. */
export type Moment = "before" | "after";

/** A canned answer. */
export interface CannedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly text?: string;
  readonly contentType?: string;
}

/** What is done to a request. */
export type RequestFault =
  | { readonly kind: "answer"; readonly when: Moment; readonly answer: CannedAnswer }
  | { readonly kind: "reset"; readonly when: Moment }
  | { readonly kind: "delay"; readonly ms: number };

/** What a callback learns of a request. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly username: string | undefined;
  /** Answered status; undefined before the effect. */
  readonly status: number | undefined;
}

export type Interceptor = (request: SeenRequest) => void | Promise<void>;

export type DeliveryFault = "drop" | "repeat" | "hold";
export type ForkFault = "never-ready" | "fails" | "race-409";

interface Rule<T> {
  readonly match: RequestMatch;
  readonly effect: T;
  skip: number;
  left: number;
}

interface DeliveryRule {
  readonly fault: DeliveryFault;
  readonly event: HookEvent | undefined;
  left: number;
}

/** The switched-on faults of one double. */
export class Faults {
  readonly #requests: Rule<RequestFault>[] = [];
  readonly #interceptors: Rule<{ readonly when: Moment; readonly call: Interceptor }>[] = [];
  readonly #deliveries: DeliveryRule[] = [];
  readonly #forks: ForkFault[] = [];

  /** Answers the next matching requests with this. With `when: "after"` the request has its effect first. */
  answer(match: RequestMatch, answer: CannedAnswer, when: Moment = "before"): void {
    this.#requests.push(rule(match, { kind: "answer", when, answer }));
  }

  /** Cuts the connection of the next matching requests. */
  reset(match: RequestMatch, when: Moment = "before"): void {
    this.#requests.push(rule(match, { kind: "reset", when }));
  }

  /** Answers the next matching requests later. */
  delay(match: RequestMatch, ms: number): void {
    this.#requests.push(rule(match, { kind: "delay", ms }));
  }

  /** 429 as GitLab's throttle gives it; without `retryAfterSeconds` as older application limits did. */
  rateLimit(match: RequestMatch, retryAfterSeconds?: number): void {
    const reset = Math.floor(Date.now() / 1000) + (retryAfterSeconds ?? 60);
    const headers = {
      "RateLimit-Remaining": "0",
      "RateLimit-Reset": String(reset),
      "RateLimit-ResetTime": new Date(reset * 1000).toUTCString(),
      "Retry-After": String(retryAfterSeconds),
    };
    const message = { message: "This endpoint has been requested too many times. Try again later." };
    if (retryAfterSeconds === undefined) this.answer(match, { status: 429, body: { message } });
    else this.answer(match, { status: 429, text: "Retry later\n", contentType: "text/plain", headers });
  }

  /** Calls a function before or after matching requests take effect. The request waits for it. */
  onRequest(match: RequestMatch, when: Moment, call: Interceptor): void {
    this.#interceptors.push(rule({ times: Number.POSITIVE_INFINITY, ...match }, { when, call }));
  }

  /** Drops, repeats or holds the next deliveries (of one event). Held ones leave by `releaseDeliveries`. */
  deliveries(fault: DeliveryFault, options: { readonly times?: number; readonly event?: HookEvent } = {}): void {
    this.#deliveries.push({ fault, event: options.event, left: options.times ?? 1 });
  }

  /** What happens to the next fork. `race-409` makes the fork although it answers 409. */
  nextFork(fault: ForkFault): void {
    this.#forks.push(fault);
  }

  /** Switches everything off. */
  clear(): void {
    for (const list of [this.#requests, this.#interceptors, this.#deliveries, this.#forks]) list.length = 0;
  }

  /** Used by the server: takes the faults of a request, in the order in which they were switched on. */
  takeForRequest(method: string, path: string): readonly RequestFault[] {
    const taken: RequestFault[] = [];
    for (const each of this.#requests) {
      if (taken.some((fault) => fault.kind !== "delay") && each.effect.kind !== "delay") continue;
      if (takes(each, method, path)) taken.push(each.effect);
    }
    return taken;
  }

  /** Used by the server: calls the interceptors of a request. */
  async intercept(when: Moment, request: SeenRequest): Promise<void> {
    for (const each of this.#interceptors) {
      if (each.effect.when === when && takes(each, request.method, request.path)) await each.effect.call(request);
    }
  }

  /** Used by the dispatcher. */
  takeForDelivery(event: HookEvent): DeliveryFault | undefined {
    const found = this.#deliveries.find((each) => each.left > 0 && (each.event ?? event) === event);
    if (found !== undefined) found.left -= 1;
    return found?.fault;
  }

  /** Used by the fork route. */
  takeForFork(): ForkFault | undefined {
    return this.#forks.shift();
  }
}

function rule<T>(match: RequestMatch, effect: T): Rule<T> {
  return { match, effect, skip: match.skip ?? 0, left: match.times ?? 1 };
}

function takes<T>(each: Rule<T>, method: string, path: string): boolean {
  if (each.left <= 0) return false;
  if (each.match.method !== undefined && each.match.method !== method) return false;
  if (path.search(each.match.path) === -1) return false;
  if (each.skip > 0) {
    each.skip -= 1;
    return false;
  }
  each.left -= 1;
  return true;
}
