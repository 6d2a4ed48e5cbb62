// Reads the body of an answer, which may be larger than we can hold.

/**
 * Reads a body to its end, or as far as it may go; what comes after that is not fetched.
 * @param maxBytes counted after decompression, and also where the answer does not say its length
 * @returns undefined when the body is larger
 */
export async function readText(response: Response, maxBytes: number): Promise<string | undefined> {
  if (Number(response.headers.get("content-length") ?? 0) > maxBytes) {
    await response.body?.cancel();
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop ends the stream.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
