// How the token reaches a remote: as a header that git reads from its environment, valid for that origin only.
// Never in argv, URL or a file; the environment of a process is readable for its own user alone. Redirects are not
// followed (pinned-config.ts), so the header cannot travel to another host.
import type { Remote } from "./repository.ts";

/** Environment variables for a git command that talks to this remote. Empty without a token or for a file path. */
export function credentialEnvironment(remote: Remote): Readonly<Record<string, string>> {
  if (!remote.token || !URL.canParse(remote.url)) return {};
  const { origin, protocol } = new URL(remote.url);
  if (protocol !== "https:" && protocol !== "http:") return {};
  // GitLab and GitHub take the token as the password of any user name.
  const basic = Buffer.from(`oauth2:${remote.token.reveal()}`, "utf8").toString("base64");
  return {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `http.${origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
}
