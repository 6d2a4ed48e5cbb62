// Which folder may know which: the arrows of docs/architecture.md. test/architecture runs this file.
const only = (name, reason, from, allowed, more = {}) => ({
  name,
  comment: reason,
  severity: "error",
  from: { path: from, ...more },
  to: { path: "^(src|workers)/", pathNot: [from, ...allowed] },
});
const door = (library, places) => ({
  name: `door-${library.replace(/[^a-z]+/g, "-").replace(/^-|-$/g, "")}`,
  comment: `${library} has one door, so that one place knows its traps`,
  severity: "error",
  from: { path: "^(src|workers)/", pathNot: places },
  to: { path: `(^|/)node_modules/${library}/` },
});

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "a cycle is one module in two files",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    only("model", "the vocabulary knows nobody", "^src/model/", []),
    only("git", "an adapter knows the vocabulary only", "^src/git/", ["^src/model/"]),
    only("forge", "an adapter knows the vocabulary only", "^src/forge/", ["^src/model/"]),
    only("queue", "an adapter knows the vocabulary only", "^src/queue/", ["^src/model/"]),
    only("config", "configuration knows the vocabulary only", "^src/config/", ["^src/model/"]),
    only("telemetry", "telemetry knows the vocabulary only", "^src/telemetry/", ["^src/model/"]),
    only("engine", "the transformation needs git objects and nothing else", "^src/engine/", [
      "^src/model/",
      "^src/git/",
    ]),
    only("events", "a delivery becomes an event without any I/O", "^src/events/", ["^src/model/"]),
    only("jobs", "an event becomes a job without any I/O", "^src/jobs/", ["^src/model/"]),
    only("sync", "a flow sees ports and the engine, never the queue or the configuration", "^src/sync/", [
      "^src/model/",
      "^src/git/",
      "^src/forge/forge.ts$",
      "^src/engine/",
    ]),
    only("admin", "what sets things up on the forge sees ports and the engine, as a flow does", "^src/admin/", [
      "^src/model/",
      "^src/git/",
      "^src/forge/[a-z-]+\\.ts$",
      "^src/engine/",
    ]),
    only("workers", "workers put flows and adapters together", "^workers/", [
      "^src/(model|git|forge|queue|config|telemetry|sync|admin)/",
      "^src/engine/limits.ts$",
    ]),
    only("api", "the API receives, checks and queues", "^src/api/", [
      "^src/(model|events|jobs|queue|config|telemetry)/",
    ]),
    {
      name: "api-reaches-no-forge",
      comment: "the API process neither runs git nor calls a forge, not even through others",
      severity: "error",
      from: { path: "^src/api/" },
      to: { path: "^src/(git|forge|engine|sync|admin)/", reachable: true },
    },
    {
      name: "nobody-imports-cli",
      comment: "the command line is the end of the arrows",
      severity: "error",
      from: { path: "^(src|workers)/", pathNot: "^src/cli/" },
      to: { path: "^src/cli/" },
    },
    {
      name: "product-without-tests",
      comment: "the product works without its tests",
      severity: "error",
      from: { path: "^(src|workers)/" },
      to: { path: "^test/" },
    },
    {
      name: "pure-zones",
      comment: "what decides does no I/O",
      severity: "error",
      from: {
        path: [
          "^src/(events|jobs)/",
          "^src/(sync|admin)/.*/plan\\.ts$",
          "^src/admin/hooks/(explain-test|hook-url|missing|wanted)\\.ts$",
          "^src/sync/marks/",
          "^src/admin/doctor/(finding|judge-[a-z-]+|words)\\.ts$",
          "^src/sync/mirror/(comment|dist-comment|dist-git-text|finish|follow|next-mark|plan-words|record|states|status|steps|table|wishes)\\.ts$",
        ],
      },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?crypto$" },
    },
    door("express", ["^src/api/"]),
    door("bullmq", ["^src/queue/", "^workers/"]),
    door("ioredis", ["^src/queue/", "^workers/"]),
    door("@bull-board", ["^src/api/"]),
    door("(pg|@electric-sql)", ["^src/queue/"]),
    door("simple-git", ["^src/git/"]),
    door("@gitbeaker", ["^src/forge/gitlab/"]),
    door("@octokit/rest", ["^src/forge/github/"]),
    door("@octokit/webhooks", ["^src/api/"]),
    door("commander", ["^src/cli/"]),
    door("pino", ["^src/telemetry/"]),
    door("prom-client", ["^src/telemetry/"]),
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      extensions: [".ts", ".js"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node"],
    },
  },
};
