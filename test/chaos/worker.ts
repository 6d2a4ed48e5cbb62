// Worker processes, seen from the test: one that was killed is replaced at once, as a supervisor does.
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { readCommands } from "./git-shim.ts";
import type { Answer, Order } from "./orders.ts";

const BUILT_CHILD = join(import.meta.dirname, "../../dist/test/chaos/worker-child.js");
const CHILD = join(import.meta.dirname, "worker-child.js");

/** A place where a worker process runs. */
export interface Worker {
  /** Resolves with how the attempt ended, or with `killed`; then nothing of it runs any more, its git commands included. */
  obey(order: Order): Promise<Answer | "killed">;
  close(): void;
}

/** Starts it. What runs is the build, from the sources (jest) and from the build alike. */
export function startWorker(): Worker {
  const start = () => fork(import.meta.filename.endsWith(".ts") ? BUILT_CHILD : CHILD, { execArgv: [] });
  let child = start();
  return {
    async obey(order) {
      const answer = await ask(child, order);
      if (answer !== "killed") return answer;
      child = start();
      await orphansEnded(order);
      return answer;
    },
    close: () => {
      if (child.connected) child.disconnect();
    },
  };
}

function ask(child: ChildProcess, order: Order): Promise<Answer | "killed"> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null, signal: string | null) => {
      child.off("message", onMessage);
      if (signal === "SIGKILL" && order.kill) resolve("killed");
      else reject(new Error(`the worker ended with ${code ?? signal}`));
    };
    const onMessage = (answer: Answer) => {
      child.off("exit", onExit);
      resolve(answer);
    };
    child.once("exit", onExit);
    child.once("message", onMessage);
    child.send(order);
  });
}

/** The queue gives a job back after a while; commands that outlived their worker have ended by then. */
async function orphansEnded({ home }: Order): Promise<void> {
  const isAlive = ({ pid }: { readonly pid: number }) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  await eventually(() => !readCommands(join(home, "bin")).some(isAlive), { what: "the end of orphaned git commands" });
}
