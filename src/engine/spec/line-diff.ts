// Which lines two texts have in common: Myers' algorithm, with an upper bound for the work.

/** A stretch that differs: lines `[start, end)` of the old text became `[newStart, newEnd)` of the new one. */
export interface LineChange {
  readonly start: number;
  readonly end: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** Texts with more differing lines than this are not compared. */
const MAX_DIFFERENCES = 1500;

/** The changes from one text to the other, in order; undefined when they differ too much. */
export function diffLines(before: readonly string[], after: readonly string[]): readonly LineChange[] | undefined {
  const head = commonStart(before, after);
  const tail = commonEnd(before.slice(head), after.slice(head));
  const a = before.slice(head, before.length - tail);
  const b = after.slice(head, after.length - tail);
  const trace = shortestEdit(a, b);
  return trace && joinChanges(walkBack(trace, a.length, b.length), head);
}

function commonStart(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count++;
  return count;
}

function commonEnd(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[a.length - 1 - count] === b[b.length - 1 - count]) count++;
  return count;
}

type Frontier = ReadonlyMap<number, number>;

/** For each number of edits, how far each diagonal gets. */
function shortestEdit(a: readonly string[], b: readonly string[]): readonly Frontier[] | undefined {
  const trace: Frontier[] = [];
  let frontier = new Map<number, number>([[1, 0]]);
  for (let edits = 0; edits <= Math.min(a.length + b.length, MAX_DIFFERENCES); edits++) {
    trace.push(frontier);
    const next = new Map<number, number>();
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = startOn(frontier, diagonal, edits);
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
      next.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return trace;
    }
    frontier = next;
  }
  return undefined;
}

function isDown(frontier: Frontier, diagonal: number, edits: number): boolean {
  const right = frontier.get(diagonal - 1) ?? -1;
  const down = frontier.get(diagonal + 1) ?? -1;
  return diagonal === -edits || (diagonal !== edits && right < down);
}

function startOn(frontier: Frontier, diagonal: number, edits: number): number {
  return isDown(frontier, diagonal, edits) ? (frontier.get(diagonal + 1) ?? 0) : (frontier.get(diagonal - 1) ?? 0) + 1;
}

/** The single edits from the end to the start, as changes of one line each. */
function walkBack(trace: readonly Frontier[], oldLength: number, newLength: number): LineChange[] {
  const changes: LineChange[] = [];
  let x = oldLength;
  let y = newLength;
  for (let edits = trace.length - 1; edits > 0; edits--) {
    const frontier = trace[edits];
    if (!frontier) break;
    const diagonal = x - y;
    const down = isDown(frontier, diagonal, edits);
    const previous = down ? diagonal + 1 : diagonal - 1;
    const fromX = frontier.get(previous) ?? 0;
    const fromY = fromX - previous;
    changes.push({ start: fromX, end: fromX + (down ? 0 : 1), newStart: fromY, newEnd: fromY + (down ? 1 : 0) });
    x = fromX;
    y = fromY;
  }
  return changes.reverse();
}

function joinChanges(changes: readonly LineChange[], offset: number): LineChange[] {
  const result: LineChange[] = [];
  for (const change of changes) {
    const last = result.at(-1);
    const next = {
      start: change.start + offset,
      end: change.end + offset,
      newStart: change.newStart + offset,
      newEnd: change.newEnd + offset,
    };
    if (last && last.end === next.start && last.newEnd === next.newStart) {
      result[result.length - 1] = { ...last, end: next.end, newEnd: next.newEnd };
    } else result.push(next);
  }
  return result;
}
