// What takes long runs first, so that no worker sits idle at the end while another one has just begun a long file. jest knows
// durations from its last run only; a fresh clone has none.
import Sequencer from "@jest/test-sequencer";

/** Folders whose files start processes or try things at random, the costliest first. The rest of the tests follows. */
const COSTLY = ["/test/e2e/", "/test/integration/chaos/", "/test/fuzz/", "/test/integration/"];

const rankOf = ({ path }) => {
  const rank = COSTLY.findIndex((folder) => path.includes(folder));
  return rank === -1 ? COSTLY.length : rank;
};

export default class LongFirst extends Sequencer {
  sort(tests) {
    // Stable: within a folder jest's own order stays, by size or by the last duration.
    return super.sort(tests).toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}
