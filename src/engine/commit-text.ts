// The parts of a commit message, as git tells them apart.

/** A message taken apart. */
export interface CommitText {
  /** The first paragraph on one line. */
  readonly subject: string;
  /** What stands below the first paragraph, without empty lines at both ends. */
  readonly body: string;
}

/** Takes a message apart: the subject is the whole first paragraph, its lines joined by blanks. */
export function splitMessage(message: string): CommitText {
  const lines = message.split("\n");
  const first = lines.findIndex((line) => line.trim() !== "");
  if (first < 0) return { subject: "", body: "" };
  const length = lines.slice(first).findIndex((line) => line.trim() === "");
  const end = length < 0 ? lines.length : first + length;
  return {
    subject: lines
      .slice(first, end)
      .map((line) => line.trimEnd())
      .join(" "),
    body: lines
      .slice(end)
      .join("\n")
      .replace(/^\s*\n/, "")
      .trimEnd(),
  };
}

/** The first line of a message, for the name of its patch: git's `%f` looks at that line only. */
export function firstLine(message: string): string {
  return message.split("\n").find((line) => line.trim() !== "") ?? "";
}

/** A subject as people see it in an error: short, on one line. */
export function shortSubject(subject: string): string {
  return subject.length > 60 ? `${subject.slice(0, 59)}…` : subject;
}
