// Removes secrets from a text by their value, in every form in which they travel. Adapters use it on what others say to
// them; the logger uses it on every line.

/** Stands where a secret was. */
export const REDACTED = "[secret]";

/** Shorter secrets are not searched for: they would turn ordinary words into holes. */
const MIN_SECRET_LENGTH = 4;

/**
 * Makes a function that removes these secrets from a text: as they are, and as they look inside a URL, in base64
 * (as HTTP's basic authentication sends them) and inside a JSON string.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < MIN_SECRET_LENGTH) continue;
    for (const form of [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      ...base64Forms(secret),
    ]) {
      forms.add(form);
    }
  }
  // The longest first: a secret may be part of another one.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((rest, form) => rest.split(form).join(REDACTED), text);
}

/** Base64 of a secret at each of the three positions that it can have in a longer text; the ragged ends are cut off. */
function base64Forms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const start = offset === 0 ? 0 : offset + 1;
    const whole = Math.floor(((offset + bytes.length) * 8) / 6);
    const form = text.slice(start, whole);
    return form.length < 8 ? [] : [form, form.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
