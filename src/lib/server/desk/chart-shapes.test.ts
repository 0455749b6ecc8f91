import { expect, test } from 'vitest';
import { barChart, columnChart, type Drawing } from './chart-shapes.ts';

const bars = ({ shapes }: Drawing, fill: string) =>
	shapes.flatMap((shape) => (shape.kind === 'bar' && shape.fill === fill ? [shape] : []));
const words = ({ shapes }: Drawing) => shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.text] : []));

test('bars are as long as their numbers, the second part follows the first, and each has its words', () => {
	const drawing = barChart([
		{ label: 'A', parts: [3, 1], value: '4' },
		{ label: 'B', parts: [2, 0], value: '2' },
		{ label: 'C', parts: [0, 0], value: '0' }
	]);
	expect(bars(drawing, 'solid').map(({ width }) => width)).toEqual([270, 180]);
	expect(bars(drawing, 'hatched')).toMatchObject([{ x: 270, width: 90 }]);
	expect(words(drawing)).toEqual(['A', '4', 'B', '2', 'C', '0']);
});

test('one among fifty thousand is seen, nothing leaves the drawing, and nothing at all divides by nothing', () => {
	const drawing = barChart([
		{ label: 'A', parts: [1, 49_999], value: '50000' },
		{ label: 'B', parts: [1, 0], value: '1' }
	]);
	for (const { x, width } of drawing.shapes.flatMap((shape) => (shape.kind === 'bar' ? [shape] : [])))
		expect(x + width).toBeLessThanOrEqual(drawing.width);
	expect(bars(drawing, 'solid').map(({ width }) => width)).toEqual([2, 2]);
	expect(bars(columnChart([{ label: 'S1', value: 0, partial: false }]), 'solid')).toHaveLength(1);
});

test('a year of weeks stays within the drawing, and as many are named as there is room for', () => {
	const weeks = Array.from({ length: 54 }, (_, n) => ({ label: `S${n}`, value: n, partial: n === 0 || n === 53 }));
	const drawing = columnChart(weeks);
	for (const shape of drawing.shapes) expect(shape.x).toBeLessThan(drawing.width);
	expect(words(drawing)).toContain('↕ 53');
	expect(words(drawing).length).toBeLessThan(12);
	expect(bars(drawing, 'hatched')).toHaveLength(1);
});
