// What every source-git command needs: its work trees opened, a store over their objects, and the user's interruption.
import { basename, resolve } from "node:path";
import { type JoinedStore, openJoinedStore } from "../../git/joined-store.ts";
import { localSettings, openWorkTree } from "../../git/open-work-tree.ts";
import type { Head, WorkTree } from "../../git/work-tree.ts";
import type { CliContext } from "../context.ts";

/** A work tree that a command works with. */
export interface OpenedTree {
  readonly tree: WorkTree;
  /** As the user typed it, for messages. */
  readonly shown: string;
  /** Name of its directory. */
  readonly name: string;
  readonly head: Head;
}

/** What a command works with. */
export interface Session {
  readonly context: CliContext;
  /** Aborts when the user interrupts. */
  readonly signal: AbortSignal;
  /** Opens a work tree at a path as typed. Throws as `openWorkTree`, and `no-commit`. */
  open(path: string): Promise<OpenedTree>;
  /** A store over the objects of these trees; closed with the session. */
  join(...trees: readonly OpenedTree[]): Promise<JoinedStore>;
  /** Says one sentence to the user beside the result. */
  note(text: string): void;
  /** Says what is being done, on a terminal only; the next note or the end wipes it away. */
  progress(text: string): void;
}

/** Runs a command's work in a session, and cleans up whatever happens. */
export async function withSession<T>(context: CliContext, work: (session: Session) => Promise<T>): Promise<T> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  for (const name of ["SIGINT", "SIGTERM"] as const) context.signals.on(name, interrupt);
  const stores: Promise<JoinedStore>[] = [];
  const settings = localSettings(context.env.PATH, interruption.signal);
  const wipe = () => {
    if (context.terminal) context.stderr("\r\u001b[K");
  };
  const session: Session = {
    context,
    signal: interruption.signal,
    async open(path) {
      const full = resolve(context.cwd, path);
      const tree = await openWorkTree({ path: full, shown: path, settings });
      return { tree, shown: path, name: basename(full), head: await tree.head() };
    },
    join(...trees) {
      const store = openJoinedStore(
        trees.map(({ tree }) => tree.objects),
        settings,
      );
      stores.push(store);
      return store;
    },
    note(text) {
      wipe();
      context.stderr(`note: ${text}\n`);
    },
    progress(text) {
      wipe();
      if (context.terminal) context.stderr(`${text} …`);
    },
  };
  try {
    return await work(session);
  } finally {
    wipe();
    // Also one that was still being opened when something else failed.
    for (const store of await Promise.allSettled(stores)) if (store.status === "fulfilled") await store.value.close();
    for (const name of ["SIGINT", "SIGTERM"] as const) context.signals.off(name, interrupt);
  }
}

/** Says what of a work tree is not in its head commit, as only commits are read. */
export async function noteUncommitted(session: Session, { tree, shown }: OpenedTree): Promise<void> {
  const [first, ...more] = await tree.changes();
  if (!first) return;
  const others = more.length > 0 ? ` and ${more.length} more` : "";
  session.note(`uncommitted changes in '${shown}' are left out: ${first.path} (${first.change})${others}`);
}
