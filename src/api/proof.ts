// What a delivery's token or signature proves.
import type { Grant } from "../model/grant.ts";

/** What a proof of origin says: any of these grants. Or why it proves nothing; the reason holds nothing secret. */
export type Proof =
  | { readonly ok: true; readonly grants: readonly Grant[] }
  | { readonly ok: false; readonly reason: string };
