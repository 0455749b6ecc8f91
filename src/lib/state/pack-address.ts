/**
 * What a product scan said, in the address of the packing screen, so that a reload keeps it. Written and read here only.
 */
export interface CarriedRead {
	productId: string;
	lotCode: string | null;
	expiresOn: string | null;
	/** Units, a positive integer; null: the scan did not say. */
	quantity: number | null;
}

/** The packing screen of this carton (null: none chosen yet) with a product in hand. */
export function packPath(cartonId: string | null, read: CarriedRead): string {
	const query = new URLSearchParams({ product: read.productId });
	if (read.lotCode !== null) query.set('lot', read.lotCode);
	if (read.expiresOn !== null) query.set('expires', read.expiresOn);
	if (read.quantity !== null) query.set('quantity', String(read.quantity));
	return `/scan/pack${cartonId === null ? '' : `/${cartonId}`}?${query}`;
}

/** What stands in the address, or null. A quantity that is none is left out. */
export function readInAddress(query: URLSearchParams): CarriedRead | null {
	const productId = query.get('product');
	if (!productId) return null;
	const quantity = Number(query.get('quantity'));
	return {
		productId,
		lotCode: query.get('lot'),
		expiresOn: query.get('expires'),
		quantity: Number.isInteger(quantity) && quantity > 0 ? quantity : null
	};
}
