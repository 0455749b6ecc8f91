/**
 * UUIDv7 made on this phone: sortable by the time of making, unguessable in the rest. Two made in one millisecond, or
 * after the clock was set back, still sort in the order of making.
 */
import type { Clock, Random } from './ports.ts';

export class Uids {
	#clock: Clock;
	#random: Random;
	#lastMs = 0;
	#counter = 0;

	constructor(clock: Clock, random: Random) {
		this.#clock = clock;
		this.#random = random;
	}

	next(): string {
		const now = this.#clock.now();
		if (now > this.#lastMs) [this.#lastMs, this.#counter] = [now, 0];
		else if (++this.#counter > 0xfff) [this.#lastMs, this.#counter] = [this.#lastMs + 1, 0];
		const bytes = this.#random.bytes16();
		const tail = [...bytes.slice(8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
		const variant = ((bytes[8]! & 0x3f) | 0x80).toString(16);
		const ms = this.#lastMs.toString(16).padStart(12, '0');
		const count = this.#counter.toString(16).padStart(3, '0');
		return `${ms.slice(0, 8)}-${ms.slice(8)}-7${count}-${variant}${tail.slice(2, 4)}-${tail.slice(4)}`;
	}
}
