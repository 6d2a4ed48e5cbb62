// The draft mark lives in the title.

const DRAFT = /^\s*(?:\[draft\]|\(draft\)|draft:)\s*/i;

export function isDraft(title: string): boolean {
  return DRAFT.test(title);
}

/** The title with exactly one draft mark, or without any. */
export function withDraft(title: string, draft: boolean): string {
  let bare = title;
  while (DRAFT.test(bare)) bare = bare.replace(DRAFT, "");
  return draft ? `Draft: ${bare}` : bare;
}
