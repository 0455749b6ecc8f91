/**
 * The demo's catalogue. Barcodes are GTIN-13 of GS1's range for use inside a company (prefix 299), so that none of them is
 * a real product's. Data only.
 */
import { mod10 } from '#lib/domain/check-digits.ts';

export type Theme = 'medical' | 'school' | 'hygiene';

export interface DemoProduct {
	sku: string;
	name: string;
	brand: string;
	gtin: string;
	weightGrams: number;
	theme: Theme;
	/** Has lots with an expiry date. */
	perishable: boolean;
	/** Units that one carton usually holds. */
	usual: number;
}

type Line = readonly [name: string, brand: string, weightGrams: number, usual: number, perishable?: 'dated'];

const MEDICAL: readonly Line[] = [
	['Compresses stériles 10×10', 'Texalis', 160, 24, 'dated'],
	['Bandes extensibles 10 cm', 'Texalis', 45, 60],
	['Sparadrap 5 m × 5 cm', 'Texalis', 60, 48],
	['Gants d’examen nitrile M, boîte de 100', 'Medigant', 540, 10, 'dated'],
	['Gants d’examen nitrile L, boîte de 100', 'Medigant', 560, 10, 'dated'],
	['Masques chirurgicaux, boîte de 50', 'Medigant', 190, 30, 'dated'],
	['Seringues 5 ml, boîte de 100', 'Injectal', 620, 8, 'dated'],
	['Seringues 10 ml, boîte de 100', 'Injectal', 930, 6, 'dated'],
	['Cathéters courts 20 G, boîte de 50', 'Injectal', 480, 10, 'dated'],
	['Perfuseurs', 'Injectal', 55, 80, 'dated'],
	['Solution chlorhexidine 500 ml', 'Asepsal', 540, 12, 'dated'],
	['Povidone iodée 125 ml', 'Asepsal', 150, 40, 'dated'],
	['Paracétamol 500 mg, boîte de 16', 'Générique', 22, 200, 'dated'],
	['Amoxicilline 500 mg, boîte de 12', 'Générique', 26, 150, 'dated'],
	['Sels de réhydratation orale, sachet', 'Générique', 21, 250, 'dated'],
	['Tensiomètre manuel', 'Cardiform', 420, 10],
	['Stéthoscope double pavillon', 'Cardiform', 180, 20],
	['Thermomètre électronique', 'Cardiform', 35, 60],
	['Béquilles réglables, paire', 'Mobilis', 1300, 4],
	['Draps d’examen, rouleau', 'Texalis', 900, 6]
];

const SCHOOL: readonly Line[] = [
	['Cahiers 96 pages grands carreaux', 'Plume', 180, 40],
	['Cahiers de dessin', 'Plume', 150, 40],
	['Stylos bille bleus, boîte de 50', 'Plume', 320, 16],
	['Crayons à papier, boîte de 12', 'Plume', 75, 60],
	['Crayons de couleur, étui de 12', 'Plume', 90, 50],
	['Ardoises avec chiffon', 'Plume', 260, 25],
	['Craies blanches, boîte de 100', 'Plume', 850, 8],
	['Règles 30 cm', 'Plume', 25, 120],
	['Cartables toile', 'Plume', 620, 8],
	['Dictionnaires de poche', 'Lectures', 310, 20],
	['Manuels de lecture CP', 'Lectures', 280, 24]
];

const HYGIENE: readonly Line[] = [
	['Savon de Marseille 300 g', 'Lavandine', 305, 24],
	['Savon liquide 1 l', 'Lavandine', 1050, 7],
	['Brosses à dents', 'Lavandine', 18, 200],
	['Dentifrice 75 ml', 'Lavandine', 95, 72, 'dated'],
	['Couches bébé taille 3, paquet de 40', 'Douceline', 1100, 6],
	['Lait infantile 1er âge 400 g', 'Douceline', 470, 12, 'dated'],
	['Serviettes périodiques lavables, lot de 3', 'Douceline', 120, 40],
	['Serviettes éponge', 'Douceline', 260, 24],
	['Gel hydroalcoolique 500 ml', 'Asepsal', 480, 15, 'dated'],
	['Moustiquaires imprégnées', 'Douceline', 420, 16]
];

const made = (theme: Theme, prefix: string, lines: readonly Line[], from: number): DemoProduct[] =>
	lines.map(([name, brand, weightGrams, usual, dated], i) => {
		const digits = `299${String(from + i).padStart(9, '0')}`;
		const sku = `ESC-${prefix}-${String(i + 1).padStart(3, '0')}`;
		return {
			sku,
			name,
			brand,
			gtin: digits + mod10(digits),
			weightGrams,
			theme,
			perishable: dated !== undefined,
			usual
		};
	});

export const PRODUCTS: readonly DemoProduct[] = [
	...made('medical', 'MED', MEDICAL, 1001),
	...made('school', 'ECO', SCHOOL, 2001),
	...made('hygiene', 'HYG', HYGIENE, 3001)
];
