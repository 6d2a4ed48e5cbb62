// The port to what a forge tells of the bot's account: for those who look after the service. No job needs it.
// Every method may throw as those of `forge.ts`.
import type { Place } from "../model/place.ts";
import type { User } from "./forge.ts";

/** The bot's token. */
export interface TokenFacts {
  /** In the forge's words. */
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch; undefined for a token that does not end. */
  readonly endsAt: number | undefined;
}

/** The bot's account. */
export interface AccountFacts extends User {
  /** Whose it is: a person's or a service's own, or made for an access token of a project or a group. */
  readonly owner: "itself" | "project" | "group";
  /** Whether it may make projects in its own namespace, which forks are; undefined when the forge does not say. */
  readonly mayCreateProjects: boolean | undefined;
}

/** What the bot sees of a place. Of a large group only the projects are looked at in which something happened last. */
export interface PlaceFacts {
  readonly projects: number;
  /** In how many of them the bot has at least the role Developer. */
  readonly asDeveloper: number;
  /** Whether there may be more projects. */
  readonly isLarge: boolean;
  /** Full paths of those that the bot may not fork. */
  readonly unforkable: readonly string[];
  /** Whether the group forbids forks outside of it; false also where it does not say. */
  readonly forksStayInside: boolean;
}

/** What can be asked about the account. */
export interface Account {
  /** Undefined when the token is of a kind of which the forge tells nothing. Throws kind `auth` when it is refused. */
  readToken(): Promise<TokenFacts | undefined>;
  readAccount(): Promise<AccountFacts>;
  /** Undefined when there is no such place, or the bot may not see it. */
  readPlace(place: Place, bot: User): Promise<PlaceFacts | undefined>;
}
