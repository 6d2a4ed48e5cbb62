// What counts as a command, and what its words are.
import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { COMMAND_PREFIX, isCommand, parseCommand } from "../../../src/model/commands.ts";

const sync = { name: "sync", args: [] };

it.each<[string, ReturnType<typeof parseCommand>]>([
  ["/tandem sync", sync],
  ["/tandem sync\n", sync],
  ["/tandem sync\r\nthank you", sync],
  ["/tandem\tsync  ", sync],
  ["  /tandem   sync", sync],
  ["/tandem SYNC", sync],
  ["/tandem retest c9s  now", { name: "retest", args: ["c9s", "now"] }],
  ["/tandem what-is-this?", { name: "what-is-this?", args: [] }],
  ["/tandem", undefined],
  ["/tandem\nsync", undefined],
  ["/tandem \r\nsync", undefined],
  ["", undefined],
  ["\n/tandem sync", undefined],
  ["hello\n/tandem sync", undefined],
  ["> /tandem sync", undefined],
  ["`/tandem sync`", undefined],
  ["please /tandem sync", undefined],
  ["/tandemsync", undefined],
  ["/tandem-stg sync", undefined],
  ["/Tandem sync", undefined],
  ["tandem sync", undefined],
])("%j", (text, expected) => {
  expect(parseCommand(text, "/tandem")).toEqual(expected);
  expect(isCommand(text, "/tandem")).toBe(expected !== undefined);
});

it("answers to its own prefix only", () => {
  expect(isCommand("/tandem-stg sync", "/tandem-stg")).toBe(true);
  expect(isCommand("/tandem sync", "/tandem-stg")).toBe(false);
});

it("is bounded, whatever is written", () => {
  const long = fc.string({ maxLength: 3000 });
  fc.assert(
    fc.property(fc.oneof(long, fc.constant("x ".repeat(2000)), fc.constant("x".repeat(5_000_000))), (text) => {
      const command = parseCommand(`/tandem ${text}`, "/tandem");
      if (!command) return;
      expect(command.args.length).toBeLessThan(10);
      // Lower case of some letters is longer.
      for (const word of [command.name, ...command.args]) expect(word.length).toBeLessThanOrEqual(300);
    }),
  );
});

it.each([
  ["/tandem", true],
  ["/tandem stg", false],
  ["tandem", false],
  ["/", false],
])("prefix %j: %s", (prefix, expected) => {
  expect(COMMAND_PREFIX.test(prefix)).toBe(expected);
});
