// What end-to-end stories do and wait for, on a stage.
import type { MergeRequest } from "../gitlab-double/state/types.ts";
import { eventually } from "./eventually.ts";
import { type Account, type Contribution, helloSource, type Package } from "./package.ts";
import type { Stage } from "./stage.ts";

/** Words for stories. */
export interface Story {
  /** The dist-git merge request and the comment, as soon as that tells this. */
  settled(
    pkg: Package,
    contribution: Contribution,
    tells?: RegExp,
  ): Promise<{ readonly pair: MergeRequest; readonly comment: string }>;
  /** The comment on the source merge request, as soon as it tells this. */
  told(contribution: Contribution, tells: RegExp): Promise<string>;
  edit(mergeRequest: MergeRequest, body: object, as?: Account): Promise<void>;
  /** Comments on a merge request. Resolves with the comment's id. */
  say(mergeRequest: MergeRequest, text: string, as?: Account): Promise<number>;
  /** Pushes a commit to the contribution's branch, by default another greeting. Resolves with the commit. */
  push(contribution: Contribution, greeting: string, message?: string): Promise<string>;
  /** The head of a dist-git merge request's branch. */
  headOf(pair: MergeRequest): Promise<{ readonly sha: string; readonly message: string } | undefined>;
  /** The source commit that a dist-git merge request's head was made from. */
  madeFrom(pair: MergeRequest): Promise<string | undefined>;
  fileOf(pair: MergeRequest, path: string): Promise<string | undefined>;
}

/** The words for a stage. */
export function storyOn(stage: Stage): Story {
  const { double, alice } = stage;
  const told: Story["told"] = ({ mergeRequest }, tells) =>
    eventually(() => stage.comments(mergeRequest).find((comment) => tells.test(comment)), {
      what: `a comment on !${mergeRequest.iid} that tells ${tells}; it is ${stage.comments(mergeRequest)[0]}`,
    });
  const call = async (method: "PUT" | "POST", path: string, { token }: Account, body: object) => {
    const answer = await double.request(method, path, { token, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const pathOf = ({ projectId, iid }: MergeRequest) => `/projects/${projectId}/merge_requests/${iid}`;
  const headOf: Story["headOf"] = async (pair) => {
    const fork = double.view.project(pair.sourceProjectId ?? 0);
    return fork && (await double.view.commit(fork, pair.sourceBranch));
  };
  return {
    told,
    headOf,
    async settled(pkg, contribution, tells = /is in step with/) {
      const comment = await told(contribution, tells);
      const pair = stage.distMergeRequest(pkg, contribution.mergeRequest.iid);
      if (!pair) throw new Error("there is no dist-git merge request");
      return { pair, comment };
    },
    edit: async (mergeRequest, body, as = alice) => {
      await call("PUT", pathOf(mergeRequest), as, body);
    },
    say: async (mergeRequest, text, as = alice) => {
      const note = (await call("POST", `${pathOf(mergeRequest)}/notes`, as, { body: text })) as { id: number };
      return note.id;
    },
    push: ({ fork, branch }, greeting, message = `${greeting}\n`) =>
      double.admin.commit(fork, { user: alice.user, branch, message, files: { "hello.c": helloSource(greeting) } }),
    madeFrom: async (pair) => /^From-source-git-commit: (\w+)$/m.exec((await headOf(pair))?.message ?? "")?.[1],
    fileOf: async (pair, path) => {
      const fork = double.view.project(pair.sourceProjectId ?? 0);
      return fork && (await double.view.file(fork, pair.sourceBranch, path));
    },
  };
}
