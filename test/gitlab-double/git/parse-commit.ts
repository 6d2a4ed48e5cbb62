// Reads git's raw commit format.

/** Name, mail and time of an author or committer. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  /** ISO 8601 with the writer's offset. */
  readonly date: string;
}

/** A commit. */
export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  /** Full message as stored. */
  readonly message: string;
  /** First line. */
  readonly title: string;
}

/** Parses the content of a commit object. */
export function parseCommit(sha: string, raw: string): Commit {
  const end = raw.indexOf("\n\n");
  const header = end === -1 ? raw : raw.slice(0, end);
  const message = end === -1 ? "" : raw.slice(end + 2);
  const values = (name: string): string[] =>
    header
      .split("\n")
      .filter((line) => line.startsWith(`${name} `))
      .map((line) => line.slice(name.length + 1));
  return {
    sha,
    tree: values("tree")[0] ?? "",
    parents: values("parent"),
    author: parseSignature(values("author")[0] ?? ""),
    committer: parseSignature(values("committer")[0] ?? ""),
    message,
    title: message.split("\n", 1)[0] ?? "",
  };
}

function parseSignature(line: string): Signature {
  const match = /^(.*?) ?<(.*?)> (\d+) ([+-])(\d\d)(\d\d)$/.exec(line);
  if (match === null) return { name: "", email: "", date: new Date(0).toISOString() };
  const [, name = "", email = "", seconds = "0", sign = "+", hours = "00", minutes = "00"] = match;
  const offsetMinutes = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  const local = new Date((Number(seconds) + offsetMinutes * 60) * 1000).toISOString().slice(0, -1);
  return { name, email, date: `${local}${sign}${hours}:${minutes}` };
}

const TRAILER = /^([A-Za-z0-9-]+): *(.*)$/;

/** The trailers of the last paragraph, the last value of each. */
export function readTrailers(message: string): Record<string, string> {
  const paragraphs = message.trimEnd().split(/\n{2,}/);
  const last = paragraphs.length > 1 ? (paragraphs.at(-1) ?? "") : "";
  const lines = last.split("\n").map((line) => TRAILER.exec(line));
  if (lines.length === 0 || lines.some((match) => match === null)) return {};
  return Object.fromEntries(lines.map((match) => [match?.[1] ?? "", match?.[2] ?? ""]));
}
