/**
 * The demo's shippers and recipients, with the stopovers and shippers that each is linked to (P2, P3). Data only; the
 * default shipper's name is a setting, and correspondents stand with their stopovers.
 */
import type { Iata } from './demo-places.ts';

export interface DemoShipper {
	key: string;
	name: string;
	address: string;
	/** Empty: every stopover. */
	serves: readonly Iata[];
}

/** Besides the default shipper, which serves every stopover. */
export const SHIPPERS: readonly DemoShipper[] = [
	{ key: 'pharmaciens', name: 'Pharmaciens Humanitaires', address: '12 quai des Donateurs, 69002 Lyon', serves: [] },
	{
		key: 'secours',
		name: 'Secours Médical',
		address: '4 rue de l’Entraide, 75019 Paris',
		serves: ['BKO', 'OUA', 'NIM', 'NDJ']
	},
	{
		key: 'fleuve',
		name: 'Enfants du Fleuve',
		address: '27 avenue des Écoles, 44000 Nantes',
		serves: ['DKR', 'BKO', 'CKY']
	},
	{
		key: 'ecoliers',
		name: 'Écoliers Solidaires',
		address: '8 place du Marché, 31000 Toulouse',
		serves: ['TNR', 'COO', 'LFW', 'DLA']
	}
];

/** The key of the default shipper. */
export const DEFAULT = 'default';

export interface DemoRecipient {
	key: string;
	name: string;
	address: string;
	at: Iata;
	/** Keys of shippers. */
	linked: readonly string[];
}

export const RECIPIENTS: readonly DemoRecipient[] = [
	{
		key: 'bouake',
		name: 'Hôpital de Bouaké',
		address: 'Quartier Commerce, Bouaké',
		at: 'ABJ',
		linked: [DEFAULT, 'pharmaciens']
	},
	{ key: 'abobo', name: 'Maternité d’Abobo', address: 'Abobo Sud, Abidjan', at: 'ABJ', linked: [DEFAULT] },
	{
		key: 'kayes',
		name: 'Centre de santé de Kayes',
		address: 'Kayes N’Di, Kayes',
		at: 'BKO',
		linked: [DEFAULT, 'pharmaciens', 'fleuve']
	},
	{
		key: 'toure',
		name: 'Hôpital Gabriel-Touré',
		address: 'Quartier du Fleuve, Bamako',
		at: 'BKO',
		linked: [DEFAULT, 'secours']
	},
	{
		key: 'joseph',
		name: 'Dispensaire Saint-Joseph',
		address: 'Quartier Chagoua, N’Djaména',
		at: 'NDJ',
		linked: [DEFAULT, 'secours']
	},
	{
		key: 'akamasoa',
		name: 'Écoles d’Andralanitra',
		address: 'Andralanitra, Antananarivo',
		at: 'TNR',
		linked: [DEFAULT, 'ecoliers']
	},
	{
		key: 'podor',
		name: 'Poste de santé de Podor',
		address: 'Podor, région de Saint-Louis',
		at: 'DKR',
		linked: [DEFAULT, 'fleuve']
	},
	{
		key: 'olympio',
		name: 'CHU Sylvanus-Olympio',
		address: 'Tokoin, Lomé',
		at: 'LFW',
		linked: [DEFAULT, 'ecoliers', 'pharmaciens']
	},
	{
		key: 'ganvie',
		name: 'École lacustre de Ganvié',
		address: 'Ganvié, Sô-Ava',
		at: 'COO',
		linked: [DEFAULT, 'ecoliers']
	},
	{
		key: 'bobo',
		name: 'Centre médical de Bobo-Dioulasso',
		address: 'Secteur 9, Bobo-Dioulasso',
		at: 'OUA',
		linked: [DEFAULT, 'secours']
	},
	{
		key: 'maradi',
		name: 'Centre nutritionnel de Maradi',
		address: 'Quartier Sabon Gari, Maradi',
		at: 'NIM',
		linked: [DEFAULT, 'secours']
	},
	{
		key: 'laquintinie',
		name: 'Pédiatrie de Deïdo',
		address: 'Deïdo, Douala',
		at: 'DLA',
		linked: [DEFAULT, 'ecoliers']
	},
	{ key: 'donka', name: 'Centre de santé de Matam', address: 'Matam, Conakry', at: 'CKY', linked: [DEFAULT, 'fleuve'] },
	{
		key: 'bangui',
		name: 'Complexe pédiatrique de Bangui',
		address: 'Avenue de l’Indépendance, Bangui',
		at: 'BGF',
		linked: [DEFAULT]
	}
];
