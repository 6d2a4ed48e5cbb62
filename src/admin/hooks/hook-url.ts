// Where hooks have to post, and which of a place's hooks are ours. Pure.
import { userError } from "../../model/errors.ts";

const PATH = "/api/webhooks/gitlab";

/**
 * The address that hooks post to.
 * @param publicUrl the configuration's option, without a slash at the end
 * @throws TandemError kind `user`, code `public-url-missing` or `public-url-insecure`
 */
export function hookUrl(publicUrl: string | undefined): string {
  if (publicUrl === undefined)
    throw userError("public-url-missing", "publicUrl is not set, so nobody knows where webhooks have to post", {
      fix: "Set publicUrl in the configuration to the address under which GitLab reaches the API, e.g. publicUrl: https://tandem.example.org.",
    });
  const { protocol, hostname } = new URL(publicUrl);
  // What a delivery carries is the key to more of them.
  if (protocol !== "https:" && !isLoopback(hostname))
    throw userError("public-url-insecure", `publicUrl is ${publicUrl}: the tokens of webhooks need https`, {
      fix: "Set publicUrl to an https address; only a loopback address may do without.",
    });
  return `${publicUrl}${PATH}`;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d+){3}$/.test(hostname);
}

/**
 * Whether a hook posts to this Tandem: same host and path. Scheme, user, query or a slash at the end may be wrong, which is
 * mended. Another port is another service.
 */
export function isOurs(url: string, wanted: string): boolean {
  if (!URL.canParse(url)) return false;
  const [one, other] = [new URL(url), new URL(wanted)];
  const path = ({ pathname }: URL) => pathname.replace(/\/+$/, "");
  return one.hostname === other.hostname && one.port === other.port && path(one) === path(other);
}
