// GitLab's pipeline payload. Status and merge request are not read: the worker asks the API for them.
import { z } from "zod";
import { type Ignored, ignored, type PipelineChanged } from "../../model/events.ts";
import { parseSha } from "../../model/ids.ts";

const id = z.int().positive();

const payloadSchema = z.object({
  object_kind: z.literal("pipeline"),
  project: z.object({ id }),
  object_attributes: z.object({
    id,
    ref: z.string().min(1).max(500),
    tag: z.boolean().nullish(),
    sha: z.string().transform((text, context) => {
      const sha = parseSha(text);
      if (sha) return sha;
      context.addIssue({ code: "custom", message: "expected a full object id" });
      return z.NEVER;
    }),
  }),
});

/** Parses the payload of a Pipeline Hook. Its `project` is where the pipeline runs: the target project or a fork. */
export function parsePipeline(payload: unknown, projectPath: string): PipelineChanged | Ignored | z.ZodError {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const { project, object_attributes: attributes } = parsed.data;
  if (attributes.tag === true) return ignored("Pipelines of tags are not handled");
  return {
    kind: "pipeline-changed",
    forge: "gitlab",
    projectId: project.id,
    projectPath,
    pipelineId: attributes.id,
    ref: attributes.ref,
    sha: attributes.sha,
  };
}
