/** How far long work of a command is: one line on standard error, rewritten where there is a terminal, nothing where not. */
const DRAW_MS = 100;
const WIDTH = 24;

export interface Gauge {
	/** `done` of `total`, in any unit; without them the label alone. */
	show(label: string, done?: number, total?: number): void;
	/** Takes the line away: what comes next is the outcome. */
	clear(): void;
}

export function openGauge(out: NodeJS.WriteStream = process.stderr): Gauge {
	if (out.isTTY !== true) return { show: () => undefined, clear: () => undefined };
	let shown = '';
	let drawnAt = 0;
	return {
		show(label, done, total) {
			const now = performance.now();
			if (label === shown && now - drawnAt < DRAW_MS) return;
			shown = label;
			drawnAt = now;
			out.write(`\r\x1b[2K  … ${label}${total ? ` ${bar((done ?? 0) / total)}` : ''}`);
		},
		clear: () => void out.write('\r\x1b[2K')
	};
}

/** `████████░░░░  40 %` */
export function bar(share: number): string {
	const within = Math.min(1, Math.max(0, share));
	const full = Math.round(within * WIDTH);
	return `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${String(Math.floor(within * 100)).padStart(3)} %`;
}
