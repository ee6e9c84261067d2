import { beforeEach, expect, it } from 'vitest';
import { Agenda } from '../../../src/kit/index.js';
import type { TcpStream } from '../../../src/native/index.js';
import { Farewells } from '../../../src/transport/farewells.js';

let agenda: Agenda;
let farewells: Farewells;
let said: string[];

function leaving(name: string): TcpStream {
  const stream = { end: () => said.push(`end ${name}`), close: () => said.push(`close ${name}`) };
  return stream as unknown as TcpStream;
}

beforeEach(() => {
  agenda = new Agenda();
  farewells = new Farewells(agenda);
  said = [];
});

it('ends a connection at once, and closes it when its peer has had time to read', () => {
  farewells.add(leaving('a'), 0);
  farewells.add(leaving('b'), 600);
  agenda.run(999);
  expect(said).toEqual(['end a', 'end b']);
  agenda.run(1000);
  expect(said.at(-1)).toBe('close a');
  expect([farewells.size, agenda.nextDue]).toEqual([1, 1600]);
  agenda.run(1600);
  expect(said.at(-1)).toBe('close b');
  expect([farewells.size, agenda.size]).toEqual([0, 0]);
});

it('keeps so many and no more', () => {
  for (let index = 0; index < 300; index += 1) farewells.add(leaving(`${index}`), 0);
  expect(farewells.size).toBe(256);
  expect(said.filter((word) => word.startsWith('close')).length).toBe(44);
});

it('leaves nothing when it is closed', () => {
  farewells.add(leaving('a'), 0);
  farewells.close();
  expect(said).toEqual(['end a', 'close a']);
  expect([farewells.size, agenda.size]).toEqual([0, 0]);
});
