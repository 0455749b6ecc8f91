/**
 * Charts as plain shapes: what the page draws and what is downloaded are the same rectangles and words. Ink alone, told
 * apart by pattern and by words, so that they read in grey, on paper and by whoever sees no colour. Knows no numbers'
 * meaning.
 */
export type Shape =
	| { kind: 'bar'; x: number; y: number; width: number; height: number; fill: 'solid' | 'hatched' | 'rail' }
	| { kind: 'text'; x: number; y: number; text: string; anchor: 'start' | 'middle' | 'end'; strong: boolean };

export interface Drawing {
	width: number;
	height: number;
	shapes: Shape[];
}

export interface Bar {
	label: string;
	/** The first part is drawn solid, the second hatched. */
	parts: readonly [number] | readonly [number, number];
	/** What stands at the bar's end. */
	value: string;
}

const WIDTH = 360;
const ROW = 48;
const BAR = 16;

const text = (x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end', strong = false): Shape => ({
	...{ kind: 'text', x, y, text: words, anchor, strong }
});

/** Rounded to a tenth: what nobody sees need not be sent. */
const tenth = (n: number): number => Math.round(n * 10) / 10;

/** Something that is there is seen, however small beside the largest. */
const lengthOf = (value: number, most: number, room: number): number =>
	value === 0 ? 0 : tenth(Math.max(2, (value / most) * room));

/** One bar below the other, each with its name above it and its value at the end. */
export function barChart(bars: readonly Bar[]): Drawing {
	const most = Math.max(1, ...bars.map(({ parts }) => parts.reduce<number>((sum, part) => sum + part, 0)));
	const shapes = bars.flatMap(({ label, parts, value }, row): Shape[] => {
		const y = row * ROW;
		const [first, second = 0] = parts;
		const solid = lengthOf(first, most, WIDTH);
		const hatched = Math.min(lengthOf(second, most, WIDTH), WIDTH - solid);
		const bar = { kind: 'bar', y: y + 22, height: BAR } as const;
		const drawn: Shape[] = [
			text(0, y + 16, label, 'start'),
			text(WIDTH, y + 16, value, 'end', true),
			{ ...bar, x: 0, width: WIDTH, fill: 'rail' }
		];
		if (solid > 0) drawn.push({ ...bar, x: 0, width: solid, fill: 'solid' });
		if (hatched > 0) drawn.push({ ...bar, x: solid, width: hatched, fill: 'hatched' });
		return drawn;
	});
	return { width: WIDTH, height: bars.length * ROW, shapes };
}

const PLOT = 200;
const TOP = 24;

/** One column beside the other; only as many are named below as there is room for. */
export function columnChart(columns: readonly { label: string; value: number; partial: boolean }[]): Drawing {
	const most = Math.max(1, ...columns.map(({ value }) => value));
	const step = WIDTH / Math.max(1, columns.length);
	const gap = Math.min(6, step / 4);
	const named = Math.max(1, Math.ceil(46 / step));
	/** A digit is some ten units wide. */
	const isSaid = step >= 10 * String(most).length + 6;
	const shapes: Shape[] = [
		{ kind: 'bar', x: 0, y: TOP + PLOT, width: WIDTH, height: 1.5, fill: 'solid' },
		...columns.flatMap(({ label, value, partial }, n): Shape[] => {
			const height = lengthOf(value, most, PLOT);
			const x = tenth(n * step + gap / 2);
			const width = tenth(step - gap);
			const y = tenth(TOP + PLOT - height);
			const drawn: Shape[] = [];
			if (height > 0) drawn.push({ kind: 'bar', x, y, width, height, fill: partial ? 'hatched' : 'solid' });
			const middle = tenth(n * step + step / 2);
			if (isSaid) drawn.push(text(middle, y - 6, String(value), 'middle', true));
			if (n % named === 0) drawn.push(text(middle, TOP + PLOT + 20, label, 'middle'));
			return drawn;
		})
	];
	// Columns too narrow for their values: the highest says how high it is.
	if (!isSaid) shapes.push(text(0, 16, `↕ ${most}`, 'start', true));
	return { width: WIDTH, height: TOP + PLOT + 28, shapes };
}
