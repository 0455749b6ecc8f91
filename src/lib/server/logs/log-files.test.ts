import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LogFiles } from './log-files.ts';

let folder: string;
let now: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'escale-logs-'));
	now = '2026-03-02T08:00:00.000Z';
});
afterEach(() => {
	chmodSync(folder, 0o700);
	rmSync(folder, { recursive: true, force: true });
});

const open = (options = {}) => new LogFiles(folder, { clock: () => new Date(now), pauseMs: 5, ...options });
const names = () => readdirSync(folder).sort();
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

describe('the log on disk', () => {
	test('has a new file each day, and those of more than 14 days go', async () => {
		for (const day of ['2026-02-15', '2026-02-16', '2026-02-17'])
			writeFileSync(join(folder, `escale-${day}-001.log`), '{}\n');
		writeFileSync(join(folder, 'notes.txt'), 'mine');
		const files = open();
		files.write('{"n":1}\n');
		await vi.waitFor(() => expect(names()).toContain('escale-2026-03-02-001.log'));
		now = '2026-03-03T00:00:00.000Z';
		files.write('{"n":2}\n');
		await files.close();
		expect(names()).toEqual(['escale-2026-03-02-001.log', 'escale-2026-03-03-001.log', 'notes.txt']);
		expect(read('escale-2026-03-03-001.log')).toBe('{"n":2}\n');
	});

	test('keeps the files of 14 days', async () => {
		for (const day of ['2026-02-16', '2026-02-17']) writeFileSync(join(folder, `escale-${day}-001.log`), '{}\n');
		const files = open();
		files.write('{}\n');
		await files.close();
		expect(names()).toEqual(['escale-2026-02-17-001.log', 'escale-2026-03-02-001.log']);
	});

	test('has another file where one is full, and goes on with that after a restart', async () => {
		for (const line of ['{"a":1}\n', '{"b":2}\n', '{"c":3}\n']) {
			const files = open({ maxBytes: 12 });
			files.write(line);
			await files.close();
		}
		expect(names()).toEqual(['escale-2026-03-02-001.log', 'escale-2026-03-02-002.log']);
		expect(read('escale-2026-03-02-001.log')).toBe('{"a":1}\n{"b":2}\n');
	});

	test('is readable by its owner and group alone', async () => {
		const files = open();
		files.write('{}\n');
		await files.close();
		expect(statSync(join(folder, 'escale-2026-03-02-001.log')).mode & 0o007).toBe(0);
	});

	test('that the disk does not take costs lines and nothing else; they are counted where it goes on', async () => {
		// A folder in the place of the file: what no account may write, not even root.
		const inTheWay = join(folder, 'escale-2026-03-02-001.log');
		mkdirSync(inTheWay);
		const files = open();
		files.write('{"n":1}\n');
		files.write('{"n":2}\n');
		await vi.waitFor(() => expect(files.lost).toBe(2));
		rmSync(inTheWay, { recursive: true });
		await vi.waitFor(() => {
			files.write('{"n":3}\n');
			expect(names()).toEqual(['escale-2026-03-02-001.log']);
			expect(files.lost).toBe(0);
		});
		await files.close();
		const lines = read('escale-2026-03-02-001.log').split('\n').filter(Boolean);
		expect(JSON.parse(lines[0]!)).toMatchObject({ event: 'log_lines_lost', level: 'warn' });
		expect(JSON.parse(lines[0]!).lines).toBeGreaterThanOrEqual(2);
		expect(lines.at(-1)).toBe('{"n":3}');
	});

	test('does not let what waits for a dead disk fill the memory', () => {
		const files = open();
		const line = `${'x'.repeat(9_999)}\n`;
		for (let n = 0; n < 1_000; n++) files.write(line);
		expect(files.lost).toBeGreaterThan(700);
	});
});
