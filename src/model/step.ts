// The parts of a job, whose times are measured.

/** Runs one part of a job and tells how long it took, also when it fails. */
export type TimeStep = <T>(step: "observe" | "plan" | "apply" | "report", work: () => Promise<T>) => Promise<T>;

/** Runs a part without measuring it. */
export const untimed: TimeStep = (_step, work) => work();
