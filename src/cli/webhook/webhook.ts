// tandem webhook: admin work on webhooks.
import type { AddCommand } from "../context.ts";
import { addInstall } from "./install.ts";
import { addToken } from "./token.ts";
import { addVerify } from "./verify.ts";

/** Adds the `webhook` commands. */
export const addWebhook: AddCommand = (program, context) => {
  const group = program.command("webhook").description("admin work on webhooks");
  for (const add of [addInstall, addVerify, addToken]) add(group, context);
};
