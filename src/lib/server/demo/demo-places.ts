/**
 * The demo's places: two warehouses with their locations, and the stopovers that are served from them. Data only.
 */

export const WAREHOUSES = [
	{ code: 'CDG', name: 'Roissy CDG', zones: ['QUAI', 'A', 'B', 'C'] },
	{ code: 'LYS', name: 'Lyon Saint-Exupéry', zones: ['QUAI', 'A'] }
] as const;

/** L8: warehouse + zone + aisle + shelf. A dock has no aisles. */
export const AISLES = ['01', '02'] as const;
export const SHELVES = ['1', '2', '3'] as const;

/** Each stopover with the structure that receives there. */
export const STOPOVERS = [
	{ iata: 'ABJ', city: 'Abidjan', country: 'Côte d’Ivoire', receives: 'Relais humanitaire d’Abidjan' },
	{ iata: 'BKO', city: 'Bamako', country: 'Mali', receives: 'Relais humanitaire de Bamako' },
	{ iata: 'NDJ', city: 'N’Djaména', country: 'Tchad', receives: 'Relais humanitaire de N’Djaména' },
	{ iata: 'TNR', city: 'Antananarivo', country: 'Madagascar', receives: 'Relais humanitaire d’Antananarivo' },
	{ iata: 'DKR', city: 'Dakar', country: 'Sénégal', receives: 'Relais humanitaire de Dakar' },
	{ iata: 'LFW', city: 'Lomé', country: 'Togo', receives: 'Relais humanitaire de Lomé' },
	{ iata: 'COO', city: 'Cotonou', country: 'Bénin', receives: 'Relais humanitaire de Cotonou' },
	{ iata: 'OUA', city: 'Ouagadougou', country: 'Burkina Faso', receives: 'Relais humanitaire de Ouagadougou' },
	{ iata: 'NIM', city: 'Niamey', country: 'Niger', receives: 'Relais humanitaire de Niamey' },
	{ iata: 'DLA', city: 'Douala', country: 'Cameroun', receives: 'Relais humanitaire de Douala' },
	{ iata: 'CKY', city: 'Conakry', country: 'Guinée', receives: 'Relais humanitaire de Conakry' },
	{ iata: 'BGF', city: 'Bangui', country: 'République centrafricaine', receives: 'Relais humanitaire de Bangui' }
] as const;

export type Iata = (typeof STOPOVERS)[number]['iata'];
