// Routes: trees and files of a commit.
import { createHash } from "node:crypto";
import { readFile, readTree } from "../git/read-objects.ts";
import { type Context, param, type Route, requireProject } from "../http/context.ts";
import { page } from "../http/paginate.ts";
import { notFound, ok, type Reply } from "../http/reply.ts";

export const fileRoutes: readonly Route[] = [
  { method: "GET", path: "/projects/:id/repository/tree", handler: listTree },
  { method: "GET", path: "/projects/:id/repository/files/:path", handler: showFile },
  { method: "GET", path: "/projects/:id/repository/files/:path/raw", handler: showRaw },
];

async function listTree(context: Context): Promise<Reply> {
  const { app, input } = context;
  const project = requireProject(context);
  const repository = app.repository(project.id);
  const commit = await repository.resolve(input.text("ref") ?? project.defaultBranch ?? "HEAD");
  if (commit === undefined) throw notFound("Tree");
  const path = (input.text("path") ?? "").replace(/\/+$/, "");
  const entries = await readTree(repository, commit, { path, recursive: input.flag("recursive") ?? false });
  if (entries === undefined) throw notFound("invalid revision or path");
  return page(context, entries, ({ id, type, path: full, mode }) => ({
    ...{ id, name: full.split("/").at(-1), type, path: full, mode },
  }));
}

async function requireFile(context: Context) {
  const { app, input } = context;
  const project = requireProject(context);
  const repository = app.repository(project.id);
  const ref = input.text("ref") ?? "HEAD";
  const commit = await repository.resolve(ref === "HEAD" ? (project.defaultBranch ?? "") : ref);
  if (commit === undefined) throw notFound("Commit");
  const path = param(context, "path");
  const file = await readFile(repository, commit, path);
  if (file === undefined) throw notFound("File");
  const [last = commit] = await repository.revList(["--max-count=1", commit, "--", path]);
  return { ref, commit, path, last, ...file };
}

async function showFile(context: Context): Promise<Reply> {
  const file = await requireFile(context);
  return ok({
    file_name: file.path.split("/").at(-1),
    file_path: file.path,
    size: file.bytes.length,
    encoding: "base64",
    content: file.bytes.toString("base64"),
    content_sha256: createHash("sha256").update(file.bytes).digest("hex"),
    ref: file.ref,
    blob_id: file.id,
    commit_id: file.commit,
    last_commit_id: file.last,
    execute_filemode: false,
  });
}

async function showRaw(context: Context): Promise<Reply> {
  const file = await requireFile(context);
  return { status: 200, text: file.bytes, contentType: "text/plain", headers: { "X-Gitlab-Blob-Id": file.id } };
}
