// Git's behaviour, pinned: whatever a machine, a user or a repository configures, the same input gives the same bytes,
// and no configured program runs. Given with `-c`, so that it wins over every configuration file.

const SAFETY = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.alternateRefsCommand=",
  "core.askPass=",
  "safe.bareRepository=explicit",
  "core.attributesFile=/dev/null",
  "core.excludesFile=/dev/null",
  "credential.helper=",
  // One flush for all objects of a command instead of one for each (git 2.36 and newer).
  "core.fsyncMethod=batch",
  "gc.auto=0",
  "maintenance.auto=false",
  "advice.detachedHead=false",
  "submodule.recurse=false",
  "fetch.recurseSubmodules=false",
  "push.recurseSubmodules=no",
  "push.gpgSign=false",
  "commit.gpgSign=false",
  "http.followRedirects=false",
  "http.sslVerify=true",
  "http.lowSpeedLimit=1000",
  "http.lowSpeedTime=60",
  "http.saveCookies=false",
  "protocol.allow=never",
  "protocol.http.allow=always",
  "protocol.https.allow=always",
];

/** Old tools wrote these, real histories hold them, and they harm nobody: identities, dates and modes that are odd. */
const HARMLESS = [
  "badDate",
  "badDateOverflow",
  "badEmail",
  "badName",
  "badTagName",
  "badTimezone",
  "emptyName",
  "missingEmail",
  "missingNameBeforeEmail",
  "missingSpaceBeforeDate",
  "missingSpaceBeforeEmail",
  "missingTaggerEntry",
  "multipleAuthors",
  "nulInCommit",
  "zeroPaddedDate",
  "zeroPaddedFilemode",
];

// What is fetched is checked: names like `..` and `.git`, broken objects, links to what is not there. It stays one pack,
// however small: objects are then streamed to the disk, and the size of a fetch is the size of one file (bounds.ts).
const FETCH = [
  "fetch.fsckObjects=true",
  "transfer.fsckObjects=true",
  ...HARMLESS.map((id) => `fetch.fsck.${id}=ignore`),
  "fetch.unpackLimit=1",
  "transfer.unpackLimit=1",
  "fetch.writeCommitGraph=false",
];

const TEXT = [
  "i18n.commitEncoding=UTF-8",
  "i18n.logOutputEncoding=UTF-8",
  "core.quotePath=true",
  // Twelve digits: never ambiguous, so the patch text does not depend on what else the object store holds.
  "core.abbrev=12",
  "core.commentChar=#",
  "color.ui=false",
  "log.mailmap=false",
  "log.showSignature=false",
  "diff.algorithm=myers",
  "diff.renames=true",
  "diff.renameLimit=1000",
  "diff.context=3",
  "diff.interHunkContext=0",
  "diff.indentHeuristic=true",
  "diff.noprefix=false",
  "diff.mnemonicPrefix=false",
  "diff.relative=false",
  "diff.suppressBlankEmpty=false",
  "diff.submodule=short",
  "diff.ignoreSubmodules=none",
  "diff.colorMoved=no",
  "diff.statGraphWidth=0",
  "format.numbered=false",
  "format.signOff=false",
  "format.noprefix=false",
  "format.mboxrd=false",
  "format.encodeEmailHeaders=true",
  "format.filenameMaxLength=64",
];

/** The `-c` settings of every git command. File remotes are for tests and local trials. */
export function pinnedConfig(options: { readonly allowFileRemotes: boolean }): string[] {
  return [...SAFETY, `protocol.file.allow=${options.allowFileRemotes ? "always" : "never"}`, ...FETCH, ...TEXT];
}
