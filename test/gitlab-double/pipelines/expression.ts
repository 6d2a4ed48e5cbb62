// Evaluates `rules:if` expressions: variables, texts, null, patterns, == != =~ !~ && || and parentheses.

/** Predefined variables of a pipeline. An absent one is null. */
export type Variables = Readonly<Record<string, string>>;

const TOKEN = /\s*(\$\w+|\$\{\w+\}|"[^"]*"|'[^']*'|\/(?:\\.|[^/\\])+\/i?|null\b|==|!=|=~|!~|&&|\|\||[()])/y;

/**
 * True when the expression holds.
 * @throws Error for an expression that cannot be read.
 */
export function evaluate(expression: string, variables: Variables): boolean {
  const tokens = tokenize(expression);
  const reader = { at: 0 };
  const result = readOr(tokens, reader, variables);
  if (reader.at < tokens.length) throw new Error(`cannot read \`${expression}\``);
  return result;
}

interface Reader {
  at: number;
}

function tokenize(expression: string): readonly string[] {
  const tokens: string[] = [];
  const text = expression.trim();
  TOKEN.lastIndex = 0;
  for (let position = 0; position < text.length; position = TOKEN.lastIndex) {
    TOKEN.lastIndex = position;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw new Error(`cannot read \`${expression}\``);
    tokens.push(token);
  }
  return tokens;
}

function readOr(tokens: readonly string[], reader: Reader, variables: Variables): boolean {
  let result = readAnd(tokens, reader, variables);
  while (tokens[reader.at] === "||") {
    reader.at += 1;
    const right = readAnd(tokens, reader, variables);
    result ||= right;
  }
  return result;
}

function readAnd(tokens: readonly string[], reader: Reader, variables: Variables): boolean {
  let result = readComparison(tokens, reader, variables);
  while (tokens[reader.at] === "&&") {
    reader.at += 1;
    const right = readComparison(tokens, reader, variables);
    result &&= right;
  }
  return result;
}

function readComparison(tokens: readonly string[], reader: Reader, variables: Variables): boolean {
  if (tokens[reader.at] === "(") {
    reader.at += 1;
    const inner = readOr(tokens, reader, variables);
    if (tokens[reader.at] !== ")") throw new Error("a parenthesis is not closed");
    reader.at += 1;
    return inner;
  }
  const left = readValue(tokens[reader.at], variables);
  const operator = tokens[reader.at + 1] ?? "";
  if (!["==", "!=", "=~", "!~"].includes(operator)) {
    reader.at += 1;
    return left !== null && left !== "";
  }
  const right = tokens[reader.at + 2];
  reader.at += 3;
  return compare(left, operator, right, variables);
}

function compare(left: string | null, operator: string, right: string | undefined, variables: Variables): boolean {
  if (operator === "==") return left === readValue(right, variables);
  if (operator === "!=") return left !== readValue(right, variables);
  const matches = left !== null && patternOf(right, variables).test(left);
  return operator === "=~" ? matches : !matches;
}

function readValue(token: string | undefined, variables: Variables): string | null {
  if (token === undefined) throw new Error("the expression ends too early");
  if (token === "null") return null;
  if (token.startsWith("$")) return variables[token.replace(/[${}]/g, "")] ?? null;
  return token.slice(1, -1);
}

function patternOf(token: string | undefined, variables: Variables): RegExp {
  const text = token?.startsWith("$") ? (variables[token.replace(/[${}]/g, "")] ?? "") : (token ?? "");
  const match = /^\/(.*)\/(i?)$/s.exec(text);
  if (match === null) throw new Error(`${text} is no pattern`);
  return new RegExp(match[1] ?? "", match[2]);
}
