// Makes the commits of a random history in a bare repository, with one `git fast-import`.
import { makeConfig, makeSpec } from "../support/git/test-pair.ts";
import { gitBytes } from "../support/git/test-repository.ts";
import type { Edit, How, Op, RandomHistory } from "./random-history.ts";

/** A file: its mode and its bytes as Latin-1. */
interface File {
  readonly mode: string;
  readonly content: string;
}
type Files = ReadonlyMap<string, File>;

/** A branch of the model. */
interface Branch {
  readonly mark: number;
  readonly files: Files;
  /** The files of each commit that it holds, by mark: what a merge compares with. */
  readonly history: ReadonlyMap<number, Files>;
}

/** Names of the commits that a test looks at. */
export interface BuiltHistory {
  readonly head: string;
  /** The head of branch 0 behind the operation `synced`, if there was one. */
  readonly synced: string | undefined;
  readonly dist: string;
}

const PATHS = [
  "a.txt",
  "b.txt",
  "sub/s.txt",
  "new dir/ü.txt",
  "bin",
  "ignored/i.txt",
  ".distro/extra",
  "x.patch",
  "a b",
  ".gitattributes",
];
const CONTENTS: readonly File[] = [
  { mode: "100644", content: "no newline" },
  { mode: "100644", content: "\x00\x01\xfa binary" },
  { mode: "100644", content: "caf\xe9\n" },
  { mode: "100755", content: "#!/bin/sh\n" },
  { mode: "120000", content: "a.txt" },
  { mode: "100644", content: "" },
  { mode: "100644", content: "crlf\r\nlines\r\n" },
  { mode: "100644", content: "\n\n\n" },
  { mode: "100644", content: "From nobody\n-- \n2.39\n" },
  { mode: "100755", content: lines(["mode"]) },
  { mode: "100644", content: "*.txt -diff\n" },
  { mode: "100644", content: "a.txt diff=perl -text\n* whitespace=trailing-space\n" },
];
const WORDS = [
  "",
  "",
  "",
  "Body text 100%\n",
  "Patch-name: same.patch\n",
  "Patch-name: own-@.patch\n",
  "No-prefix: true\n",
  "Patch-status: |\n    Why %patch\n    # second\n",
  "Patch-id: 1@0\n",
  "description: old\nno_prefix: true\n",
  "squash_commits: true\n",
  "Signed-off-by: Ada <ada%example.com>\n",
];
const SPECS = [
  makeSpec(),
  makeSpec({ release: "2%{?dist}", patches: ["", "# Own", "Patch0:         own.patch"] }),
  makeSpec().replace("Source0:", "%if 1\nSource0:").replace("BuildArch:", "BuildRequires:  make\n%endif\nBuildArch:"),
  makeSpec().replace("%description", "%patchlist\nlisted.patch\n\n%description"),
];

function lines(changed: readonly string[] = []): string {
  return `${Array.from({ length: 12 }, (_, index) => changed[index] ?? `line ${index}`).join("\n")}\n`;
}

/** Writes the history; all refs lie below `refs/fuzz`. */
export async function buildHistory(directory: string, history: RandomHistory): Promise<BuiltHistory> {
  const builder = new Builder(history);
  const stream = builder.run();
  await gitBytes(["fast-import", "--quiet", "--force"], directory, Buffer.from(stream, "latin1"));
  const refs = (
    await gitBytes(["for-each-ref", "--format=%(refname) %(objectname)", "refs/fuzz"], directory)
  ).toString();
  const find = (name: string) => new RegExp(`^refs/fuzz/${name} (.*)$`, "m").exec(refs)?.[1];
  return { head: find("head") ?? "", synced: find("synced"), dist: find("dist") ?? "" };
}

class Builder {
  readonly #history: RandomHistory;
  readonly #branches: Branch[] = [];
  readonly #parts: string[] = [];
  #mark = 0;
  #clock = 1_646_128_800;

  constructor(history: RandomHistory) {
    this.#history = history;
  }

  run(): string {
    const { ops, synced, moved, spec, distSpec, syncChangelog, digits } = this.#history;
    const text = { mode: "100644", content: lines() };
    const imported = this.#commit("Import", new Map([["a.txt", text]]), []);
    const files = new Map(["a.txt", "b.txt", "sub/s.txt", "a b"].map((path) => [path, text]));
    const release = this.#commit("Release 1.0", files, [imported]);
    const next = new Map([...files, ["up.txt", text]]);
    const upstream = this.#commit("Release 2.0", next, [release]);
    this.#parts.push(`reset refs/tags/1.0\nfrom :${release.mark}\n\nreset refs/tags/2.0\nfrom :${upstream.mark}\n\n`);
    const config = makeConfig({ upstreamRef: moved ? "2.0" : "1.0", syncChangelog, digits }).replace(
      "- .distro\n",
      "- .distro\n- ignored\n",
    );
    const packaging = this.#commit(
      "Packaging",
      new Map([
        ...files,
        [".distro/hello.spec", { mode: "100644", content: SPECS[spec] ?? "" }],
        [".distro/source-git.yaml", { mode: "100644", content: config }],
      ]),
      [release],
    );
    this.#branches.push(packaging, packaging, packaging);
    for (const [index, op] of ops.entries()) {
      this.#apply(op, { imported, release, upstream });
      if (index === synced) this.#parts.push(`reset refs/fuzz/synced\nfrom :${this.#branches[0]?.mark}\n\n`);
    }
    if (moved) this.#merge(0, [upstream], "both", 0);
    const distFiles = new Map([["hello.spec", { mode: "100644", content: SPECS[distSpec] ?? "" }]]);
    const dist = this.#commit("Dist", distFiles, []);
    this.#parts.push(`reset refs/fuzz/head\nfrom :${this.#branches[0]?.mark}\n\n`);
    this.#parts.push(`reset refs/fuzz/dist\nfrom :${dist.mark}\n\n`);
    return this.#parts.join("");
  }

  #apply(op: Op, bases: { imported: Branch; release: Branch; upstream: Branch }): void {
    const at = (number: number) => this.#branches[number] ?? bases.release;
    switch (op.kind) {
      case "commit":
        this.#branches[op.branch] = this.#commit(this.#message(op.words), edited(at(op.branch).files, op.edits), [
          at(op.branch),
        ]);
        return;
      case "fork":
        if (op.branch === 0) return;
        this.#branches[op.branch] =
          op.from === "release" ? bases.release : op.from === "import" ? bases.imported : at(op.from);
        return;
      case "merge":
        this.#merge(op.into, op.from.filter((from) => from !== op.into).map(at), op.how, op.words);
        return;
      case "upstream":
        this.#merge(op.into, [bases.upstream], op.how, 0);
    }
  }

  #merge(into: number, others: readonly Branch[], how: How, words: number): void {
    const ours = this.#branches[into];
    const fresh = others.filter(({ mark }) => ours && !ours.history.has(mark));
    if (!ours || fresh.length === 0) return;
    const files = fresh.reduce<Files>((all, { files: theirs, history }) => {
      const shared = [...history.keys()].filter((mark) => ours.history.has(mark)).at(-1) ?? 0;
      return how === "ours" ? all : mergedFiles(history.get(shared) ?? new Map(), all, theirs);
    }, ours.files);
    const result = how === "odd" ? edited(files, [{ kind: "line", path: 0, line: 5, text: 9 }]) : files;
    this.#branches[into] = this.#commit(`Merge ${this.#message(words)}`, keepDistro(result, ours.files), [
      ours,
      ...fresh,
    ]);
  }

  #message(words: number): string {
    const body = (WORDS[words] ?? "").replaceAll("@", String(this.#mark));
    return `Change ${this.#mark} of something${body === "" ? "" : `\n\n${body}`}`;
  }

  #commit(message: string, files: Files, parents: readonly Branch[]): Branch {
    const mark = ++this.#mark;
    this.#clock += 60;
    const person = `Ada <ada@example.com> ${this.#clock} +0000`;
    const data = (text: string) => `data ${text.length}\n${text}\n`;
    const [first, ...others] = parents.map(({ mark: parent }) => `:${parent}\n`);
    const name = first ? "refs/fuzz/new" : `refs/fuzz/root${mark}`;
    this.#parts.push(
      `commit ${name}\nmark :${mark}\nauthor ${person}\ncommitter ${person}\n${data(message)}`,
      first ? `from ${first}` : "",
      ...others.map((parent) => `merge ${parent}`),
      "deleteall\n",
      ...[...files].map(([path, { mode, content }]) => {
        return `M ${mode} inline ${Buffer.from(path).toString("latin1")}\n${data(content)}`;
      }),
      "\n",
    );
    const history = new Map(parents.flatMap((parent) => [...parent.history]));
    return { mark, files, history: new Map([...history, [mark, files] as const].sort(([a], [b]) => a - b)) };
  }
}

/** The packaging of the branch stays: a branch that began before it has none. */
function keepDistro(files: Files, ours: Files): Files {
  const needed = [".distro/hello.spec", ".distro/source-git.yaml"];
  return new Map([...files, ...[...ours].filter(([path]) => needed.includes(path))]);
}

function edited(files: Files, edits: readonly Edit[]): Files {
  const result = new Map(files);
  for (const edit of edits) {
    const path = PATHS[edit.path] ?? "";
    const old = result.get(path);
    if (edit.kind === "line" && old) result.set(path, { ...old, content: withLine(old.content, edit) });
    if (edit.kind === "file") result.set(path, CONTENTS[edit.content] ?? { mode: "100644", content: "" });
    if (edit.kind === "delete") result.delete(path);
    if (edit.kind === "rename" && old) {
      result.delete(path);
      result.set(PATHS[edit.to] ?? "", old);
    }
  }
  return result;
}

function withLine(content: string, { line, text }: { line: number; text: number }): string {
  const all = content.split("\n");
  return all.map((old, index) => (index === line && index < all.length - 1 ? `text ${text}` : old)).join("\n");
}

/** Three-way, line by line where the number of lines is equal; ours wins a conflict. */
function mergedFiles(base: Files, ours: Files, theirs: Files): Files {
  const result = new Map<string, File>();
  for (const path of new Set([...ours.keys(), ...theirs.keys()])) {
    const file = mergedFile(base.get(path), ours.get(path), theirs.get(path));
    if (file) result.set(path, file);
  }
  return result;
}

function mergedFile(base: File | undefined, ours: File | undefined, theirs: File | undefined): File | undefined {
  const same = (one: File | undefined, other: File | undefined) =>
    one?.mode === other?.mode && one?.content === other?.content;
  if (same(base, theirs) || same(ours, theirs)) return ours;
  if (same(base, ours)) return theirs;
  if (!base || !ours || !theirs) return ours;
  const [before, a, b] = [base, ours, theirs].map(({ content }) => content.split("\n"));
  if (!before || !a || !b || a.length !== before.length || b.length !== before.length) return ours;
  return { ...ours, content: a.map((line, index) => (line === before[index] ? (b[index] ?? "") : line)).join("\n") };
}
