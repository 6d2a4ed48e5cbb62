// The forges as one job sees them, and who the bot is on each. Source-git may be on several forges, dist-git is on GitLab.
import type { DistForge, Forge, User } from "../forge/forge.ts";
import type { ForgeName } from "../model/ids.ts";

/** A forge with the bot's account there. */
export interface Home<F extends Forge = Forge> {
  readonly forge: F;
  readonly bot: User;
}

/** The forges of one job. Each is made at most once, and asked at most once who the bot is. */
export interface Homes {
  /**
   * The forge on which a source-git project is.
   * @throws TandemError kind `environment`, code `forge-not-configured`; `auth` when the bot's token is refused
   */
  source(name: ForgeName): Promise<Home>;
  /** The forge on which dist-git is. Throws as `source`. */
  dist(): Promise<Home<DistForge>>;
}
