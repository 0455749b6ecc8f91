/**
 * A QR symbol as one vector path, so that it prints sharp at any size and needs no image. Runs on the server.
 */
import { encode } from 'uqr';

export interface QrSymbol {
	/** The text in it. */
	code: string;
	/** Squares on a side, the quiet border of four included. */
	size: number;
	/** SVG path data; a square is 1 × 1. */
	path: string;
}

/** Survives a quarter of its squares being scratched off: these hang where pallets pass. */
export function qrSymbol(code: string): QrSymbol {
	const { data, size } = encode(code, { border: 4, ecc: 'Q' });
	const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
	return { code, size, path: squares.join('') };
}
