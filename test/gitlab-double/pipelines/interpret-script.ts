// Reads a job's script without running it. `sleep N` takes N steps, `false` and `exit n` fail, all else succeeds.

/** How long a script takes in pipeline steps (at least one), and whether it fails. */
export interface ScriptOutcome {
  readonly steps: number;
  readonly fails: boolean;
}

interface State {
  steps: number;
  ended: boolean;
}

/** Interprets lines of shell as far as the double understands them. */
export function interpretScript(lines: readonly string[]): ScriptOutcome {
  const state: State = { steps: 0, ended: false };
  for (const statement of lines.flatMap((line) => line.split(/\n|;/))) {
    const fails = runOr(statement, state);
    if (fails || state.ended) return { steps: Math.max(1, state.steps), fails };
  }
  return { steps: Math.max(1, state.steps), fails: false };
}

function runOr(statement: string, state: State): boolean {
  let fails = false;
  for (const part of statement.split("||")) {
    fails = runAnd(part, state);
    if (!fails || state.ended) return fails;
  }
  return fails;
}

function runAnd(part: string, state: State): boolean {
  for (const command of part.split("&&")) {
    if (runCommand(command.trim(), state)) return true;
    if (state.ended) return false;
  }
  return false;
}

function runCommand(command: string, state: State): boolean {
  const [name = "", argument = ""] = command.split(/\s+/);
  if (name === "sleep") state.steps += Math.max(0, Math.round(Number.parseFloat(argument) || 0));
  if (name === "exit") state.ended = true;
  return name === "false" || (name === "exit" && !/^0*$/.test(argument));
}
