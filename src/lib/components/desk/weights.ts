/** Weights as the desk reads them. */

/** `12,5 kg`; `≥ 12,5 kg` where something inside has no known weight; `–` where nothing has. */
export function kilograms(grams: number, complete: boolean, locale: string): string {
	if (grams === 0 && !complete) return '–';
	const text = new Intl.NumberFormat(locale, {
		style: 'unit',
		unit: 'kilogram',
		maximumFractionDigits: 1
	}).format(grams / 1000);
	return complete ? text : `≥ ${text}`;
}
