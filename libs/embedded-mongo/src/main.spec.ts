import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failure, kill, Programs, ready } from './program.fixture.js';
import { newDirectory } from './server.fixture.js';

let directory: string;
let programs: Programs;

beforeEach(() => {
  directory = newDirectory();
  programs = new Programs();
});

afterEach(() => {
  programs.close();
  rmSync(directory, { recursive: true });
});

describe('the program', () => {
  it('stops cleanly on SIGTERM', async () => {
    const child = programs.serve(directory);
    await ready(child);
    expect(await kill(child, 'SIGTERM')).toBe(0);
    expect(existsSync(join(directory, 'mongo.pid'))).toBe(false);
  });

  it('says which process holds the directory, and takes over from one that is dead', async () => {
    const first = programs.serve(directory);
    await ready(first);
    const refused = await failure(programs.serve(directory));
    expect(refused.code).not.toBe(0);
    expect(refused.complaint).toContain(`in use by process ${String(first.pid)}`);
    await kill(first, 'SIGKILL');
    expect(await ready(programs.serve(directory))).toContain('mongodb://127.0.0.1:');
  });

  it('says that the port is taken', async () => {
    const port = Number(new URL(await ready(programs.serve(directory))).port);
    const other = newDirectory();
    const refused = await failure(programs.serve(other, port));
    rmSync(other, { recursive: true });
    expect(refused.complaint).toContain(`port ${String(port)} is taken`);
    expect(refused.code).not.toBe(0);
  });

  it('says in a line what is wrong with its options', async () => {
    const { code, complaint } = await failure(programs.run('--everything'));
    expect(code).toBe(1);
    expect(complaint).toMatch(/^portolan-mongo: Unknown option '--everything'.*\n$/);
  });
});
