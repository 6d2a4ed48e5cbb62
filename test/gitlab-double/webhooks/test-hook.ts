// The "Test" button, as lib/api/hooks/trigger_test.rb has it: also of events that the hook does not want, and also of a hook
// that rests.
import type { App } from "../app.ts";
import { ApiError } from "../http/reply.ts";
import type { Hook, HookEvent } from "../state/hook-types.ts";
import type { Project, User } from "../state/types.ts";
import { testPayload } from "./test-payload.ts";

/** Sends a test. @throws ApiError 422 with what the receiver said, or why there was nothing to send; 429 after five. */
export async function testHook(app: App, hook: Hook, event: HookEvent, user: User): Promise<void> {
  countTest(app, hook, user);
  const payload = await samplePayload(app, hook, event, user);
  if (payload === undefined) throw new ApiError(422, { message: nothingToTell(hook, event) });
  const delivery = app.dispatcher.deliver(hook, { event, payload }, { force: true });
  await app.dispatcher.settled(hook.id);
  const { outcome, error, responseBody } = delivery;
  if (outcome !== "delivered") throw new ApiError(422, { message: error ?? responseBody });
}

async function samplePayload(app: App, { owner }: Hook, event: HookEvent, user: User) {
  if (owner.kind === "project") return testPayload(app, app.world.projectOf(owner.id), event, user);
  for (const project of projectsBelow(app, owner.id)) {
    const payload = await testPayload(app, project, event, user);
    if (payload !== undefined) return payload;
  }
  return undefined;
}

function projectsBelow({ world }: App, groupId: number): readonly Project[] {
  const isBelow = ({ namespaceId }: Project) => world.namespaceChain(namespaceId).some(({ id }) => id === groupId);
  return [...world.projects.values()].filter(isBelow);
}

const THINGS: Partial<Record<HookEvent, string>> = {
  merge_requests: "merge requests",
  note: "notes",
  pipeline: "CI pipelines",
  job: "CI jobs",
};

/** GitLab's words (app/services/concerns/integrations/project_test_data.rb). */
function nothingToTell({ owner }: Hook, event: HookEvent): string {
  if (event !== "push") return `Ensure the project has ${THINGS[event] ?? event}.`;
  return owner.kind === "group"
    ? "Ensure the group has a project with commits."
    : "Testing not available for this hook";
}

/** Counts by user and project or group. */
function countTest({ world, settings }: App, { owner }: Hook, user: User): void {
  const key = `${owner.kind} ${owner.id} ${user.id}`;
  const recent = (world.hookTests.get(key) ?? []).filter((time) => time > Date.now() - 60_000);
  if (recent.length >= settings.hookTestsPerMinute) {
    const message = { error: "This endpoint has been requested too many times. Try again later." };
    throw new ApiError(429, { message }, { "Retry-After": "60" });
  }
  world.hookTests.set(key, [...recent, Date.now()]);
}
