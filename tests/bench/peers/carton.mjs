/** The carton that every peer stores: fields of ours, about 370 bytes of JSON. Imported by pages and servers alike. */

export const ROWS = 10_000;

const AT = '2026-11-02T08:00:00.000Z';

/** @param {number} n @returns {string} as long as a UUID, which is what real ids are */
const id = (kind, n) => `${kind}-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const cartonId = (n) => id('0192c0de', n);

export const carton = (n) => ({
	id: cartonId(n),
	code: `BENCH${String(n).padStart(7, '0')}X`,
	status: 'assigned',
	shipmentId: id('0192babe', Math.floor(n / 20)),
	warehouseId: id('0192face', 0),
	items: [{ productId: id('0192feed', n % 50), quantity: 12, lotCode: 'A12-773', expiresOn: '2027-03-31' }],
	statusBy: 'Bench',
	statusAt: AT
});

export const cartons = () => Array.from({ length: ROWS }, (_, n) => carton(n));

/** What labelling changes, as fields. */
export const labelled = () => ({ status: 'labeled', statusBy: 'Bench', statusAt: new Date().toISOString() });
