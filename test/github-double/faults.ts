// Faults that a test switches on.

/** Which requests. `path` is tested against the path as sent, e.g. `/api/v3/repositories/1001/forks`. */
export interface RequestMatch {
  readonly method?: string;
  readonly path: RegExp;
  /** Default 1. */
  readonly times?: number;
}

export interface CannedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** `after`: the request has its effect first. */
export type Moment = "before" | "after";

/** What happens to a request; without an answer the connection is cut. */
export interface Fault {
  readonly when: Moment;
  readonly answer: CannedAnswer | undefined;
}

interface Rule extends Fault {
  readonly match: RequestMatch;
  left: number;
}

/** The faults of one double. */
export class Faults {
  readonly #rules: Rule[] = [];
  #droppedDeliveries = 0;

  /** Answers the next matching requests with this. */
  answer(match: RequestMatch, answer: CannedAnswer, when: Moment = "before"): void {
    this.#rules.push({ match, answer, when, left: match.times ?? 1 });
  }

  /** Cuts the connection of the next matching requests. */
  reset(match: RequestMatch, when: Moment = "before"): void {
    this.#rules.push({ match, answer: undefined, when, left: match.times ?? 1 });
  }

  /** The next deliveries never leave. */
  dropDeliveries(times = 1): void {
    this.#droppedDeliveries += times;
  }

  clear(): void {
    this.#rules.length = 0;
    this.#droppedDeliveries = 0;
  }

  /** Used by the server. */
  take(method: string, path: string): Fault | undefined {
    const found = this.#rules.find(
      ({ match, left }) => left > 0 && (match.method ?? method) === method && path.search(match.path) !== -1,
    );
    if (found !== undefined) found.left -= 1;
    return found;
  }

  /** Used by the webhooks. */
  takeDelivery(): boolean {
    if (this.#droppedDeliveries === 0) return false;
    this.#droppedDeliveries -= 1;
    return true;
  }
}
