// Contract: comments, the reaction on them, and who may give commands.
import { describe, expect, it } from "@jest/globals";
import type { WorldOf } from "./world.ts";

const FILES = { "README.md": "hello\n" };

export function describeNotes(worldOf: WorldOf): void {
  const open = async () => {
    const world = worldOf();
    const { forge } = world;
    const project = await world.createProject({ files: FILES });
    const author = await world.createUser();
    return { forge, world, project, author, opened: await world.openMergeRequest({ project, as: author }) };
  };

  describe("comments", () => {
    it("are those of everybody, oldest first, without what the forge notes down", async () => {
      const { forge, world, project, author, opened } = await open();
      await world.setRole(project.id, world.bot, "developer");
      await forge.updateMergeRequest(project.id, opened.iid, { title: "Another title", state: "closed" });
      expect(await forge.findNotes(project.id, opened.iid)).toEqual([]);
      const before = Date.now() - 2_000;
      await world.comment(opened, author, "first");
      const mine = await forge.createNote(project.id, opened.iid, "second");
      await world.comment(opened, project.owner, "third");
      const notes = await forge.findNotes(project.id, opened.iid);
      expect(notes.map(({ body }) => body)).toEqual(["first", "second", "third"]);
      expect(notes.map((note) => note.author.id)).toEqual([author.id, world.bot.id, project.owner.id]);
      expect(notes[0]?.author).toMatchObject({ username: author.username, name: expect.any(String) });
      expect(notes[1]).toEqual(mine);
      const ids = notes.map(({ id }) => id);
      expect(ids).toEqual([...new Set(ids)].sort((one, other) => one - other));
      const times = notes.map(({ createdAt }) => createdAt);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
      expect(Math.min(...times)).toBeGreaterThanOrEqual(before);
      expect(Math.max(...times)).toBeLessThanOrEqual(Date.now() + 2_000);
      expect(await forge.readMergeRequest(project.id, opened.iid)).toMatchObject({ noteCount: 3 });
    });

    it("are all found, also when they fill more than a page", async () => {
      const { forge, world, project, author, opened } = await open();
      for (let number = 1; number <= 105; number++) await world.comment(opened, author, `note ${number}`);
      const bodies = (await forge.findNotes(project.id, opened.iid)).map(({ body }) => body);
      expect(bodies).toEqual(Array.from({ length: 105 }, (_, index) => `note ${index + 1}`));
    }, 30_000);

    it("of the bot are edited in place", async () => {
      const { forge, project, opened } = await open();
      const { id, createdAt } = await forge.createNote(project.id, opened.iid, "before");
      const edited = await forge.updateNote(project.id, opened.iid, id, "after");
      expect(edited).toMatchObject({ id, body: "after", createdAt });
      expect(edited.updatedAt).toBeGreaterThanOrEqual(createdAt);
      expect(await forge.findNotes(project.id, opened.iid)).toEqual([edited]);
    });

    it("are acknowledged once, however often it is asked", async () => {
      const { forge, world, project, author, opened } = await open();
      const note = await world.comment(opened, author, "/tandem sync");
      await forge.acknowledge(project.id, opened.iid, note);
      await forge.acknowledge(project.id, opened.iid, note);
      expect(await world.reactions(opened, note)).toEqual(["eyes"]);
    });
  });

  it("owners and Developers are members, readers and strangers are not", async () => {
    const { forge, world, project, author } = await open();
    // GitHub tells permissions only to those who may push.
    await world.setRole(project.id, world.bot, "developer");
    const [developer, reporter] = [await world.createUser(), await world.createUser()];
    await world.setRole(project.id, developer, "developer");
    await world.setRole(project.id, reporter, "reporter");
    const people = [project.owner, developer, reporter, author];
    const members = await Promise.all(people.map((user) => forge.isMember(project.id, user)));
    expect(members).toEqual([true, true, false, false]);
  });
}
