/** A chart as an SVG file that stands by itself: black on white, with its title, its summary and no script. */
interface Shapes {
	width: number;
	height: number;
	shapes: readonly (
		| { kind: 'bar'; x: number; y: number; width: number; height: number; fill: 'solid' | 'hatched' | 'rail' }
		| { kind: 'text'; x: number; y: number; text: string; anchor: string; strong: boolean }
	)[];
}

const INK = '#11151c';
const FILLS = { solid: INK, hatched: 'url(#hatch)', rail: '#e7e5df' } as const;
const MARGIN = 16;
const HEAD = 52;
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text between tags or in an attribute; characters that XML does not know are left out. */
const escaped = (text: string): string =>
	text
		.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
		.replace(/[&<>"']/g, (one) => ENTITIES[one]!);

/** @param made when and for what, in words: the line below the title */
export function svgFile(drawing: Shapes, words: { title: string; summary: string; made: string }): string {
	const width = drawing.width + 2 * MARGIN;
	const height = drawing.height + HEAD + 2 * MARGIN;
	const drawn = drawing.shapes.map((shape) =>
		shape.kind === 'bar'
			? `<rect x="${shape.x}" y="${shape.y}" width="${shape.width}" height="${shape.height}" fill="${FILLS[shape.fill]}"${shape.fill === 'hatched' ? ` stroke="${INK}"` : ''}/>`
			: `<text x="${shape.x}" y="${shape.y}" text-anchor="${shape.anchor}"${shape.strong ? ' font-weight="700"' : ''}>${escaped(shape.text)}</text>`
	);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width * 2}" height="${height * 2}" role="img" aria-labelledby="title desc" font-family="Atkinson Hyperlegible Next, Verdana, sans-serif" font-size="14" fill="${INK}">`,
		`<title id="title">${escaped(words.title)}</title>`,
		`<desc id="desc">${escaped(words.summary)}</desc>`,
		`<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#ffffff"/><rect width="2.5" height="6" fill="${INK}"/></pattern></defs>`,
		`<rect width="${width}" height="${height}" fill="#ffffff"/>`,
		`<text x="${MARGIN}" y="${MARGIN + 14}" font-size="17" font-weight="700">${escaped(words.title)}</text>`,
		`<text x="${MARGIN}" y="${MARGIN + 34}" font-size="11">${escaped(words.made)}</text>`,
		`<g transform="translate(${MARGIN} ${MARGIN + HEAD})">`,
		...drawn,
		`</g></svg>\n`
	].join('\n');
}
