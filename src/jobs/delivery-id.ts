// What identifies a delivery, so that the same one sent twice is recognised.
// GitLab's X-Gitlab-Webhook-UUID and X-Gitlab-Event-UUID do not: the first is new each time, the second shared by several.

/** Where ids come from, in this order. GitLab's two are equal where it sends both; the last one is GitHub's. */
const ID_HEADERS = ["idempotency-key", "webhook-id", "x-github-delivery"];

/** What an id may look like. It becomes part of job ids and logs. */
const DELIVERY_ID = /^[A-Za-z0-9._-]{1,100}$/;

/** Whether a text may serve as the id of a delivery. */
export function isDeliveryId(text: string): boolean {
  return DELIVERY_ID.test(text);
}

/**
 * The id of a delivery.
 * @param headers header values by lower-case name
 * @param bodyDigest hexadecimal digest of the body, asked for only when no header holds a usable id
 */
export function deliveryIdOf(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  bodyDigest: () => string,
): string {
  for (const name of ID_HEADERS) {
    const value = headers[name];
    if (typeof value === "string" && isDeliveryId(value)) return value;
  }
  return `body-${bodyDigest()}`;
}
