// tandem webhook token: the secret token to be put into a GitLab webhook.
import { InvalidArgumentError } from "commander";
import { userError } from "../../model/errors.ts";
import { isNamespace, isPathSegment } from "../../model/project-path.ts";
import type { Secret } from "../../model/secret.ts";
import type { AddCommand } from "../context.ts";

const EXAMPLES = `
Examples:
  tandem webhook token redhat/centos-stream/src          for the webhook of a group
  tandem webhook token packit-service/src open-vm-tools  for the webhook of one project

It goes into "Secret token" of the webhook's settings in GitLab. tandem webhook install does all of it.
`;

/** Adds the command. */
export const addToken: AddCommand = (program, { env, stdout }) => {
  program
    .command("token")
    .description("print the secret token for the webhooks of a namespace, or of one repository in it")
    .argument("<namespace>", "full path of the group or user; it covers everything below", parseNamespace)
    .argument("[repo]", "only this repository, directly in the namespace", parseRepository)
    .addHelpText("after", EXAMPLES)
    .action(async (namespace: string, repository: string | undefined) => {
      // Loaded only here, so that the other commands start at once.
      const { mintWebhookToken } = await import("../../admin/hooks/make-token.ts");
      const { loadWebhookSecrets } = await import("../../config/load-webhook-secrets.ts");
      const secret = signingSecret(loadWebhookSecrets(env).jwtSecrets);
      const grant = repository === undefined ? { namespace } : { namespace, repository };
      stdout(`${await mintWebhookToken(grant, secret)}\n`);
    });
};

/** The secret that signs new tokens. Throws kind `user`, code `webhook-secret-missing`. */
export function signingSecret([first]: readonly Secret[]): Secret {
  if (first) return first;
  throw userError("webhook-secret-missing", "GITLAB_WEBHOOK_SECRET is not set", {
    fix: "Set it, or GITLAB_WEBHOOK_SECRET_FILE, to the value that the service runs with.",
  });
}

function parseNamespace(text: string): string {
  if (isNamespace(text)) return text;
  throw new InvalidArgumentError("Expected the full path of a group or user, e.g. group/subgroup.");
}

function parseRepository(text: string): string {
  if (isPathSegment(text)) return text;
  throw new InvalidArgumentError("Expected the name of a repository in the namespace, without slashes.");
}
