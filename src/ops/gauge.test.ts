import { describe, expect, test } from 'vitest';
import { bar, openGauge } from './gauge.ts';
import { age, size } from './sizes.ts';

/** What a terminal, or a file, would have been told. */
function told(isTTY: boolean): { out: NodeJS.WriteStream; text: () => string } {
	let text = '';
	const out = { isTTY, write: (part: string) => ((text += part), true) } as unknown as NodeJS.WriteStream;
	return { out, text: () => text };
}

describe('the gauge', () => {
	test('draws on a terminal and takes its line away again', () => {
		const { out, text } = told(true);
		const gauge = openGauge(out);
		gauge.show('copying');
		gauge.show('compressing', 50, 100);
		gauge.clear();
		expect(text()).toContain('… copying');
		expect(text()).toContain('… compressing ████████████░░░░░░░░░░░░  50 %');
		expect(text()).toMatch(/\r\x1b\[2K$/);
	});

	test('is silent where there is none', () => {
		const { out, text } = told(false);
		openGauge(out).show('copying', 1, 2);
		expect(text()).toBe('');
	});

	test('stays within its width', () => {
		expect(bar(-1)).toHaveLength(bar(0).length);
		expect(bar(1)).toBe(`${'█'.repeat(24)} 100 %`);
	});
});

test.for([
	[0, '0 B'],
	[999, '999 B'],
	[1400, '1.4 kB'],
	[260_100, '260 kB'],
	[12_345_678, '12.3 MB'],
	[5e15, '5000 TB']
] as const)('%i bytes read %s', ([bytes, text]) => expect(size(bytes)).toBe(text));

test.for([
	[-5, '0 min'],
	[119 * 60_000, '119 min'],
	[26 * 3_600_000, '26 h'],
	[95 * 86_400_000, '95 days']
] as const)('%i ms read %s', ([ms, text]) => expect(age(ms)).toBe(text));
