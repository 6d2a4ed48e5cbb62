// From the commands to the script of a shell. Pure.
import type { CommandNode, OptionNode, Values } from "./command-tree.ts";

/** The shells that a script is made for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** The script that completes `tandem` in a shell. */
export function completionScript(tree: readonly CommandNode[], shell: Shell): string {
  switch (shell) {
    case "bash":
      return bash(tree);
    case "zsh":
      // zsh understands bash's scripts.
      return `autoload -U +X bashcompinit && bashcompinit\n${bash(tree)}`;
    case "fish":
      return fish(tree);
  }
}

/** A command as the scripts know it: `/` for tandem, `/source-git/init`. */
const keyOf = ({ path }: CommandNode): string => `/${path.join("/")}`;
const isBelow = ({ path }: CommandNode): boolean => path.length > 0;

function bash(tree: readonly CommandNode[]): string {
  return `# Completes tandem. Made by \`tandem completion\`.
_tandem() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" at= i offer= files=
  # bash takes --option=value apart.
  if [[ $word == "=" ]]; then word=; elif [[ $before == "=" ]]; then before="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at/\${COMP_WORDS[i]}" in
      ${tree.filter(isBelow).map(keyOf).join(" | ")}) at="$at/\${COMP_WORDS[i]}" ;;
    esac
  done
  case "\${at:-/} $before" in
${tree.flatMap(bashValues).join("\n")}
    *)
      case "\${at:-/}" in
${tree.map(bashWords).join("\n")}
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$offer" -- "$word"))
  if [[ -n $files && $word != -* ]]; then
    local IFS=$'\\n'
    COMPREPLY+=($(compgen -f -- "$word"))
    # Only here: a directory that is called like a command is no reason to add a slash to the command. zsh does without.
    compopt -o filenames 2>/dev/null || :
  fi
}
complete -F _tandem tandem
`;
}

/** What stands behind an option that takes a value. */
function bashValues(node: CommandNode): readonly string[] {
  return node.options.flatMap(({ names, values }) => {
    if (!values) return [];
    const patterns = names.map((name) => `"${keyOf(node)} ${name}"`);
    return [`    ${patterns.join(" | ")}) ${bashOffer([values], [])} ;;`];
  });
}

/** What may stand anywhere else: commands, arguments, options. */
function bashWords(node: CommandNode): string {
  const names = [...node.commands.map(({ name }) => name), ...node.options.flatMap((option) => option.names)];
  return `        ${keyOf(node)}) ${bashOffer(node.arguments, names)} ;;`;
}

function bashOffer(values: readonly Values[], names: readonly string[]): string {
  const words = [...values.flatMap(choicesOf), ...names].join(" ");
  return values.some(({ kind }) => kind === "files") ? `offer="${words}" files=1` : `offer="${words}"`;
}

function fish(tree: readonly CommandNode[]): string {
  return `# Completes tandem. Made by \`tandem completion\`.
function __tandem_at
  set -l at
  for word in (commandline -opc)[2..]
    switch "$at/$word"
      case ${tree.filter(isBelow).map(keyOf).join(" ")}
        set at "$at/$word"
    end
  end
  test "$at" = "$argv[1]"
end
complete -c tandem -f
${tree.flatMap(fishLines).join("\n")}
`;
}

function fishLines(node: CommandNode): readonly string[] {
  const at = `complete -c tandem -n '__tandem_at "${isBelow(node) ? keyOf(node) : ""}"'`;
  const choices = node.arguments.flatMap(choicesOf);
  return [
    ...node.commands.map(({ name, description }) => `${at} -a ${name} -d ${quoted(description)}`),
    ...(choices.length > 0 ? [`${at} -a ${quoted(choices.join(" "))}`] : []),
    ...(node.arguments.some(({ kind }) => kind === "files") ? [`${at} -F`] : []),
    ...node.options.map((option) => `${at} ${fishOption(option)}`),
  ];
}

function fishOption({ names, description, values }: OptionNode): string {
  const flags = names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const takes = {
    none: [],
    choices: values ? ["-x", "-a", quoted(choicesOf(values).join(" "))] : [],
    files: ["-r", "-F"],
    other: ["-x"],
  }[values?.kind ?? "none"];
  return [...flags, ...takes, "-d", quoted(description)].join(" ");
}

function choicesOf(values: Values): readonly string[] {
  return values.kind === "choices" ? values.choices : [];
}

/** A text for fish, whatever it holds. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
