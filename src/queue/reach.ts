// Bounds the time that a caller waits for the queue, and gives every failure its kind.
import { TandemError } from "../model/errors.ts";

const ANSWER_WITHIN_MS = 3_000;

/** The queue's answer. Throws kind `environment`, code `queue-unreachable`, when it fails or takes too long. */
export async function reach<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)), ANSWER_WITHIN_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } catch (cause) {
    throw new TandemError("environment", "The queue cannot be reached", {
      code: "queue-unreachable",
      fix: "Check QUEUE_URL and that the queue's server is running.",
      cause,
    });
  } finally {
    clearTimeout(timer);
    answer.catch(() => {}); // a late failure was already answered
  }
}
