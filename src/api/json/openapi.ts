// GET /api/openapi.json: what the JSON about pairs and jobs is like, for programs and for whoever writes them. Made of the
// schemas themselves.
import { z } from "zod";
import {
  jobPageSchema,
  jobSchema,
  jobsQuery,
  pairPageSchema,
  pairSchema,
  pairsQuery,
  pairWithJobsSchema,
  refusalSchema,
} from "./schemas.ts";

const SCHEMAS = {
  Pair: pairSchema,
  Job: jobSchema,
  PairPage: pairPageSchema,
  JobPage: jobPageSchema,
  PairWithJobs: pairWithJobsSchema,
  Refusal: refusalSchema,
} as const;

const REFUSALS = {
  400: "The query is wrong; the reason says what is.",
  401: "The token is wrong.",
  404: "There is no such pair, or it is not public.",
  503: "The queue cannot be reached. Try again later.",
} as const;

/** Makes the document: OpenAPI 3.1. */
export function openApiDocument(): object {
  return {
    openapi: "3.1.0",
    info: {
      title: "Tandem",
      version: "1",
      description:
        "Pairs of source-git and dist-git merge requests, and the jobs about them. Without a token: pairs of public projects, without details.",
    },
    security: [{}, { adminToken: [] }, { adminSession: [] }],
    paths: {
      "/api/pairs": {
        get: operation("listPairs", "Pairs, newest event first.", "PairPage", [400], queryParameters(pairsQuery)),
      },
      "/api/pairs/{id}": {
        get: operation(
          "readPair",
          "A pair with its jobs.",
          "PairWithJobs",
          [404],
          [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
        ),
      },
      "/api/jobs": {
        get: operation("listJobs", "Jobs of all queues, newest first.", "JobPage", [400], queryParameters(jobsQuery)),
      },
    },
    components: {
      schemas: Object.fromEntries(Object.entries(SCHEMAS).map(([name, schema]) => [name, jsonSchema(schema)])),
      securitySchemes: {
        adminToken: { type: "http", scheme: "bearer", description: "ADMIN_TOKEN" },
        adminSession: { type: "apiKey", in: "cookie", name: "tandem_admin", description: "Made by /admin/login" },
      },
    },
  };
}

function operation(
  operationId: string,
  summary: string,
  answer: keyof typeof SCHEMAS,
  refusals: readonly (keyof typeof REFUSALS)[],
  parameters: readonly object[],
): object {
  const refused = [...refusals, 401, 503] as const;
  return {
    operationId,
    summary,
    parameters,
    responses: {
      200: { description: summary, content: content(answer) },
      ...Object.fromEntries(
        refused.map((status) => [status, { description: REFUSALS[status], content: content("Refusal") }]),
      ),
    },
  };
}

function content(schema: keyof typeof SCHEMAS): object {
  return { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } };
}

function queryParameters({ shape }: { readonly shape: Readonly<Record<string, z.ZodType>> }): readonly object[] {
  return Object.entries(shape).map(([name, field]) => {
    const { description, ...schema } = jsonSchema(field);
    return { name, in: "query", required: false, description, schema };
  });
}

function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema);
  return rest;
}
