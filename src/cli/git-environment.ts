// What git and libcurl may see of this process's environment.
import type { Environment } from "../config/env.ts";

const GIT_VARIABLES = ["PATH", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy"];
const CERTIFICATE_VARIABLES = ["SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"];

/** The variables for git: where programs are, proxies, certificates. */
export function gitEnvironment(env: Environment): Readonly<Record<string, string>> {
  const passed = [...GIT_VARIABLES, ...CERTIFICATE_VARIABLES].flatMap((name) => {
    const value = env[name];
    return value ? [[name, value] as const] : [];
  });
  return Object.fromEntries(passed);
}
